// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/clireference.h"

#include "support/operatedstore.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

namespace toystore
{

namespace
{

/// The first cell of a table's line, nothing of another line.
QByteArray firstCell(const QByteArray &line)
{
    return line.startsWith("| ") ? line.mid(2, line.indexOf(" |", 2) - 2) : QByteArray();
}

bool isIn(const QByteArray &said, const QByteArray &name)
{
    return said.contains('`' + name + '`') || said.contains('"' + name + "\":"); // in an example of JSON
}

/// Every name in an object and those within it.
void collectNames(const QJsonValue &value, QByteArrayList &names)
{
    if (value.isArray()) {
        for (const QJsonValue &one : value.toArray())
            collectNames(one, names);
    }
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        names.append(member.key().toUtf8());
        collectNames(member.value(), names);
    }
}

QByteArrayList notIn(const QByteArray &said, const QByteArrayList &names)
{
    QByteArrayList missing;
    for (const QByteArray &name : names) {
        if (!isIn(said, name) && !missing.contains(name))
            missing.append(name);
    }
    return missing;
}

} // namespace

CliReference::CliReference(const QString &docs)
    : m_commands(read(docs + QStringLiteral("/cli.md"))),
      m_protocol(read(docs + QStringLiteral("/protocol.md")))
{
}

QList<CliReference::Section> CliReference::read(const QString &path)
{
    QList<Section> sections{{}};
    for (const QByteArray &line : bytesOf(path).split('\n')) {
        if (line.startsWith('#'))
            sections.append({line.mid(line.indexOf(' ') + 1), {}});
        else
            sections.last().text += line + '\n';
    }
    return sections;
}

QMap<QByteArray, QList<int>> CliReference::exitCodes() const
{
    static const QRegularExpression number(QStringLiteral("\\b\\d\\b"));
    static const QRegularExpression explanation(QStringLiteral("\\([^)]*\\)"));
    QMap<QByteArray, QList<int>> codes;
    for (const Section &section : m_commands) {
        if (section.title != "Exit codes")
            continue;
        for (const QByteArray &line : section.text.split('\n')) {
            const QByteArray cell = firstCell(line);
            QString rest = QString::fromUtf8(line.mid(2 + cell.size())).remove(explanation);
            for (const QByteArray &command : QByteArray(cell).replace('`', "").split(',')) {
                for (auto found = number.globalMatch(rest); cell.startsWith('`') && found.hasNext();)
                    codes[command.trimmed()].append(found.next().captured().toInt());
            }
        }
    }
    return codes;
}

QByteArrayList CliReference::undocumentedIn(const QJsonValue &value, const QByteArray &command) const
{
    QByteArrayList names;
    collectNames(value, names);
    return notIn(saidOf(command), names);
}

QByteArrayList CliReference::undocumentedIn(const QByteArray &csvHeader, const QByteArray &command) const
{
    return notIn(saidOf(command), csvHeader.trimmed().replace(',', '.').split('.'));
}

/// The command's row in the table of fields, or its section, and what they refer to.
QByteArray CliReference::saidOf(const QByteArray &command) const
{
    QByteArray said;
    for (const Section &section : m_commands) {
        if (section.title == command)
            said += section.text;
        if (section.title != "Fields")
            continue;
        for (const QByteArray &line : section.text.split('\n')) {
            if (firstCell(line).contains('`' + command + '`'))
                said += line + '\n';
        }
    }
    return said + referredTo(said);
}

QByteArray CliReference::referredTo(const QByteArray &text) const
{
    static const QRegularExpression link(QStringLiteral("\\((protocol\\.md)?#([^)]*?)(-\\d)?\\)"));
    QByteArray said;
    for (auto found = link.globalMatch(QString::fromUtf8(text)); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        for (const Section &section : match.capturedLength(1) > 0 ? m_protocol : m_commands) {
            if (QString::fromUtf8(section.title) == match.captured(2))
                said += section.text;
        }
    }
    return said;
}

} // namespace toystore
