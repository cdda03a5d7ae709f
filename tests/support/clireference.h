// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QMap>

namespace toystore
{

/// What docs/cli.md says of the commands, and docs/protocol.md where it refers to that.
class CliReference
{
public:
    /// Reads the two in the directory @p docs.
    explicit CliReference(const QString &docs);

    /// The exit codes that each command may end with, besides 0 and 2.
    [[nodiscard]] QMap<QByteArray, QList<int>> exitCodes() const;

    /// The names in @p value, a command's answer with -o json, at any depth, that are not documented for
    /// @p command.
    [[nodiscard]] QByteArrayList undocumentedIn(const QJsonValue &value, const QByteArray &command) const;
    /// So in the first line of its CSV; those of a message within another bear its name, as in
    /// "frontend.epoch".
    [[nodiscard]] QByteArrayList undocumentedIn(const QByteArray &csvHeader, const QByteArray &command) const;

private:
    // A heading and what is below it, down to the next heading of whatever level.
    struct Section {
        QByteArray title;
        QByteArray text;
    };

    [[nodiscard]] static QList<Section> read(const QString &path);
    [[nodiscard]] QByteArray saidOf(const QByteArray &command) const;
    [[nodiscard]] QByteArray referredTo(const QByteArray &text) const;

    const QList<Section> m_commands;
    const QList<Section> m_protocol;
};

} // namespace toystore
