// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "houserules.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace tidy;

namespace
{

const QString root = QStringLiteral(TOYSTORE_SOURCE_DIR);
const QString version = QStringLiteral(TOYSTORE_VERSION);

Source at(const char *path, const QString &text)
{
    return {QString::fromLatin1(path), text};
}

QString longFunction(int bodyLines)
{
    return QStringLiteral("int f(int a,\n      int b)\n{\n") +
           QStringLiteral("    ++a;\n").repeated(bodyLines) + QStringLiteral("}\n");
}

/// clang-format as far as it is the version that decides layout; empty if there is none.
QString clangFormat()
{
    for (const char *name : {"clang-format-14", "clang-format"}) {
        const QString program = QStandardPaths::findExecutable(QLatin1String(name));
        QProcess process;
        process.start(program, {QStringLiteral("--version")});
        if (!program.isEmpty() && process.waitForFinished() && process.readAll().contains("version 14."))
            return program;
    }
    return {};
}

} // namespace

class TestTidy : public QObject
{
    Q_OBJECT

private:
    QList<Source> m_tree;

    template <typename Rule>
    [[nodiscard]] QByteArray brokenBy(Rule rule) const
    {
        QStringList findings;
        for (const Source &source : m_tree)
            findings += rule(source);
        return findings.join(u'\n').toUtf8();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_tree = readTree(root);
        QVERIFY(m_tree.size() > 50);
    }

    // The tree.

    void layersAreKept()
    {
        const QByteArray broken = brokenBy(layering);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void pureCodeIsPure()
    {
        const QByteArray broken = brokenBy(purity);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void conditionsOnQtsVersionAreInOnePlace()
    {
        const QByteArray broken = qtConditionals(m_tree).join(u'\n').toUtf8();
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void everyFileNamesItsLicence()
    {
        const QByteArray broken = brokenBy(licence);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void nothingIsLeftOver()
    {
        const QByteArray broken = brokenBy(leftovers);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void noTestSleeps()
    {
        const QByteArray broken = brokenBy(sleeping);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void mocReadsEveryTest()
    {
        const QByteArray broken = brokenBy(rawStrings);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void filesAreNamedAlike()
    {
        const QByteArray broken = brokenBy(naming);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void functionsAreShort()
    {
        const QByteArray broken = brokenBy(functionLength);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void theVersionIsSaidOnce()
    {
        const QByteArray broken =
            brokenBy([](const Source &source) { return versionNumber(source, version); });
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void whatIsPromisedIsTested()
    {
        const QByteArray broken = promisedTests(m_tree).join(u'\n').toUtf8();
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void noPathOfAMachineIsHardCoded()
    {
        const QByteArray broken = brokenBy(machinePaths);
        QVERIFY2(broken.isEmpty(), broken.constData());
    }
    void theLayoutIsClangFormats()
    {
        const QString program = clangFormat();
        if (program.isEmpty())
            QSKIP("clang-format 14, which decides layout, is not installed");
        QStringList arguments{QStringLiteral("--dry-run"), QStringLiteral("--Werror")};
        for (const Source &source : m_tree) {
            if (source.isCpp() && !source.path.endsWith(QLatin1String(".in")))
                arguments.append(root + u'/' + source.path);
        }
        QProcess process;
        process.start(program, arguments);
        QVERIFY(process.waitForFinished(60'000));
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, said.left(4000).constData());
    }

    // The rules: each against a forged source that breaks it, and one that does not.

    void layeringSeesAForbiddenInclude_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("include");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char *path, const char *include, bool allowed) {
            QTest::addRow("%s includes %s", path, include)
                << QString::fromLatin1(path) << QString::fromLatin1(include) << allowed;
        };
        row("core/base/a.h", "base/error.h", true);
        row("core/base/a.h", "protocol/order.h", false);
        row("core/protocol/a.h", "base/error.h", true);
        row("core/protocol/a.h", "net/rpcclient.h", false);
        row("core/net/a.cpp", "protocol/order.h", true);
        row("core/net/a.cpp", "orders/replica.h", false);
        row("core/metrics/a.h", "protocol/order.h", false);
        row("core/orders/a.cpp", "orders/replica.h", true);
        row("core/orders/a.cpp", "net/rpcclient.h", false);
        row("core/orders/a.cpp", "stock/stockledger.h", false);
        row("core/stock/a.cpp", "orders/replica.h", false);
        row("core/election/a.h", "cache/productcache.h", false);
        row("core/cache/a.h", "net/rpcclient.h", false);
        row("core/history/a.h", "protocol/order.h", true);
        row("core/faults/a.h", "protocol/places.h", true);
        row("core/faults/a.h", "net/rpcclient.h", false);
        row("core/load/a.h", "metrics/histogram.h", true);
        row("core/load/a.h", "history/history.h", false);
        row("core/novelty/a.h", "base/error.h", false);
        row("services/order/a.cpp", "rpcnetwork.h", true);
        row("services/order/a.cpp", "orders/replica.h", true);
        row("services/order/a.cpp", "../catalog/ledgerwriter.h", false);
        row("services/order/a.cpp", "catalog/ledgerwriter.h", false);
        row("services/order/a.cpp", "services/catalog/ledgerwriter.h", false);
        row("admin-gui/a.cpp", "load/histogram.h", true);
        row("admin-gui/a.cpp", "cluster/clustersource.h", true);
        row("admin-gui/a.cpp", "orders/replica.h", false);
        row("admin-gui/cluster/a.cpp", "cluster/clustersource.h", true);
        row("admin-gui/cluster/a.cpp", "load/histogram.h", false);
        row("client-cli/a.cpp", "cluster/clustersource.h", false);
        row("client-cli/verify/a.cpp", "common/output.h", true);
        row("client-cli/a.cpp", "history/history.h", true);
        row("client-cli/a.cpp", "stock/stockledger.h", false);
        row("tests/unit/a.cpp", "orders/replica.h", true);
    }
    void layeringSeesAForbiddenInclude()
    {
        QFETCH(QString, path);
        QFETCH(QString, include);
        QFETCH(bool, allowed);
        const Source source{path, QStringLiteral("#include <QString>\n#include \"%1\"\n").arg(include)};
        QCOMPARE(layering(source).isEmpty(), allowed);
    }

    void puritySeesEachBannedThing_data()
    {
        QTest::addColumn<QString>("code");
        for (const char *code : {"class A : public QObject\n",
                                 "QTimer timer;",
                                 "QTcpSocket socket;",
                                 "QTcpServer server;",
                                 "QLocalSocket socket;",
                                 "QFile file(name);",
                                 "std::ofstream out;",
                                 "#include <QFile>\n",
                                 "auto now = std::chrono::steady_clock::now();",
                                 "auto now = std::chrono::system_clock::now();",
                                 "QDateTime::currentDateTimeUtc()",
                                 "QDateTime::currentMSecsSinceEpoch()",
                                 "monotonicNow()",
                                 "wallClockMs()",
                                 "std::random_device device;",
                                 "std::mt19937_64 random;",
                                 "QRandomGenerator::global()",
                                 "QUuid::createUuid()",
                                 "QElapsedTimer timer;",
                                 "rand()"})
            QTest::newRow(code) << QString::fromLatin1(code);
    }
    void puritySeesEachBannedThing()
    {
        QFETCH(QString, code);
        for (const char *path :
             {"core/orders/replica.cpp", "core/orders/replicaleading.cpp", "core/election/elector.h",
              "core/cache/productcache.cpp", "core/stock/invalidationhub.h", "core/protocol/order.h"})
            QCOMPARE(purity(at(path, code)).size(), 1);
        QVERIFY(purity(at("core/orders/filedisk.cpp", code)).isEmpty());
        QVERIFY(purity(at("services/order/main.cpp", code)).isEmpty());
        QVERIFY(purity(at("core/cache/productcache.cpp", QStringLiteral("// no ") + code)).isEmpty());
    }
    void puritySeesPastCommentsAndStrings()
    {
        const QString code = QStringLiteral("/* QTimer */ a = \"QFile \\\" QFile\"; // QTcpSocket\n"
                                            "char c = '\"'; int n = 10'000; QFile file;\n"
                                            "auto raw = R\"x(QFile \")x\";\n");
        const QStringList found = purity(at("core/cache/a.cpp", code));
        QCOMPARE(found.size(), 1);
        QVERIFY2(found[0].startsWith(QLatin1String("core/cache/a.cpp:2: QFile")), qUtf8Printable(found[0]));
    }

    void conditionsInTwoClassesAreSeen()
    {
        const QString code = QStringLiteral("#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)\n#endif\n");
        const QList<Source> one{at("services/frontend/sessionserver.h", code),
                                at("services/frontend/sessionserver.cpp", code),
                                at("services/frontend/main.cpp", QStringLiteral("// #if QT_VERSION\n"))};
        QVERIFY(qtConditionals(one).isEmpty());
        QCOMPARE(qtConditionals(one + QList{at("core/net/rpcserver.cpp", code)}).size(), 3);
    }

    void aMissingLicenceIsSeen()
    {
        const QString head = QStringLiteral("SPDX-FileCopyrightText: 2026 The Toystore authors\n"
                                            "# SPDX-License-Identifier: GPL-3.0-or-later\n");
        QVERIFY(licence(at("scripts/run", QStringLiteral("#!/usr/bin/env bash\n# ") + head)).isEmpty());
        QVERIFY(licence(at("CMakeLists.txt", QStringLiteral("# ") + head)).isEmpty());
        QVERIFY(licence(at("docs/a.md", {})).isEmpty());
        QCOMPARE(licence(at("scripts/run", QStringLiteral("#!/bin/sh\n"))).size(), 1);
        QCOMPARE(licence(at("core/CMakeLists.txt", {})).size(), 1);
        QCOMPARE(licence(at("a.cmake", {})).size(), 1);
        QCOMPARE(licence(at("core/base/version.h.in", head.section(u'\n', 0, 0))).size(), 1);
        QCOMPARE(licence(at("core/base/a.cpp", QString(head).replace(u'3', u'2'))).size(), 1);
    }

    void whatIsLeftToDoIsSeen()
    {
        for (const char *text : {"// TO"
                                 "DO: later",
                                 "# FIX"
                                 "ME",
                                 "X"
                                 "XX",
                                 "see DES"
                                 "IGN section 3",
                                 "../sha"
                                 "red"})
            QCOMPARE(leftovers(at("core/base/a.cpp", QString::fromLatin1(text))).size(), 1);
        QVERIFY(leftovers(at("a.sh", QStringLiteral("mktemp a.XXXXXX # a todo list, by design"))).isEmpty());
    }

    void aSleepIsSeen()
    {
        for (const char *code : {"QTest::qSleep(5);", "QTest::qWait(5);", "QThread::msleep(5);",
                                 "::usleep(5);", "std::this_thread::sleep_for(5ms);", "sleep(1);"})
            QCOMPARE(sleeping(at("tests/unit/tst_a.cpp", QString::fromLatin1(code))).size(), 1);
        QVERIFY(sleeping(at("tests/a.cpp", QStringLiteral("QTest::qWaitFor(f); // sleep(1)"))).isEmpty());
        QVERIFY(sleeping(at("core/a.cpp", QStringLiteral("sleep(1);"))).isEmpty());
    }

    void aRawStringThatMocCantReadIsSeen()
    {
        const QString code = QStringLiteral("Q_%1\nf(R%2(%3)%2);\n");
        const auto found = [&code](const char *macro, const char *content) {
            return rawStrings(at(
                "tests/a.cpp", code.arg(QLatin1String(macro), QStringLiteral("\""), QLatin1String(content))));
        };
        QCOMPARE(found("OBJECT", "{\"a\":\"").size(), 1);
        QVERIFY(found("OBJECT", "{\"a\":\"").first().startsWith(QLatin1String("tests/a.cpp:2: ")));
        QVERIFY(found("OBJECT", "{\"a\":1}").isEmpty());
        QVERIFY(found("GADGET", "{\"a\":\"").isEmpty());
    }

    void aBadFileNameIsSeen()
    {
        for (const char *path : {"core/base/EventRing.h", "core/base/event_ring.h",
                                 "core/base/event-ring.cpp", "core/Base/eventring.h"})
            QCOMPARE(naming(at(path, {})).size(), 1);
        for (const char *path :
             {"core/base/eventring.h", "core/base/version.h.in", "tests/unit/tst_rpcclient.cpp",
              "client-cli/main.cpp", "CMakeLists.txt", "docs/README.md"})
            QVERIFY2(naming(at(path, {})).isEmpty(), path);
    }

    void aLongFunctionIsSeen()
    {
        const auto found = [](const QString &text) {
            return functionLength(at("core/base/a.cpp", text)).size();
        };
        QCOMPARE(found(longFunction(66)), 0); // 70 lines with signature and braces
        QCOMPARE(found(longFunction(67)), 1);
        const QString wrapped =
            QStringLiteral("namespace a\n{\n\nclass B\n{\npublic:\n%1};\n\n} // namespace a\n");
        const QString indented = u' ' + longFunction(67).replace(u'\n', QLatin1String("\n "));
        QCOMPARE(found(wrapped.arg(indented)), 1);
        QCOMPARE(found(wrapped.arg(longFunction(66) + longFunction(66))), 0);
        QCOMPARE(
            found(QStringLiteral("void g()\n{\n    const QByteArray brace = \"\n}\";\n") + longFunction(67)),
            1);
    }

    void aSecondVersionNumberIsSeen()
    {
        const QString code = QStringLiteral("const char v[] = \"%1\";").arg(version);
        QCOMPARE(versionNumber(at("core/base/a.cpp", code), version).size(), 1);
        QCOMPARE(versionNumber(at("scripts/run", code), version).size(), 1);
        QVERIFY(versionNumber(at("CMakeLists.txt", code), version).isEmpty());
        QVERIFY(versionNumber(at("CHANGELOG.md", code), version).isEmpty());
        QVERIFY(versionNumber(at("core/base/a.cpp", QStringLiteral("10.%1 127.%1.1").arg(version)), version)
                    .isEmpty());
    }

    void aPromisedTestThatIsNotThereIsSeen()
    {
        const auto found = [](const char *promise) {
            return promisedTests(
                {at("tests/unit/tst_log.cpp", QStringLiteral("void aLogIsKept()\n{\n}\n")),
                 at("tests/unit/tst_logfile.cpp", QStringLiteral("void aFileIsKept()\n{\n}\n")),
                 at("docs/guarantees.md", QString::fromLatin1(promise))});
        };
        QVERIFY(found("**Tests.** tst_log: `aLogIsKept`.\n**Outside.** `whatIsNoTest`").isEmpty());
        QVERIFY(found("**Tests.** tst_log: `aLogIsKept`;\ntst_logfile: `aFileIsKept`. Model: `NO_LOG`.")
                    .isEmpty());
        QCOMPARE(found("**Tests.** tst_lo; tst_log: `aLogIsKept`.\n"),
                 QStringList(QStringLiteral("docs/guarantees.md: there is no test tst_lo")));
        QCOMPARE(found("**Code.** `Log`\n**Tests.** tst_log:\n`aLogIs`, `aLogIsKept`.\n# I2").size(), 1);
        QCOMPARE(found("**Tests.** tst_logfile: `aLogIsKept`.\n").size(), 1); // it is another program's
        QCOMPARE(found("**Code.** `Log`\n").size(), 1);
    }

    void aPathOfAMachineIsSeen()
    {
        for (const char *text : {"\"/wo"
                                 "rk/store\"",
                                 "cd /tm"
                                 "p",
                                 "DIR=/ho"
                                 "me/me/x",
                                 "(/tm"
                                 "p/x)"})
            QCOMPARE(machinePaths(at("scripts/run", QString::fromLatin1(text))).size(), 1);
        for (const char *text :
             {"$chroot/tmp", "${TMPDIR}/tmp", "framework/work", "a/home/b", "~/.cache", "/etc/hosts"})
            QVERIFY2(machinePaths(at("scripts/run", QString::fromLatin1(text))).isEmpty(), text);
    }
};

QTEST_GUILESS_MAIN(TestTidy)
#include "tst_tidy.moc"
