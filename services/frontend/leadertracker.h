// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/eventring.h"
#include "election/elector.h"
#include "net/rpcclient.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>

namespace toystore
{

/// Carries the Elector's effects out: holds the connections to the replicas and its timer, and tells who
/// takes buys. Lives on one thread, with the catalog's client.
class LeaderTracker : public QObject
{
    Q_OBJECT

public:
    /// @p catalog and @p events must outlive the tracker. @p seed: see Elector.
    LeaderTracker(const QList<ReplicaPlace> &replicas, RpcClient &catalog, EventRing &events, quint32 seed,
                  QObject *parent = nullptr);

    /// Begins to connect.
    void start();

    [[nodiscard]] const Elector &elector() const { return m_elector; }
    [[nodiscard]] RpcClient &client(ReplicaId replica) { return *m_clients.at(replica); }
    [[nodiscard]] std::vector<ReplicaId> replicas() const;

    /// What the replica that is to lead says why it can't, a clause; empty once somebody leads.
    [[nodiscard]] const QByteArray &trouble() const { return m_trouble; }

    void catalogReached();
    void catalogLost();
    /// A buy was answered with an error that settles nothing.
    void buyRefused(Elector::Leader from, const Error &error);

Q_SIGNALS:
    void leaderReady(toystore::Elector::Leader leader);
    /// Buys sent to it and not answered are to be sent again to the next leader.
    void leaderLost(toystore::Elector::Leader leader);
    /// Something about the replicas changed; see elector().
    void changed();

private:
    void run(const Elector::Effects &effects);
    void carryOut(const Elector::SendHealthCheck &effect);
    void carryOut(const Elector::SendUpdateLeader &effect);
    void carryOut(const Elector::SendLeadership &effect);
    void carryOut(const Elector::SendBeginEpoch &effect);
    void carryOut(const Elector::ElectionBegan &effect);
    void carryOut(const Elector::LeaderReady &effect);
    void carryOut(const Elector::LeaderLost &effect);
    void noteTrouble(ReplicaId leader, const QByteArray &message);
    void armTimer();

    RpcClient &m_catalog;
    EventRing &m_events;
    std::map<ReplicaId, std::unique_ptr<RpcClient>> m_clients;
    Elector m_elector;
    QTimer m_timer;
    QByteArray m_trouble;
};

} // namespace toystore
