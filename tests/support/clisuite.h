// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/operatedstore.h"

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>

namespace toystore
{

/// What the tests of `toystore` share: each runs it in a home of its own, with neither the user's store nor
/// the user's settings, and what a failed one left running is killed.
class CliSuite : public QObject
{
    Q_OBJECT

protected:
    [[nodiscard]] QString data() const { return m_home.filePath(QStringLiteral("store")); }

    /// Runs it to its end, at most 30 s, while this process's event loop goes on.
    Outcome run(const QStringList &arguments) const;
    /// With @p words, spaces between, and @p more.
    Outcome run(const char *words, const QStringList &more = {}) const;
    /// `toystore up --wait` with stand-ins for the services.
    Outcome up(const StorePorts &ports, const QStringList &more = {}) const;

    /// The text at a path like "error.name" in the JSON object that @p outcome printed; "?" if it is not
    /// there.
    [[nodiscard]] static QByteArray textAt(const Outcome &outcome, const char *path);

    QTemporaryDir m_home;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();

private Q_SLOTS:
    void initTestCase();
    void cleanup();
};

} // namespace toystore
