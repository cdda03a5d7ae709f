// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "cluster/logcomparison.h"

#include <QObject>

namespace toystore
{

/// What people ask of a store, by its supervisor and its frontend: their actions with number and outcome,
/// whether they may act at all, and the faults that they have set. Main thread.
class StoreActions : public QObject
{
    Q_OBJECT

public:
    /// What comes of it is kept in @p store. @p supervisor: nothing while no store is watched. For the
    /// references see LogComparison.
    StoreActions(KnownStore &store, ServiceLinks &links, const std::unique_ptr<ServiceLink> &supervisor)
        : m_store(store), m_links(links), m_supervisor(supervisor)
    {
    }

    /// The token to act with from now on. If it is empty people only look, or, as they should have had one,
    /// are refused because of @p whyNone.
    void setToken(const QByteArray &token, const QByteArray &whyNone);
    /// There is no token any more, and nobody who wants one.
    void forgetToken();
    /// Asks whether the token is the right one, if it can be asked.
    void askPermission();
    /// Asks which faults there are. The supervisor must be there.
    void fetchFaults();

    // As those of ClusterSource.
    qint64 act(ServiceAction action, const QByteArray &service);
    qint64 setCache(std::optional<bool> enabled, std::optional<qint64> capacity);
    qint64 setFault(const QByteArray &from, const QByteArray &to, const Fault &fault);
    qint64 clearFaults();

Q_SIGNALS:
    /// Never before the call that asked for it returned.
    void finished(const toystore::ActionOutcome &outcome);

private:
    template <typename Request>
    void command(qint64 action, const QByteArray &service);
    template <typename Request>
    qint64 changeFaults(const QByteArray &what, Request request, const QByteArray &done);
    [[nodiscard]] QByteArray refusal() const;
    void refuse(ActionOutcome outcome, const QByteArray &reason);

    KnownStore &m_store;
    ServiceLinks &m_links;
    const std::unique_ptr<ServiceLink> &m_supervisor;
    QByteArray m_token;
    QByteArray m_whyNoToken;
    qint64 m_lastAction = 0;
};

} // namespace toystore
