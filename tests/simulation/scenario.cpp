// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/scenario.h"

#include "orders/orderline.h"

#include <algorithm>

namespace toystore::simulation
{

namespace
{

constexpr quint64 seeds = 12;
constexpr std::size_t mostLines = 150;

/// Whether a line of the trace tells nothing but that time passes.
bool isRoutine(const QByteArray &line)
{
    return line.contains("health_check") || line.contains("renew") || line.contains("orders=[]") ||
           line.contains("append_orders answered");
}

void showTrace(Scenario &store, quint64 seed)
{
    std::vector<QByteArray> lines = store.simulation().trace().lines();
    std::erase_if(lines, isRoutine);
    for (std::size_t i = lines.size() - std::min(lines.size(), mostLines); i < lines.size(); ++i)
        qInfo("%s", lines[i].constData());
    qInfo("this was seed %llu", static_cast<unsigned long long>(seed));
}

} // namespace

World::Settings Scenario::calm(int frontends)
{
    Settings settings;
    settings.frontends = frontends;
    settings.stock = 100;
    settings.operatorRepairs = false;
    return settings;
}

Scenario::Scenario(const Settings &settings, quint64 seed, Trace::Mode mode) : World(settings, seed, mode) {}

void Scenario::startReplicas()
{
    catalog().start();
    for (SimReplica *const replica : replicas())
        replica->start();
    until([this] {
        return std::all_of(replicas().begin(), replicas().end(),
                           [](SimReplica *replica) { return replica->status().role == "follower"; });
    });
}

void Scenario::openOneByOne()
{
    frontend(0).start();
    until([this] { return frontend(0).readyLeader().has_value(); });
    open();
    runFor(500ms); // caches are subscribed, followers in sync, and the catalog's wait after its start is over
}

qint64 Scenario::numberOf(const Outcome<qint64> &buy)
{
    return runUntil(buy) && **buy ? ***buy : -1;
}

qint64 Scenario::buyNow(const QByteArray &requestId, std::size_t frontend)
{
    return numberOf(buy(frontend, requestId, "Tux"));
}

bool Scenario::buyNumbers(qint64 first, qint64 last)
{
    for (qint64 number = first; number <= last; ++number) {
        if (buyNow("c-" + QByteArray::number(number)) != number)
            return false;
    }
    return true;
}

qint64 Scenario::shownBy(std::size_t frontend)
{
    return quantityOf(query(frontend, "Tux"));
}

qint64 Scenario::quantityOf(const Outcome<Product> &query)
{
    return runUntil(query) && **query ? (*query)->value().quantity : -1;
}

void Scenario::cutOff(const Process &one, const Process &other)
{
    network().block(one, other);
    network().block(other, one);
}

void Scenario::reconnect(const Process &one, const Process &other)
{
    network().heal(one, other);
    network().heal(other, one);
}

void Scenario::isolate(const Process &one, std::initializer_list<const Process *> others)
{
    for (const Process *const other : others)
        cutOff(one, *other);
}

void Scenario::rejoin(const Process &one, std::initializer_list<const Process *> others)
{
    for (const Process *const other : others)
        reconnect(one, *other);
}

QList<Order> Scenario::decided()
{
    QList<Order> orders;
    while (true) {
        const auto page = catalog().ledger().durable().ordersAfter({orders.size(), maxPageOrders});
        orders += page->orders;
        if (!page->more)
            return orders;
    }
}

qint64 Scenario::stock(const QByteArray &toy)
{
    const Result<StockState> state = catalog().ledger().durable().load();
    for (const Product &product : state->products) {
        if (product.name == toy)
            return product.quantity;
    }
    return -1;
}

Leadership::Answer Scenario::leadership()
{
    return catalog().ledger().durable().load()->leadership;
}

QByteArray Scenario::wholeLog()
{
    const QList<Order> orders = decided();
    QByteArray log = orders.isEmpty() ? QByteArray() : logHeaderLine();
    for (const Order &order : orders)
        log += orderLine(order);
    return log;
}

void Scenario::preload(qint64 count, const std::vector<SimReplica *> &replicas)
{
    StockLedger &ledger = catalog().ledger().durable();
    const Result<Leadership::Answer> epoch = ledger.beginEpoch({0, r93().id(), 0});
    TOYSTORE_ENSURE(epoch.has_value());
    checker().epochBegan(*epoch);
    QByteArray log = logHeaderLine();
    const Order like{0, "Tux", 1, {}, epoch->epoch, "2026-11-22T09:00:00.000Z"}; // its bytes are shared
    for (qint64 number = 1; number <= count;) {
        ImportOrders page{epoch->epoch, r93().id(), {}};
        for (; number <= count && page.orders.size() < maxPageOrders; ++number) {
            Order order = like;
            order.number = number;
            order.requestId = "c-" + QByteArray::number(number);
            page.orders.append(order);
            log += orderLine(order);
        }
        TOYSTORE_ENSURE(ledger.importOrders(page).has_value());
        checker().committed(ledger);
    }
    for (SimReplica *const replica : replicas)
        replica->disk().setContent(log);
}

bool Scenario::happened(std::initializer_list<QByteArrayView> words)
{
    const std::vector<QByteArray> &lines = simulation().trace().lines();
    return std::any_of(lines.begin(), lines.end(), [&words](const QByteArray &line) {
        return std::all_of(words.begin(), words.end(),
                           [&line](QByteArrayView word) { return line.contains(word); });
    });
}

void endWell(Scenario &store)
{
    store.heal();
    const bool sells = store.sellsWithin(1s);
    if (sells)
        store.settle();
    const std::optional<Violation> &violation = store.simulation().violation();
    QVERIFY2(!violation, (violation ? violation->invariant + ": " + violation->text : "").constData());
    QVERIFY(sells);
}

void inEverySeed(const World::Settings &settings, const std::function<void(Scenario &)> &story,
                 const std::function<void(Scenario &)> &prepare)
{
    for (quint64 seed = 1; seed <= seeds; ++seed) {
        Scenario store(settings, seed);
        prepare(store);
        store.startReplicas();
        store.openOneByOne();
        story(store);
        if (!QTest::currentTestFailed())
            endWell(store);
        if (QTest::currentTestFailed())
            return showTrace(store, seed);
    }
}

} // namespace toystore::simulation
