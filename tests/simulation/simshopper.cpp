// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simshopper.h"

namespace toystore::simulation
{

SimShopper::SimShopper(SimNetwork &network, Checker &checker, QByteArray name,
                       std::vector<SimFrontend *> frontends)
    : Process(network.simulation(), std::move(name)), m_network(network), m_checker(checker),
      m_frontends(std::move(frontends))
{
}

void SimShopper::boot()
{
    for (SimFrontend *const frontend : m_frontends) {
        m_clients.push_back(std::make_unique<SimRpcClient>(m_network, *this, *frontend));
        m_clients.back()->start();
    }
}

void SimShopper::discard()
{
    m_clients.clear();
}

void SimShopper::buy(std::size_t frontend, const ShopBuy &buy,
                     std::function<void(const Result<qint64> &)> done, Milliseconds waits)
{
    m_checker.sent(buy);
    m_clients[frontend]->call<ShopBuy>(
        buy, waits, [this, buy, done = std::move(done)](const Result<PlaceOrder::Answer> &answer) {
            if (answer)
                m_checker.bought(buy, answer->orderNumber);
            else if (answer.error().code == ErrorCode::OrderRejected)
                m_checker.rejected(buy);
            done(answer.map([](const PlaceOrder::Answer &order) { return order.orderNumber; }));
        });
}

void SimShopper::query(std::size_t frontend, const QByteArray &toy,
                       std::function<void(const Result<Product> &)> done, Milliseconds waits)
{
    m_clients[frontend]->call<ShopQuery>(
        ShopQuery{toy}, waits,
        [this, toy, then = m_checker.freshness(toy), done = std::move(done)](const Result<Product> &answer) {
            m_checker.queried(toy, then, answer);
            done(answer);
        });
}

void SimShopper::find(std::size_t frontend, qint64 number,
                      std::function<void(const Result<OrderDetails::Answer> &)> done, Milliseconds waits)
{
    m_clients[frontend]->call<ShopFind>(ShopFind{number}, waits,
                                        [this, number, wasKnown = m_checker.isKnown(number),
                                         done = std::move(done)](const Result<OrderDetails::Answer> &answer) {
                                            if (answer)
                                                m_checker.found(*answer);
                                            else if (answer.error().code == ErrorCode::OrderNotFound)
                                                m_checker.notFound(number, wasKnown);
                                            done(answer);
                                        });
}

} // namespace toystore::simulation
