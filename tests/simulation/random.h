// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <algorithm>
#include <random>
#include <vector>

namespace toystore::simulation
{

using Duration = Instant::duration;

/// The one source of all that is random in a seed. Its numbers are made here and not by the standard
/// library's distributions, which differ between its implementations.
class Random
{
public:
    explicit Random(quint64 seed) : m_engine(seed) {}

    /// From 0 up to @p limit, which is positive, without it.
    [[nodiscard]] qint64 below(qint64 limit)
    {
        return static_cast<qint64>(m_engine() % static_cast<quint64>(limit));
    }
    /// Both included.
    [[nodiscard]] qint64 between(qint64 least, qint64 most) { return least + below(most - least + 1); }
    [[nodiscard]] Duration between(Duration least, Duration most)
    {
        return least + Duration(below((most - least).count() + 1));
    }
    [[nodiscard]] bool chance(double probability)
    {
        constexpr double range = 1 << 30;
        return static_cast<double>(m_engine() >> 34) < probability * range;
    }
    template <typename T>
    [[nodiscard]] const T &pick(const std::vector<T> &from)
    {
        return from[static_cast<std::size_t>(below(static_cast<qint64>(from.size())))];
    }
    template <typename T>
    void shuffle(std::vector<T> &items)
    {
        for (std::size_t left = items.size(); left > 1; --left)
            std::swap(items[left - 1], items[static_cast<std::size_t>(below(static_cast<qint64>(left)))]);
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace toystore::simulation
