// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/settings.h"
#include "simulation/seed.h"

#include <QHashSeed>
#include <QLoggingCategory>

#include <cstdio>

using namespace toystore;
using namespace toystore::simulation;

int main(int argc, char **argv)
{
    qint64 first = 1;
    qint64 count = 1;
    bool verbose = false;
    Settings settings("simulate", "x");
    settings.addInteger("first-seed", first, 0, 1'000'000'000, "x");
    settings.addInteger("seeds", count, 1, 1'000'000'000, "x");
    settings.addFlag("trace", verbose, "x");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;
    QHashSeed::setDeterministicGlobalSeed();
    QLoggingCategory::setFilterRules(QStringLiteral("*=false"));
    Statistics sum;
    int failed = 0;
    for (qint64 seed = first; seed < first + count; ++seed) {
        SeedResult result = runSeed(quint64(seed), verbose ? Trace::Mode::Text : Trace::Mode::Hash);
        sum += result.statistics;
        if (verbose)
            for (const QByteArray &line : result.lines)
                std::printf("%s\n", line.constData());
        if (result.violation) {
            ++failed;
            std::printf("seed %lld: %s: %s\n", (long long)seed, result.violation->invariant.constData(), result.violation->text.constData());
        }
    }
    for (std::size_t i = 0; i < faultCount; ++i)
        std::printf("%-26s %lld\n", faultNames[i], (long long)sum.faults[i]);
    for (std::size_t i = 0; i < boundaryCount; ++i)
        std::printf("%-26s %lld of %lld\n", boundaryNames[i], (long long)sum.crashes[i], (long long)sum.passages[i]);
    std::printf("%lld events, %lld orders, %d failed\n", (long long)sum.events, (long long)sum.orders, failed);
    return failed > 0;
}
