// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/checker.h"
#include "simulation/simfrontend.h"

namespace toystore::simulation
{

/// Who shops at the frontends, and tells the Checker what was sent and what was answered. Does nothing of its
/// own accord: scenarios and SimClient tell it what to do.
class SimShopper : public Process
{
public:
    SimShopper(SimNetwork &network, Checker &checker, QByteArray name, std::vector<SimFrontend *> frontends);
    ~SimShopper() override { SimShopper::discard(); }

    /// How long it waits for an answer before it gives up; then, as when the connection is lost, it gets
    /// deadline_exceeded, connection_lost or cannot_connect.
    static constexpr Milliseconds patience{6000};

    /// @p done is called once; not if the shopper is killed. @p frontend: its index.
    void buy(std::size_t frontend, const ShopBuy &buy, std::function<void(const Result<qint64> &)> done,
             Milliseconds waits = patience);
    void query(std::size_t frontend, const QByteArray &toy, std::function<void(const Result<Product> &)> done,
               Milliseconds waits = patience);
    void find(std::size_t frontend, qint64 number,
              std::function<void(const Result<OrderDetails::Answer> &)> done, Milliseconds waits = patience);

protected:
    void boot() override;
    void discard() override;

    SimNetwork &m_network;
    Checker &m_checker;
    const std::vector<SimFrontend *> m_frontends;

private:
    std::vector<std::unique_ptr<SimRpcClient>> m_clients; // by the frontend's index
};

} // namespace toystore::simulation
