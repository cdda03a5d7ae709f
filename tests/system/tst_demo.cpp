// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `toystore demo`: the whole story, with real processes.

#include "support/cliprocess.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace toystore;

class TestDemo : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_temporary; // where the demonstrations make their directories

    [[nodiscard]] QStringList leftovers() const
    {
        return QDir(m_temporary.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    }

private Q_SLOTS:
    void initTestCase() { qputenv("TMPDIR", m_temporary.path().toUtf8()); }

    void allStepsPass()
    {
        const Outcome demo =
            runToystore({QStringLiteral("demo"), QStringLiteral("-o"), QStringLiteral("json")});
        QVERIFY2(demo.exitCode == 0, demo.all());
        const QJsonObject report = QJsonDocument::fromJson(demo.out).object();
        QVERIFY(report.value(QLatin1String("holds")).toBool());
        QVERIFY2(report.value(QLatin1String("took_ms")).toInt() < 30'000, demo.out);
        const QJsonArray steps = report.value(QLatin1String("steps")).toArray();
        QCOMPARE(steps.size(), 7);
        for (const auto &step : steps)
            QCOMPARE(step.toObject().value(QLatin1String("verdict")), QLatin1String("PASS"));
        QVERIFY2(demo.out.contains("replicated to 2 of 2"), demo.out);
        QVERIFY2(demo.out.contains("clients that noticed: 0 of 8"), demo.out);
        QVERIFY2(demo.out.contains("the ledger refuses epoch"), demo.out);
        QCOMPARE(leftovers(), QStringList());
    }

    void aStepThatFailsEndsIt()
    {
        CliProcess demo({QStringLiteral("demo"), QStringLiteral("--step")});
        demo.write("\n\n");
        QVERIFY(demo.waitForOut("3. A buy"));
        const QString store = m_temporary.filePath(leftovers().value(0));
        QCOMPARE(runToystore(
                     {QStringLiteral("kill"), QStringLiteral("order-8091"), QStringLiteral("--data"), store})
                     .exitCode,
                 0);
        demo.write("\n");
        const Outcome ended = demo.end();
        QCOMPARE(ended.exitCode, 8);
        QVERIFY2(ended.out.contains("FAIL  order 1, replicated to 1 of 2"), ended.out);
        QVERIFY2(ended.out.contains("FAIL: 2 of 7 steps"), ended.out);
        QCOMPARE(leftovers(), QStringList());
    }

    void ctrlCCleansUp()
    {
        CliProcess demo({QStringLiteral("demo")});
        QVERIFY(demo.waitForOut("4. The leader is killed"));
        demo.interrupt();
        const Outcome ended = demo.end();
        QVERIFY2(ended.exitCode == 1, ended.all());
        QVERIFY2(ended.out.contains("interrupted"), ended.out);
        QCOMPARE(leftovers(), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
