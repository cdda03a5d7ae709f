// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/loadengine.h"

#include "base/error.h"
#include "load/randomshopper.h"

#include <QUuid>

#include <algorithm>
#include <cmath>
#include <utility>

namespace toystore
{

LoadEngine::LoadEngine(LoadPlan plan, QObject *parent)
    : LoadEngine(
          std::move(plan),
          [this](qint64 client) {
              return std::make_shared<RandomShopper>(m_shared.plan.mix, client, m_shared.plan.keyPrefix,
                                                     m_shared.plan.requestsPerClient);
          },
          parent)
{
}

LoadEngine::LoadEngine(LoadPlan plan, const ShopperMaker &maker, QObject *parent)
    : QObject(parent), m_maker(maker), m_clock([this] { arrive(); })
{
    TOYSTORE_ENSURE(plan.clients >= 0 && !plan.mix.toys.isEmpty() && (!plan.rate || *plan.rate > 0));
    if (plan.keyPrefix.isEmpty())
        plan.keyPrefix = "load-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    m_shared.plan = std::move(plan);
    m_shared.freed = [this](LoadClient &client) { freed(client); };
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(0);
    connect(&m_checkTimer, &QTimer::timeout, this, [this] { finishIfOver(); });
}

LoadEngine::~LoadEngine() = default;

void LoadEngine::setObserver(LoadObserver *observer)
{
    TOYSTORE_ENSURE(isIdle());
    m_shared.observer = observer;
}

void LoadEngine::start()
{
    if (std::exchange(m_running, true))
        return;
    m_shared.figures = LoadFigures();
    m_figuresSince = monotonicNow();
    m_finished.reset();
    setClients(m_shared.plan.clients);
    beginAll();
}

void LoadEngine::stop()
{
    halt();
    checkFinished();
}

void LoadEngine::abort()
{
    stop();
    for (const auto *clients : {&m_clients, &m_leaving}) {
        for (const std::unique_ptr<LoadClient> &client : *clients)
            client->abort();
    }
}

bool LoadEngine::isIdle() const
{
    const auto isFree = [](const std::unique_ptr<LoadClient> &client) { return !client->isBusy(); };
    return std::all_of(m_clients.begin(), m_clients.end(), isFree) &&
           std::all_of(m_leaving.begin(), m_leaving.end(), isFree);
}

void LoadEngine::setClients(int clients)
{
    TOYSTORE_ENSURE(clients >= 0);
    m_shared.plan.clients = clients;
    if (!m_running)
        return; // start() will look
    const auto wanted = static_cast<std::size_t>(clients);
    while (m_clients.size() > wanted) {
        m_clients.back()->retire();
        std::erase(m_free, m_clients.back().get());
        m_leaving.push_back(std::move(m_clients.back()));
        m_clients.pop_back();
    }
    while (m_clients.size() < wanted) {
        const qint64 id = ++m_lastClient;
        m_clients.push_back(std::make_unique<LoadClient>(id, m_shared, m_maker(id)));
        putToWork(*m_clients.back());
    }
    checkFinished();
}

void LoadEngine::setMix(const LoadMix &mix)
{
    TOYSTORE_ENSURE(!mix.toys.isEmpty());
    m_shared.plan.mix = mix;
}

void LoadEngine::setRate(std::optional<double> rate)
{
    TOYSTORE_ENSURE(!rate || *rate > 0);
    m_shared.plan.rate = rate;
    if (m_running)
        beginAll();
}

const LoadFigures &LoadEngine::figures()
{
    m_shared.figures.span = m_finished.value_or(monotonicNow()) - m_figuresSince;
    return m_shared.figures;
}

LoadFigures LoadEngine::takeFigures()
{
    LoadFigures taken = figures();
    m_shared.figures = LoadFigures();
    m_figuresSince += taken.span;
    return taken;
}

/// Sets every free client to work, as the loop wants it.
void LoadEngine::beginAll()
{
    m_free.clear();
    m_clock.stop();
    if (m_shared.plan.rate) {
        m_firstArrival = monotonicNow();
        m_arrivals = 0;
        m_clock.wakeAt(m_firstArrival);
    }
    for (const std::unique_ptr<LoadClient> &client : m_clients) {
        if (!client->isBusy())
            putToWork(*client);
    }
}

/// Sets a free client to work.
void LoadEngine::putToWork(LoadClient &client)
{
    const bool isOpen = m_shared.plan.rate.has_value();
    if (isOpen && m_backlog.empty()) {
        m_free.push_back(&client);
        return;
    }
    Instant due = monotonicNow();
    const bool wasDue = !m_backlog.empty();
    if (wasDue) { // a closed loop that was open serves first what was due
        due = m_backlog.front();
        m_backlog.pop_front();
    }
    if (client.begin(due))
        return;
    if (wasDue)
        m_backlog.push_front(due);
    checkFinished();
}

void LoadEngine::freed(LoadClient &client)
{
    if (m_running && !client.isRetired())
        putToWork(client);
    else
        checkFinished();
}

/// Nothing is begun any more.
void LoadEngine::halt()
{
    m_running = false;
    m_clock.stop();
    m_free.clear();
    if (!wantsNoMore())
        m_shared.figures.errors[static_cast<std::size_t>(LoadError::Overrun)] += qint64(m_backlog.size());
    m_backlog.clear();
}

void LoadEngine::arrive()
{
    const Instant now = monotonicNow();
    Instant due = arrival(m_arrivals);
    for (; due <= now; due = arrival(++m_arrivals))
        serve(due);
    m_clock.wakeAt(due);
}

Instant LoadEngine::arrival(qint64 number) const
{
    return m_firstArrival +
           std::chrono::nanoseconds(std::llround(static_cast<double>(number) * 1e9 / *m_shared.plan.rate));
}

void LoadEngine::serve(Instant due)
{
    while (!m_free.empty()) {
        LoadClient &client = *m_free.front();
        m_free.pop_front();
        if (client.begin(due))
            return;
        checkFinished();
    }
    if (wantsNoMore())
        return; // it is due to nobody
    if (m_backlog.size() < m_shared.plan.maxBacklog)
        m_backlog.push_back(due);
    else
        ++m_shared.figures.errors[static_cast<std::size_t>(LoadError::Overrun)];
}

// Later: we may have been called by a client that is to be deleted, and whoever hears finished() may delete
// us.
void LoadEngine::checkFinished()
{
    m_checkTimer.start();
}

/// Whether every client has made all requests that it had in mind.
bool LoadEngine::wantsNoMore() const
{
    return !m_clients.empty() && std::all_of(m_clients.begin(), m_clients.end(),
                                             [](const auto &client) { return client->isDone(); });
}

void LoadEngine::finishIfOver()
{
    std::erase_if(m_leaving, [](const auto &client) { return !client->isBusy(); });
    if (!isIdle() || (m_running && !wantsNoMore()))
        return;
    halt();
    m_finished = monotonicNow();
    Q_EMIT finished();
}

} // namespace toystore
