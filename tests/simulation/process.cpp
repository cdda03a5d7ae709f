// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/process.h"

#include <utility>

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Duration wakingUp = 500us; // what a resumed process had kept happens within

} // namespace

Process::Process(Simulation &simulation, QByteArray name)
    : m_simulation(simulation), m_name(std::move(name)), m_fact(Trace::fact(m_name))
{
}

void Process::start()
{
    if (isUp())
        return;
    m_state = State::Up;
    ++m_incarnation;
    m_startedAt = now();
    m_simulation.noteFault(m_name + " starts");
    run([this] { boot(); });
}

void Process::startAfter(Duration delay)
{
    m_simulation.after(delay, [this] { start(); });
}

void Process::kill(const QByteArray &why)
{
    if (!isUp())
        return;
    m_state = State::Down;
    ++m_incarnation;
    m_kept.clear();
    m_simulation.noteFault(m_name + ' ' + why);
    discard();
    if (m_ended)
        m_ended();
}

void Process::pause()
{
    if (m_state != State::Up)
        return;
    m_state = State::Paused;
    m_simulation.noteFault(m_name + " is paused");
}

void Process::resume()
{
    if (m_state != State::Paused)
        return;
    m_state = State::Up;
    m_simulation.noteFault(m_name + " goes on");
    std::vector<std::function<void()>> kept = std::exchange(m_kept, {});
    random().shuffle(kept);
    for (std::function<void()> &work : kept)
        post(random().between(Duration(0), wakingUp), std::move(work));
}

void Process::post(Duration delay, std::function<void()> work)
{
    m_simulation.after(delay, [this, incarnation = m_incarnation, work = std::move(work)]() mutable {
        if (incarnation != m_incarnation)
            return;
        if (isPaused())
            m_kept.push_back(std::move(work));
        else
            run(work);
    });
}

void Process::run(const std::function<void()> &work)
{
    if (isPaused()) {
        m_kept.push_back(work);
        return;
    }
    if (m_running)
        return work();
    m_running = true;
    try {
        work();
        m_running = false;
    } catch (const Crash &crash) {
        m_running = false;
        kill("crashes " + crash.where);
    }
}

void Process::passes(Boundary boundary)
{
    const auto index = static_cast<std::size_t>(boundary);
    ++m_simulation.statistics().passages[index];
    if (const auto meanwhile = m_meanwhile.extract(boundary); !meanwhile.empty())
        meanwhile.mapped()();
    if (m_armed[index] == 0 || --m_armed[index] > 0)
        return;
    ++m_simulation.statistics().crashes[index];
    m_simulation.statistics().count(Fault::CrashAtBoundary);
    throw Crash{"at " + nameOf(boundary)};
}

void Process::atNext(Boundary boundary, std::function<void()> meanwhile)
{
    m_meanwhile[boundary] = std::move(meanwhile);
}

void Process::crashAt(Boundary boundary, int passage)
{
    m_armed[static_cast<std::size_t>(boundary)] = passage;
}

} // namespace toystore::simulation
