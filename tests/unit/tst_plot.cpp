// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plot/statistics.h"

#include <QTest>

using namespace toystore;

class TestPlot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Against figures worked out by hand: t(0.975) for 2 degrees of freedom is 4.303.
    void anEstimateHasStudentsInterval()
    {
        const Estimate three = estimate({1, 2, 3});
        QCOMPARE(three.mean, 2);
        QVERIFY(std::abs(three.halfWidth - 4.303 / std::sqrt(3.0)) < 1e-9);
        QCOMPARE(estimate({7}), (Estimate{7, 0}));
        QCOMPARE(estimate({5, 5, 5, 5}), (Estimate{5, 0}));
    }
    void manyValuesHaveANormalOnes()
    {
        QList<double> values;
        for (int i = 0; i < 100; ++i)
            values.append(i % 2);
        const Estimate many = estimate(values);
        QCOMPARE(many.mean, 0.5);
        QVERIFY(std::abs(many.halfWidth - 1.96 * std::sqrt(25.0 / 99 / 100)) < 1e-9);
    }
};

QTEST_APPLESS_MAIN(TestPlot)
#include "tst_plot.moc"
