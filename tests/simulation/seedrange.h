// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/statistics.h"

#include <QByteArray>
#include <QList>

namespace toystore::simulation
{

/// Many seeds, shared out among processes: each seed runs alone in one of them, so what it does is the same
/// whoever runs it. What fails is printed when it happens, with the seed that replays it; a process that ends
/// inside the code under test names its seed, too.
class SeedRange
{
public:
    /// @p jobs: processes, at least 1.
    SeedRange(quint64 first, qint64 count, int jobs) : m_first(first), m_count(count), m_jobs(jobs) {}

    static constexpr qint64 mostFailures = 5; ///< then the rest is not run

    struct Outcome {
        Statistics statistics;
        qint64 seeds = 0;
        qint64 failed = 0;
        bool aborted = false; ///< a process did not end by itself
    };

    /// Runs all; prints failures and, ten times, how far it is.
    [[nodiscard]] Outcome run() const;

private:
    const quint64 m_first;
    const qint64 m_count;
    const int m_jobs;
};

/// How often each kind of fault, and a crash at each boundary, happened: a table for people.
[[nodiscard]] QByteArray tableOf(const Statistics &statistics);

/// The names of the kinds of fault, and boundaries crashed at, that never happened.
[[nodiscard]] QList<QByteArray> missingIn(const Statistics &statistics);

/// The failure of @p seed for people: what is broken, a shortened trace, how to replay it.
[[nodiscard]] QByteArray reportOf(quint64 seed);

} // namespace toystore::simulation
