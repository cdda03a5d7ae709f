// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/clisuite.h"

#include "protocol/jsontree.h"
#include "protocol/storefiles.h"
#include "support/supervisedstore.h"

#include <QDir>
#include <QTest>

#include <csignal>

namespace toystore
{

Outcome CliSuite::run(const QStringList &arguments) const
{
    QProcess cli;
    cli.setProcessEnvironment(m_environment);
    cli.start(QStringLiteral(TOYSTORE_CLI), arguments);
    if (!QTest::qWaitFor([&] { return cli.state() == QProcess::NotRunning; }, 30'000)) {
        cli.kill();
        cli.waitForFinished();
        return {};
    }
    return {cli.exitCode(), cli.readAllStandardOutput(), cli.readAllStandardError()};
}

Outcome CliSuite::run(const char *words, const QStringList &more) const
{
    return run(QString::fromUtf8(words).split(QLatin1Char(' ')) + more);
}

Outcome CliSuite::up(const StorePorts &ports, const QStringList &more) const
{
    return run("up --wait --programs",
               QStringList{QStringLiteral(TOYSTORE_STANDINS)} + ports.arguments() + more);
}

QByteArray CliSuite::textAt(const Outcome &outcome, const char *path)
{
    const Result<JsonTree> tree = JsonTree::parse(outcome.out.trimmed());
    if (!tree)
        return "?";
    JsonValue value = tree->root();
    for (const QByteArray &name : QByteArray(path).split('.')) {
        const std::optional<JsonValue> member = value.member(name);
        if (!member)
            return "?";
        value = *member;
    }
    switch (value.kind()) {
    case JsonValue::Kind::String:
        return value.text().toByteArray();
    case JsonValue::Kind::Integer:
        return QByteArray::number(value.integer());
    case JsonValue::Kind::Fraction:
        return QByteArray::number(value.number());
    case JsonValue::Kind::Boolean:
        return value.boolean() ? "true" : "false";
    default:
        return "?";
    }
}

void CliSuite::initTestCase()
{
    m_environment.insert(QStringLiteral("XDG_DATA_HOME"), m_home.path());
    m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_home.path());
    m_environment.insert(QStringLiteral("TOYSTORE_DATA"), data());
}

void CliSuite::cleanup()
{
    if (const Result<StoreFile> file = readStoreFile(data()); file && isAlive(file->pid)) {
        ::kill(static_cast<pid_t>(file->pid), SIGKILL);
        QTRY_VERIFY(!isAlive(file->pid));
    }
    QDir(data()).removeRecursively();
}

} // namespace toystore
