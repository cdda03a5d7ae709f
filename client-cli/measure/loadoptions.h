// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/storeaccess.h"
#include "load/loadplan.h"

#include <string>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// The options of the commands that let clients shop: how many, what they ask for, and by which seed.
class LoadOptions
{
public:
    /// @p clients, @p probability: what the options are if they are not given.
    LoadOptions(int clients, double probability) : m_clients(clients), m_probability(probability) {}

    /// Declares the options at @p command; both must outlive its parsing.
    void declare(CLI::App &command);

    [[nodiscard]] int clients() const { return m_clients; }
    [[nodiscard]] double probability() const { return m_probability; }
    /// The seed that was given, else one that is new.
    [[nodiscard]] quint64 seed() const;
    /// As they were given; empty: all that the store has.
    [[nodiscard]] QList<QByteArray> toys() const;

    /// Where to shop and for what, with room for the clients' connections. Asks the catalog for its toys, if
    /// none are named, and the shop for the first, so that a load is not put on nobody; or for all that are
    /// named. Errors: out_of_range (the clients), invalid_field (the address), cannot_connect and such,
    /// product_not_found.
    [[nodiscard]] Result<LoadPlan> plan(const GlobalOptions &options) const;

private:
    int m_clients;
    double m_probability;
    qint64 m_maxQuantity = 1;
    std::vector<std::string> m_toys;
    std::optional<quint64> m_seed;
};

/// What to do about an error of LoadOptions::plan(); may be empty.
[[nodiscard]] QByteArray loadHint(const Error &error);

} // namespace toystore
