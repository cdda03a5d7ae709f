// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/random.h"
#include "simulation/statistics.h"
#include "simulation/trace.h"

#include <QList>

#include <functional>
#include <optional>
#include <vector>

// The deterministic simulator: the store's real code under a virtual clock, network and disk, in one thread,
// from one seed. To be read in this order:
//
//   simulation.h   time, the queue of events, what is random; a violation ends a seed
//   process.h      what starts, ends, pauses and crashes
//   simnetwork.h   connections as RpcClient and RpcServer make them over TCP; partitions, cuts, late bytes
//   simdisk.h      a file that tears, loses and fills up;  simledger.h: the ledger, which outlives its
//   catalog simcatalog.h, simreplica.h, simfrontend.h, simclient.h   the services and who shops in them
//   checker.h      I1 to I13
//   world.h        a whole store: what a scripted scenario uses
//   faults.h       what a random seed does to it;  seed.h: one seed from its beginning to its verdict

namespace toystore::simulation
{

/// A broken invariant.
struct Violation {
    QByteArray invariant;            ///< I1 to I13
    QByteArray text;                 ///< a sentence, with the numbers
    QList<QByteArray> subjects = {}; ///< what the reader of the trace will look for
};

/// Virtual time and the events in it, in the order of their times and, at one time, as they were asked for.
class Simulation
{
public:
    Simulation(quint64 seed, Trace::Mode mode) : m_random(seed), m_trace(mode) {}
    Simulation(const Simulation &) = delete;
    Simulation &operator=(const Simulation &) = delete;

    [[nodiscard]] Instant now() const { return m_now; }
    [[nodiscard]] Random &random() { return m_random; }
    [[nodiscard]] Trace &trace() { return m_trace; }
    [[nodiscard]] Statistics &statistics() { return m_statistics; }

    /// Notes an event in the trace; see Trace::note().
    template <typename Text>
    void note(std::initializer_list<quint64> facts, const Text &text)
    {
        m_trace.note(m_now, facts, text);
    }
    /// Notes a fault, which every shortened trace shows.
    void noteFault(const QByteArray &what)
    {
        note({Trace::fact(what)}, [&what] { return "** " + what; });
    }

    /// Runs @p work at @p time, or now if that is over.
    void at(Instant time, std::function<void()> work);
    void after(Duration delay, std::function<void()> work) { at(m_now + delay, std::move(work)); }

    /// Called after every event.
    void setAfterEvent(std::function<void()> afterEvent) { m_afterEvent = std::move(afterEvent); }

    /// Runs all events until @p end, or until @p enough says so after an event, or a violation was found.
    /// Returns whether @p enough did.
    bool runUntil(Instant end, const std::function<bool()> &enough = {});
    bool runFor(Duration time, const std::function<bool()> &enough = {})
    {
        return runUntil(m_now + time, enough);
    }

    /// The first one counts and ends the run.
    void violate(Violation violation);
    [[nodiscard]] const std::optional<Violation> &violation() const { return m_violation; }

private:
    struct Event {
        Instant time;
        quint64 sequence = 0;
        std::function<void()> work;

        /// For a heap whose front is the earliest.
        bool operator<(const Event &other) const
        {
            return time != other.time ? time > other.time : sequence > other.sequence;
        }
    };

    Instant m_now{std::chrono::seconds(10)};
    Random m_random;
    Trace m_trace;
    Statistics m_statistics;
    std::vector<Event> m_events; // a heap
    quint64 m_lastSequence = 0;
    std::function<void()> m_afterEvent;
    std::optional<Violation> m_violation;
};

} // namespace toystore::simulation
