// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/seed.h"

#include "simulation/faults.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr std::size_t mostLines = 120; // of a shortened trace

/// What store a seed has. Of a source of its own, so that the store's shape does not change what happens in
/// it.
World::Settings draw(quint64 seed)
{
    Random random(seed ^ 0x9e3779b97f4a7c15ULL);
    World::Settings settings;
    const qint64 dice = random.below(100);
    if (dice < 8)
        settings.replicas = 1;
    else if (dice < 18)
        settings.replicas = 2;
    else if (dice < 26)
        settings.replicas = 5;
    settings.frontends = random.chance(0.4) ? 2 : 1;
    settings.clients = static_cast<int>(random.between(2, 6));
    settings.stock = random.between(3, 40);
    settings.restockLevel = random.between(3, 40);
    settings.restockInterval = random.between(Duration(200ms), Duration(1000ms));
    settings.cacheCapacity = random.between(1, 4);
    settings.cacheEnabled = random.chance(0.95);
    return settings;
}

} // namespace

SeedResult runSeed(quint64 seed, Trace::Mode mode)
{
    World world(draw(seed), seed, mode);
    Simulation &simulation = world.simulation();
    world.open();
    Faults faults(world);
    world.runFor(simulation.random().between(Duration(0), Duration(200ms)));
    faults.run();
    world.heal();
    if (!simulation.violation() && world.sellsWithin(1s))
        world.settle();

    SeedResult result{simulation.trace().hash(),
                      simulation.statistics(),
                      simulation.violation(),
                      simulation.trace().lines(),
                      {}};
    if (result.violation)
        result.shortened = simulation.trace().shortened(result.violation->subjects, mostLines);
    return result;
}

} // namespace toystore::simulation
