// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/scenario.h"

using namespace toystore;
using namespace toystore::simulation;

namespace
{

constexpr qint64 count = TOYSTORE_MANY_ORDERS;

} // namespace

/// The story of a replica that lacks a great many orders, and leads.
class TestScenarioOfManyOrders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aReplicaFarBehindWithTheHighestIdFetchesAllBeforeItLeads()
    {
        Scenario store(Scenario::calm(), 1, Trace::Mode::Hash);
        store.preload(count, {&store.r91(), &store.r92()});
        store.isolate(store.r93(), {&store.r91(), &store.r92()});
        store.startReplicas(); // 8093 finds nobody to fetch from, and then says that it is able
        QCOMPARE(store.r93().status().lastOrderNumber, 0);

        store.open();

        QCOMPARE(store.leader(), &store.r93()); // from now on it may be asked to sell
        QVERIFY(store.isWhole(store.r93()));
        QCOMPARE(store.r93().status().durableOrderNumber, count);
        QCOMPARE(store.buyNow("c-next"), count + 1);
        endWell(store);
    }
};

QTEST_GUILESS_MAIN(TestScenarioOfManyOrders)
#include "tst_scenarioofmanyorders.moc"
