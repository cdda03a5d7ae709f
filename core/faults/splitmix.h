// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGlobal>

namespace toystore
{

/// Random numbers that depend on the seed alone, on every machine and with every compiler. The algorithm:
/// G. L. Steele, D. Lea, C. H. Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014
/// (SplitMix64).
class SplitMix
{
public:
    explicit SplitMix(quint64 seed) : m_state(seed) {}

    quint64 operator()()
    {
        m_state += 0x9e3779b97f4a7c15U;
        quint64 mixed = m_state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31);
    }

    /// From 0 up to @p limit, which is positive, without it.
    [[nodiscard]] qint64 below(qint64 limit)
    {
        return static_cast<qint64>((*this)() % static_cast<quint64>(limit));
    }
    /// Both included.
    [[nodiscard]] qint64 between(qint64 least, qint64 most) { return least + below(most - least + 1); }
    [[nodiscard]] bool chance(double probability)
    {
        constexpr double range = 1LL << 53;
        return static_cast<double>((*this)() >> 11) < probability * range;
    }

private:
    quint64 m_state;
};

} // namespace toystore
