// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulation/boundaries.h"
#include "simulation/simulation.h"

#include <array>
#include <map>

namespace toystore::simulation
{

class SimServer;

/// Thrown at a boundary through the code under test, which is left where it was, and caught by the process:
/// what it had in memory is gone.
struct Crash {
    QByteArray where;
};

/// A process that can be started, killed, paused and crashed. What it has in memory lives from boot() to
/// discard(); what it has on disk belongs to the object.
///
/// Everything that happens in it is an event posted to it: forgotten if the process has ended by then, kept
/// if it is paused. What a paused process has kept happens in any order when it goes on, except that each
/// connection's bytes stay in theirs: timers are overdue and sockets are full.
class Process
{
public:
    enum class State { Down, Up, Paused };

    Process(Simulation &simulation, QByteArray name);
    virtual ~Process() = default;
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;

    [[nodiscard]] const QByteArray &name() const { return m_name; }
    [[nodiscard]] quint64 fact() const { return m_fact; }
    [[nodiscard]] bool isUp() const { return m_state != State::Down; }
    [[nodiscard]] bool isPaused() const { return m_state == State::Paused; }
    /// When it was started the last time.
    [[nodiscard]] Instant startedAt() const { return m_startedAt; }

    /// All four may be called at any time and do nothing where there is nothing to do.
    void start();
    void kill(const QByteArray &why);
    void pause();
    void resume();
    /// Starts it after @p delay if it is down then.
    void startAfter(Duration delay);

    /// Runs @p work as an event of this process after @p delay.
    void post(Duration delay, std::function<void()> work);
    /// The same right now, inside the caller's event, which may be one of this process.
    void run(const std::function<void()> &work);

    /// To be told whatever ends it, and after it has.
    void setEnded(std::function<void()> ended) { m_ended = std::move(ended); }

    /// The process is at @p boundary; does not return if a crash is armed for this passage.
    void passes(Boundary boundary);
    /// Crashes it at the @p passage th passage of @p boundary from now, 1 for the next one.
    void crashAt(Boundary boundary, int passage);
    /// For scenarios: calls @p meanwhile at the next passage of @p boundary, before it goes on. Time that
    /// passes in there passes for all others, while the thread that is at the boundary does not run.
    void atNext(Boundary boundary, std::function<void()> meanwhile);
    /// Forgets all crashes that are armed.
    void disarm() { m_armed.fill(0); }

    [[nodiscard]] Simulation &simulation() { return m_simulation; }
    [[nodiscard]] Random &random() { return m_simulation.random(); }
    [[nodiscard]] Instant now() const { return m_simulation.now(); }

    /// What accepts its connections; nothing while it does not listen.
    [[nodiscard]] SimServer *server() const { return m_server; }
    void setServer(SimServer *server) { m_server = server; }

protected:
    virtual void boot() = 0;
    virtual void discard() = 0;

private:
    Simulation &m_simulation;
    const QByteArray m_name;
    const quint64 m_fact;
    State m_state = State::Down;
    quint64 m_incarnation = 0; // of the process; an earlier one's events are forgotten
    Instant m_startedAt;
    std::vector<std::function<void()>> m_kept; // while paused
    std::array<int, boundaryCount> m_armed{};  // passages to go, 0: none
    std::map<Boundary, std::function<void()>> m_meanwhile;
    bool m_running = false; // an event of this process, which a crash ends
    std::function<void()> m_ended;
    SimServer *m_server = nullptr;
};

} // namespace toystore::simulation
