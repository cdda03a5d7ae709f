// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "leadertracker.h"

#include "base/process.h"

#include <QLoggingCategory>

#include <algorithm>

Q_LOGGING_CATEGORY(lcLeader, "toystore.frontend.leader")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds healthDeadline = 1000ms; // silence is noticed by the Elector, sooner
constexpr Milliseconds ledgerDeadline = 1000ms;
constexpr Milliseconds updateDeadline = 30'000ms; // a new leader may have much to fetch

QList<ReplicaId> idsOf(const QList<ReplicaPlace> &places)
{
    QList<ReplicaId> ids;
    for (const ReplicaPlace &place : places)
        ids.append(place.id);
    return ids;
}

} // namespace

LeaderTracker::LeaderTracker(const QList<ReplicaPlace> &replicas, RpcClient &catalog, EventRing &events,
                             quint32 seed, QObject *parent)
    : QObject(parent), m_catalog(catalog), m_events(events), m_elector(idsOf(replicas), seed, monotonicNow())
{
    for (const ReplicaPlace &place : replicas) {
        auto client = std::make_unique<RpcClient>(place.endpoint);
        connect(client.get(), &RpcClient::connected, this,
                [this, id = place.id] { run(m_elector.replicaConnected(id, monotonicNow())); });
        connect(client.get(), &RpcClient::disconnected, this,
                [this, id = place.id] { run(m_elector.replicaDisconnected(id, monotonicNow())); });
        m_clients.emplace(place.id, std::move(client));
    }
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { run(m_elector.tick(monotonicNow())); });
}

void LeaderTracker::start()
{
    for (const auto &[id, client] : m_clients)
        client->start();
    armTimer();
}

std::vector<ReplicaId> LeaderTracker::replicas() const
{
    std::vector<ReplicaId> ids;
    for (const auto &[id, client] : m_clients)
        ids.push_back(id);
    return ids;
}

void LeaderTracker::catalogReached()
{
    run(m_elector.catalogReached(monotonicNow()));
}

void LeaderTracker::catalogLost()
{
    run(m_elector.catalogLost(monotonicNow()));
}

void LeaderTracker::buyRefused(Elector::Leader from, const Error &error)
{
    run(m_elector.buyRefused(from, error, monotonicNow()));
}

void LeaderTracker::run(const Elector::Effects &effects)
{
    for (const Elector::Effect &effect : effects)
        std::visit([this](const auto &toDo) { carryOut(toDo); }, effect);
    armTimer();
    Q_EMIT changed();
}

void LeaderTracker::armTimer()
{
    const auto left = std::chrono::ceil<Milliseconds>(m_elector.nextWake() - monotonicNow());
    m_timer.start(std::max(left, 0ms));
}

void LeaderTracker::carryOut(const Elector::SendHealthCheck &effect)
{
    client(effect.to).call(HealthCheck(), healthDeadline,
                           [this, effect](const Result<HealthCheck::Answer> &answer) {
                               run(m_elector.healthAnswered(effect.to, effect.check, answer, monotonicNow()));
                           });
}

void LeaderTracker::carryOut(const Elector::SendUpdateLeader &effect)
{
    client(effect.to).call(
        UpdateLeader{effect.leader, effect.epoch}, updateDeadline,
        [this, effect](const Result<UpdateLeader::Answer> &answer) {
            if (!answer && effect.to == effect.leader)
                noteTrouble(effect.to, answer.error().message);
            run(m_elector.leaderUpdated(effect.to, {effect.leader, effect.epoch}, answer, monotonicNow()));
        });
}

/// Said once: it may be so, and be tried ten times a second, until somebody does something about it.
void LeaderTracker::noteTrouble(ReplicaId leader, const QByteArray &message)
{
    const QByteArray name = "order-" + QByteArray::number(leader.value);
    const QByteArray trouble = name + " says that " + message;
    if (std::exchange(m_trouble, trouble) == trouble)
        return;
    qCWarning(lcLeader, "nobody leads: %s", trouble.constData());
    m_events.add({.kind = "leader_not_ready", .subject = name, .message = message});
    notifyWaitingFor("a leader: " + trouble);
}

void LeaderTracker::carryOut(const Elector::SendLeadership &effect)
{
    m_catalog.call(Leadership(), ledgerDeadline, [this, effect](const Result<Leadership::Answer> &answer) {
        run(m_elector.leadershipAnswered(effect.call, answer, monotonicNow()));
    });
}

void LeaderTracker::carryOut(const Elector::SendBeginEpoch &effect)
{
    m_catalog.call(effect.request, ledgerDeadline, [this, effect](const Result<BeginEpoch::Answer> &answer) {
        run(m_elector.epochBegun(effect.call, answer, monotonicNow()));
    });
}

void LeaderTracker::carryOut(const Elector::ElectionBegan &effect)
{
    qCInfo(lcLeader, "election: %s", effect.reason.constData());
    m_events.add({.kind = "election_began", .message = effect.reason});
}

void LeaderTracker::carryOut(const Elector::LeaderReady &effect)
{
    m_trouble.clear();
    const QByteArray id = QByteArray::number(effect.leader.value);
    qCInfo(lcLeader, "replica %s leads epoch %lld", id.constData(), static_cast<long long>(effect.epoch));
    m_events.add({.kind = "leader_changed", .subject = "order-" + id, .epoch = effect.epoch});
    Q_EMIT leaderReady({effect.leader, effect.epoch});
}

void LeaderTracker::carryOut(const Elector::LeaderLost &effect)
{
    const QByteArray id = QByteArray::number(effect.leader.value);
    qCWarning(lcLeader, "leader %s of epoch %lld is lost: %s", id.constData(),
              static_cast<long long>(effect.epoch), effect.reason.constData());
    m_events.add(
        {.kind = "leader_lost", .subject = "order-" + id, .epoch = effect.epoch, .message = effect.reason});
    Q_EMIT leaderLost({effect.leader, effect.epoch});
}

} // namespace toystore
