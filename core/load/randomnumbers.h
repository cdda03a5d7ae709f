// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGlobal>

namespace toystore
{

/// Random numbers that are the same on every machine: SplitMix64, by Sebastiano Vigna (public domain).
class RandomNumbers
{
public:
    explicit RandomNumbers(quint64 seed) : m_state(seed) {}

    /// Any of 2^64.
    quint64 next()
    {
        m_state += 0x9e3779b97f4a7c15u;
        quint64 z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    /// 0 to @p bound - 1; @p bound is positive and far below 2^64.
    qint64 below(qint64 bound) { return static_cast<qint64>(next() % static_cast<quint64>(bound)); }
    /// 0 to just below 1.
    double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
    quint64 m_state;
};

} // namespace toystore
