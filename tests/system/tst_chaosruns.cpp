// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A hundred runs of `toystore chaos`, ten seconds each, every kind of fault: none breaks a promise. The seeds
// are 1 to 100, or as many as TOYSTORE_CHAOS_RUNS says.

#include "support/chaosprocess.h"

#include <QTest>

using namespace toystore;

class TestChaosRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noRunBreaksAPromise_data()
    {
        QTest::addColumn<int>("seed");
        const int runs = qEnvironmentVariable("TOYSTORE_CHAOS_RUNS", QStringLiteral("100")).toInt();
        for (int seed = 1; seed <= runs; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void noRunBreaksAPromise()
    {
        QFETCH(int, seed);
        ChaosProcess chaos({QStringLiteral("--duration"), QStringLiteral("10s"), QStringLiteral("--seed"),
                            QString::number(seed)});
        QVERIFY2(chaos.exitCode() == 0, chaos.out());
    }
};

QTEST_GUILESS_MAIN(TestChaosRuns)
#include "tst_chaosruns.moc"
