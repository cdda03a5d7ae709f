// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/simshopper.h"

namespace toystore::simulation
{

/// A customer in a closed loop: buys, looks toys and orders up, its own and others', also numbers that are
/// not sold yet. Sends a buy again under its key, at the same frontend or the other, or gives up; sends two
/// at once, sends another payload under a key, sends a rejected buy again.
class SimClient final : public SimShopper
{
public:
    SimClient(SimNetwork &network, Checker &checker, QByteArray name, std::vector<SimFrontend *> frontends,
              std::vector<QByteArray> toys);

    /// Finishes what it does and begins nothing more.
    void stop() { m_stopped = true; }

private:
    void boot() override;
    void next();
    void act();
    void buy();
    void send(const ShopBuy &buy, int attempt);
    void answered(const ShopBuy &buy, int attempt, const Result<qint64> &answer);
    void query();
    void find();
    [[nodiscard]] std::size_t anyFrontend();
    [[nodiscard]] Milliseconds anyPatience();

    const std::vector<QByteArray> m_toys;
    std::vector<ShopBuy> m_buys; // that it made, whatever became of them
    std::size_t m_frontend = 0;
    int m_lastKey = 0;
    bool m_stopped = false;
};

} // namespace toystore::simulation
