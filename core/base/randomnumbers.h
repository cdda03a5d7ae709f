// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGlobal>

namespace toystore
{

/// Random numbers that are the same on every machine for the same seed: SplitMix64, by Sebastiano Vigna
/// (public domain; https://prng.di.unimi.it/splitmix64.c). Pure; one thread.
class RandomNumbers
{
public:
    explicit RandomNumbers(quint64 seed) : m_state(seed) {}

    /// Any of 2^64.
    quint64 next()
    {
        m_state += 0x9e3779b97f4a7c15U;
        quint64 mixed = m_state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31);
    }
    /// From 0 up to @p limit, which is positive and far below 2^64, without it.
    qint64 below(qint64 limit) { return static_cast<qint64>(next() % static_cast<quint64>(limit)); }
    /// Both included.
    qint64 between(qint64 least, qint64 most) { return least + below(most - least + 1); }
    /// From 0 up to 1, without it.
    double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    bool chance(double probability) { return fraction() < probability; }

private:
    quint64 m_state;
};

} // namespace toystore
