// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/settings.h"
#include "simulation/seed.h"
#include "simulation/seedrange.h"

#include <QHashSeed>
#include <QLoggingCategory>

#include <chrono>
#include <cstdio>
#include <thread>

using namespace toystore;
using namespace toystore::simulation;

namespace
{

constexpr qint64 seedsThatShowAll = 10'000; // from so many on, every kind of fault must have happened
constexpr qint64 mostSeeds = 1'000'000'000;

int replay(quint64 seed, bool verbose)
{
    const SeedResult result = runSeed(seed, verbose ? Trace::Mode::Text : Trace::Mode::Hash);
    for (const QByteArray &line : result.lines)
        std::printf("%s\n", line.constData());
    if (result.violation) {
        std::printf("%s", reportOf(seed).constData());
        return 1;
    }
    std::printf("seed %llu: all well after %lld events and %lld orders, trace hash %016llx\n",
                static_cast<unsigned long long>(seed), static_cast<long long>(result.statistics.events),
                static_cast<long long>(result.statistics.orders),
                static_cast<unsigned long long>(result.hash));
    return 0;
}

int runRange(quint64 first, qint64 count, int jobs)
{
    const auto began = std::chrono::steady_clock::now();
    const SeedRange::Outcome outcome = SeedRange(first, count, jobs).run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%s%lld of %lld seeds from %llu in %.1f s: %lld events, %lld orders, %lld failed\n",
                tableOf(outcome.statistics).constData(), static_cast<long long>(outcome.seeds),
                static_cast<long long>(count), static_cast<unsigned long long>(first), took.count(),
                static_cast<long long>(outcome.statistics.events),
                static_cast<long long>(outcome.statistics.orders), static_cast<long long>(outcome.failed));
    bool isComplete = true;
    if (count >= seedsThatShowAll && outcome.failed == 0 && !outcome.aborted) {
        for (const QByteArray &missing : missingIn(outcome.statistics)) {
            std::printf("never happened: %s\n", missing.constData());
            isComplete = false;
        }
    }
    return outcome.failed == 0 && !outcome.aborted && isComplete ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    qint64 seed = -1;
    qint64 first = 1;
    qint64 count = 1000;
    qint64 jobs = std::max(1U, std::thread::hardware_concurrency());
    Settings settings("simulate",
                      "Runs the store under a virtual clock, network and disk, breaks it in every way that"
                      " the seed says, and checks I1 to I13 (docs/architecture.md). The same seed always does"
                      " the same. With --verbose, --seed prints everything that happens.");
    settings.addInteger("seed", seed, -1, mostSeeds, "Replay this seed alone; -1: a range");
    settings.addInteger("first-seed", first, 0, mostSeeds, "The range's first seed");
    settings.addInteger("seeds", count, 1, mostSeeds,
                        "How many seeds; from 10000 on, every kind of fault and a crash at every boundary"
                        " must have happened");
    settings.addInteger("jobs", jobs, 1, 64, "Processes that share the range");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;
    QHashSeed::setDeterministicGlobalSeed();
    QLoggingCategory::setFilterRules(QStringLiteral("*=false"));
    if (seed >= 0)
        return replay(static_cast<quint64>(seed), settings.isVerbose());
    return runRange(static_cast<quint64>(first), count, static_cast<int>(jobs));
}
