// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A store with a million orders: how soon its services are ready, what an order costs in memory, how long a
// look-up takes and an empty replica to catch up. Figures of a quiet machine, asked for, not part of every
// run.

#include "base/randomnumbers.h"
#include "benchmark/madestore.h"
#include "support/storeundertest.h"

#include <QEventLoop>
#include <QFile>

#include <algorithm>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr qint64 manyOrders = 1'000'000;
constexpr qint64 fewOrders = 100;
constexpr qint64 follower = 8091;
constexpr int repetitions = 5;
constexpr int lookUps = 4000;

double millisecondsSince(Instant begin)
{
    return std::chrono::duration<double, std::milli>(monotonicNow() - begin).count();
}

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Proportional set size of a service, in bytes.
qint64 memoryOf(const StoreUnderTest &store, const QByteArray &service)
{
    const auto processes = ask(store.supervisorPort(), Processes());
    for (const ProcessView &process : processes->processes) {
        if (process.service != service)
            continue;
        QFile file(QStringLiteral("/proc/%1/smaps_rollup").arg(process.pid));
        const QByteArray rollup = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        const qsizetype begin = rollup.indexOf("\nPss:") + 5;
        return rollup.mid(begin, rollup.indexOf("kB", begin) - begin).trimmed().toLongLong() * 1024;
    }
    return 0;
}

/// Milliseconds from the start of a killed service until it is ready; negative: it did not become ready.
double restart(StoreUnderTest &store, const QByteArray &service)
{
    const Instant begin = monotonicNow();
    if (!store.command<StartService>(service) || store.waitForState(service, "ready") != "ready")
        return -1;
    return millisecondsSince(begin);
}

/// Asks one replica for orders, one after the other, and tells how long each answer took.
class LookUps
{
public:
    LookUps(const StoreUnderTest &store, qint64 orders)
        : m_replica({QStringLiteral("127.0.0.1"), store.portOf(follower)}), m_orders(orders)
    {
        m_replica.start();
    }

    /// The median in microseconds; negative: an order was not found.
    double median(int count)
    {
        std::vector<double> took;
        for (int i = 0; i < count; ++i) {
            const Instant begin = monotonicNow();
            bool found = false;
            QEventLoop loop;
            m_replica.call<OrderDetails>({1 + m_random.below(m_orders)}, 5000ms, [&](const auto &answer) {
                found = answer.has_value();
                loop.quit();
            });
            loop.exec();
            if (!found)
                return -1;
            took.push_back(1000 * millisecondsSince(begin));
        }
        return medianOf(std::move(took));
    }

private:
    RpcClient m_replica;
    const qint64 m_orders;
    RandomNumbers m_random{1};
};

} // namespace

class TestScale : public QObject
{
    Q_OBJECT

private:
    StoreUnderTest m_large{{QStringLiteral("--ready-within=2000")}}; // enough for whoever tells its progress
    StoreUnderTest m_small;

private Q_SLOTS:
    void initTestCase()
    {
        const auto make = [](const StoreUnderTest &store, qint64 orders) {
            return makeStore(store.path(QStringLiteral(".")), orders, StoreUnderTest::replicas());
        };
        QVERIFY(make(m_large, manyOrders).has_value());
        QVERIFY(make(m_small, fewOrders).has_value());
        QVERIFY(m_large.open());
        QVERIFY(m_small.open());
        QVERIFY(m_large.waitForLeader());
        QVERIFY(m_small.waitForLeader());
    }

    void aReplicaBootsInUnderOneAndAHalfSeconds()
    {
        std::vector<double> took;
        for (int i = 0; i < repetitions; ++i) {
            QVERIFY(m_large.command<KillService>(StoreUnderTest::nameOf(follower)).has_value());
            took.push_back(restart(m_large, StoreUnderTest::nameOf(follower)));
            QVERIFY(took.back() > 0);
        }
        qInfo("a replica with %lld orders is ready after %.0f ms", manyOrders, medianOf(took));
        QVERIFY(medianOf(took) < 1500);
    }

    void theCatalogBootsInUnderOneSecond()
    {
        std::vector<double> took;
        for (int i = 0; i < repetitions; ++i) {
            QVERIFY(m_large.command<KillService>("catalog").has_value());
            took.push_back(restart(m_large, "catalog"));
            QVERIFY(took.back() > 0);
        }
        qInfo("the catalog with %lld orders is ready after %.0f ms", manyOrders, medianOf(took));
        QVERIFY(medianOf(took) < 1000);
    }

    void anOrderCostsAtMost16BytesOfMemory()
    {
        const QByteArray replica = StoreUnderTest::nameOf(follower);
        const qint64 more = memoryOf(m_large, replica) - memoryOf(m_small, replica);
        const double each = static_cast<double>(more) / (manyOrders - fewOrders);
        qInfo("an order costs a replica %.1f bytes of memory", each);
        QVERIFY(each > 4); // else it was not this that was measured
        QVERIFY(each <= 16);
    }

    void aLookUpTakesNoLongerThanWithFewOrders()
    {
        LookUps large(m_large, manyOrders);
        LookUps small(m_small, fewOrders);
        QVERIFY(large.median(lookUps / 4) > 0); // warms up
        QVERIFY(small.median(lookUps / 4) > 0);
        std::vector<double> ratios;
        for (int i = 0; i < 2 * repetitions + 1; ++i) {
            const double few = small.median(lookUps);
            const double many = large.median(lookUps);
            QVERIFY(few > 0 && many > 0);
            ratios.push_back(many / few);
            if (i == 0)
                qInfo("the median look-up: %.0f us of %lld orders, %.0f us of %lld", many, manyOrders, few,
                      fewOrders);
        }
        qInfo("that is, at the median of %zu turns, %.2f of it", ratios.size(), medianOf(ratios));
        QVERIFY(medianOf(ratios) <= 1.1);
    }

    void anEmptyReplicaCatchesUpInUnder15Seconds()
    {
        const QByteArray replica = StoreUnderTest::nameOf(follower);
        QVERIFY(m_large.command<KillService>(replica).has_value());
        QVERIFY(QFile::remove(m_large.path(QString::fromLatin1(replica) + QStringLiteral("/orders.log"))));
        const double took = restart(m_large, replica);
        QVERIFY(took > 0);
        qInfo("an empty replica has %lld orders after %.0f ms", manyOrders, took);
        QVERIFY(m_large.waitForEqualLogs(1000ms));
        QVERIFY(took < 15'000);
    }
};

QTEST_GUILESS_MAIN(TestScale)
#include "tst_scale.moc"
