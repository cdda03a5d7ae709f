// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/storeports.h"

#include <QByteArray>
#include <QTemporaryDir>

namespace toystore
{

/// How a command of `toystore` ended and what it said.
struct Outcome {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QByteArray all() const
    {
        return "exit code " + QByteArray::number(exitCode) + '\n' + out + err;
    }
};

/// Runs `toystore` to its end, at most 90 s, while this process's event loop goes on.
[[nodiscard]] Outcome runToystore(const QStringList &arguments);

/// A store of real processes on free ports, operated as people do: by the command line alone. Closed, and its
/// directory removed, when this goes.
class OperatedStore
{
public:
    OperatedStore();
    ~OperatedStore();
    OperatedStore(const OperatedStore &) = delete;
    OperatedStore &operator=(const OperatedStore &) = delete;

    /// `toystore up --wait`.
    [[nodiscard]] Outcome up(const QStringList &more = {}) const;
    /// `toystore` with @p words, spaces between, and @p more.
    Outcome run(const char *words, const QStringList &more = {}) const;
    /// Buys one Tux.
    [[nodiscard]] Outcome buy() const { return run("buy Tux 1"); }
    /// kill -9 of the supervisor and so, at once, of every service; waits for their end.
    [[nodiscard]] bool killAll() const;

    /// A copy of @p other's data, which must be closed, in place of its own.
    [[nodiscard]] bool copyDataOf(const OperatedStore &other) const;

    [[nodiscard]] QString data() const { return m_directory.filePath(QStringLiteral("store")); }
    [[nodiscard]] QString ledger() const { return data() + QStringLiteral("/catalog/ledger.sqlite"); }
    [[nodiscard]] QString log(qint64 replica) const
    {
        return data() + QStringLiteral("/order-%1/orders.log").arg(replica);
    }
    [[nodiscard]] const StorePorts &ports() const { return m_ports; }

private:
    QTemporaryDir m_directory;
    const StorePorts m_ports = StorePorts::find();
};

/// A file's bytes; nothing if it is not there.
[[nodiscard]] QByteArray bytesOf(const QString &path);
[[nodiscard]] bool writeBytes(const QString &path, const QByteArray &bytes);

} // namespace toystore
