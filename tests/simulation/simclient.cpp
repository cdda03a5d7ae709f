// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simclient.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Duration leastPause = 1ms;
constexpr Duration mostPause = 60ms;
constexpr int mostAttempts = 8;

} // namespace

SimClient::SimClient(SimNetwork &network, Checker &checker, QByteArray name,
                     std::vector<SimFrontend *> frontends, std::vector<QByteArray> toys)
    : SimShopper(network, checker, std::move(name), std::move(frontends)), m_toys(std::move(toys))
{
}

void SimClient::boot()
{
    SimShopper::boot();
    m_frontend = anyFrontend();
    next();
}

std::size_t SimClient::anyFrontend()
{
    return static_cast<std::size_t>(random().below(static_cast<qint64>(m_frontends.size())));
}

/// Most wait as people do; some are programs with a deadline of their own.
Milliseconds SimClient::anyPatience()
{
    return random().chance(0.7) ? patience : Milliseconds(random().between(50, 1500));
}

void SimClient::next()
{
    if (!m_stopped)
        post(random().between(leastPause, mostPause), [this] { act(); });
}

void SimClient::act()
{
    const qint64 dice = random().below(100);
    if (dice < 50)
        buy();
    else if (dice < 80)
        query();
    else
        find();
}

void SimClient::buy()
{
    const ShopBuy fresh{"c-" + name() + '-' + QByteArray::number(++m_lastKey), random().pick(m_toys),
                        random().chance(0.02) ? 0 : random().between(1, 3)};
    if (m_buys.empty() || random().chance(0.85)) {
        m_buys.push_back(fresh);
        if (random().chance(0.1)) { // the same key twice at the same time
            simulation().statistics().count(Fault::ClientDoubled);
            SimShopper::buy(anyFrontend(), fresh, [](const Result<qint64> &) {});
        }
        return send(fresh, 1);
    }
    ShopBuy again = random().pick(m_buys);
    if (random().chance(0.3)) {
        again.name = random().pick(m_toys);
        again.quantity = random().between(1, 3);
    }
    send(again, 1);
}

void SimClient::send(const ShopBuy &buy, int attempt)
{
    SimShopper::buy(
        m_frontend, buy,
        [this, buy, attempt](const Result<qint64> &answer) { answered(buy, attempt, answer); },
        anyPatience());
}

void SimClient::answered(const ShopBuy &buy, int attempt, const Result<qint64> &answer)
{
    Statistics &statistics = simulation().statistics();
    if (answer) {
        ++statistics.orders;
        return next();
    }
    if (answer.error().code == ErrorCode::RequestMismatch)
        statistics.count(Fault::ClientMismatched);
    if (answer.error().code == ErrorCode::RequestMismatch || answer.error().code == ErrorCode::OrderRejected)
        return next();
    if (m_stopped || attempt >= mostAttempts || random().chance(0.15)) {
        statistics.count(Fault::ClientGaveUp);
        return next();
    }
    statistics.count(Fault::ClientRetried);
    const std::size_t other = anyFrontend();
    if (other != m_frontend && random().chance(0.7)) {
        m_frontend = other;
        statistics.count(Fault::ClientChangedFrontend);
    }
    post(random().between(leastPause, mostPause), [this, buy, attempt] { send(buy, attempt + 1); });
}

void SimClient::query()
{
    SimShopper::query(
        anyFrontend(), random().pick(m_toys), [this](const Result<Product> &) { next(); }, anyPatience());
}

void SimClient::find()
{
    // Around the last one: known to somebody, just decided, or not sold yet.
    const qint64 last = m_checker.lastDecided();
    const qint64 number = random().chance(0.5) ? std::max<qint64>(last + random().between(-2, 2), 1)
                                               : random().between(1, last + 1);
    SimShopper::find(
        anyFrontend(), number, [this](const Result<OrderDetails::Answer> &) { next(); }, anyPatience());
}

} // namespace toystore::simulation
