// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/knownstore.h"

namespace toystore
{

/// When made-up stores are: 2026-11-22T14:03:11Z.
inline constexpr qint64 madeUpNowMs = 1'795'356'191'000;
/// The order that was the last one then.
inline constexpr qint64 madeUpLast = 12'480;

/// What a monitor knows of a store that a test makes up. What there is to see of it is what snapshotOf()
/// says, so nothing is shown that can't be; the verdicts are those of a monitor that has compared everything.
class MadeUpStore
{
public:
    /// Everything runs; the replicas are 8091 and on, and the highest of them leads.
    explicit MadeUpStore(int replicas = 3);

    /// Brings a service into a state: Down is killed, NotAnswering paused; a leader that is to be a Follower
    /// was away for a while. When the leader is lost the highest follower leads, in the next epoch.
    void set(const QByteArray &service, ServiceState state);
    /// The same of the replica @p id.
    void set(qint64 id, ServiceState state) { set("order-" + QByteArray::number(id), state); }
    /// The last that the frontend said of a change of leader.
    void tellFailover(const FailoverView &failover) { frontend().failover = failover; }
    /// The frontend has answered so many buys with 500 since it is watched.
    void failBuys(qint64 count);
    /// One link has a fault.
    void breakLink(const QByteArray &from, const QByteArray &to, const Fault &fault);
    /// Nobody was heard for @p silence: there is no connection any more.
    void loseAll(Milliseconds silence);

    /// All that is known, for what is not offered here.
    [[nodiscard]] KnownStore &known() { return m_store; }
    [[nodiscard]] ClusterSnapshot snapshot() const;

private:
    [[nodiscard]] FrontendStatus::Answer &frontend() { return *m_store.services.at("frontend").frontend; }
    void add(const QByteArray &service, qint64 port);
    void addReplica(qint64 id);
    void addFrontend();
    void end(KnownService &service, const QByteArray &state, Milliseconds ago);
    void elect();
    void describeReplicas();

    KnownStore m_store;
    ReplicaId m_leader; // 0: none
    qint64 m_epoch = 2; // before the first is elected
};

} // namespace toystore
