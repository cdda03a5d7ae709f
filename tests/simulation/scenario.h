// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/world.h"

#include <QTest>

namespace toystore::simulation
{

using namespace std::chrono_literals;

/// A store of three replicas, 8091 to 8093, that a test writes a story about.
class Scenario : public World
{
public:
    /// As a person would have it: much in stock, so that nothing is sold out or restocked by itself.
    [[nodiscard]] static Settings calm(int frontends = 1);

    Scenario(const Settings &settings, quint64 seed, Trace::Mode mode = Trace::Mode::Text);

    /// Starts the catalog and the replicas and waits until these have booted.
    void startReplicas();
    /// Then the first frontend, and when that has elected the others, which follow: 8093, the highest id,
    /// leads epoch 1.
    void openOneByOne();

    [[nodiscard]] SimReplica &r91() { return replica(0); }
    [[nodiscard]] SimReplica &r92() { return replica(1); }
    [[nodiscard]] SimReplica &r93() { return replica(2); }

    // Shopping, and waiting for the answer.

    /// The number that a buy got; -1: none within ten seconds, or an error.
    qint64 numberOf(const Outcome<qint64> &buy);
    qint64 buyNow(const QByteArray &requestId, std::size_t frontend = 0);
    /// Buys Tux as often, under the keys c-@p first and on. Returns whether each got the number in its key.
    bool buyNumbers(qint64 first, qint64 last);
    /// The error that a request got; nothing if it succeeded or was not answered within ten seconds.
    template <typename T>
    std::optional<ErrorCode> refusalOf(const Outcome<T> &outcome)
    {
        return runUntil(outcome) && !**outcome ? std::optional((*outcome)->error().code) : std::nullopt;
    }
    /// The quantity of Tux that a frontend shows; -1: none within ten seconds, or an error.
    qint64 shownBy(std::size_t frontend);
    qint64 quantityOf(const Outcome<Product> &query);

    // Time.

    [[nodiscard]] Instant now() { return simulation().now(); }
    [[nodiscard]] Milliseconds since(Instant then)
    {
        return std::chrono::duration_cast<Milliseconds>(now() - then);
    }
    /// Lets at most @p limit pass until @p isSo. Returns whether it is.
    bool until(const std::function<bool()> &isSo, Duration limit = 10s)
    {
        return isSo() || runFor(limit, isSo);
    }

    // The network.

    void cutOff(const Process &one, const Process &other);
    void reconnect(const Process &one, const Process &other);
    /// Cuts @p one off from all @p others.
    void isolate(const Process &one, std::initializer_list<const Process *> others);
    void rejoin(const Process &one, std::initializer_list<const Process *> others);

    // What is on the disks.

    [[nodiscard]] QList<Order> decided();
    [[nodiscard]] qint64 stock(const QByteArray &toy = "Tux");
    [[nodiscard]] Leadership::Answer leadership();
    /// The bytes of a log with all decided orders.
    [[nodiscard]] QByteArray wholeLog();
    [[nodiscard]] QByteArray logOf(SimReplica &replica) { return replica.disk().content(); }
    [[nodiscard]] bool isWhole(SimReplica &replica) { return logOf(replica) == wholeLog(); }
    [[nodiscard]] bool allAreWhole() { return isWhole(r91()) && isWhole(r92()) && isWhole(r93()); }

    /// Gives the ledger and the logs of @p replicas the orders 1 to @p count, as if they had been sold;
    /// before those processes start.
    void preload(qint64 count, const std::vector<SimReplica *> &replicas);

    /// Whether a line of the trace has all of @p words.
    [[nodiscard]] bool happened(std::initializer_list<QByteArrayView> words);
};

/// The end of every story: all faults are healed, and the store must sell again within a second, and its
/// books must be right.
void endWell(Scenario &store);

/// Plays @p story in many seeds: each has its own delays, and what a story asserts must not depend on them.
/// @p prepare: what there is before the store is opened.
void inEverySeed(
    const World::Settings &settings, const std::function<void(Scenario &)> &story,
    const std::function<void(Scenario &)> &prepare = [](Scenario &) {});

} // namespace toystore::simulation
