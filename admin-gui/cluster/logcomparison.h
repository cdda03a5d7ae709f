// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/knownstore.h"
#include "net/servicelink.h"

namespace toystore
{

/// The connections to a store's services, by name.
using ServiceLinks = std::map<QByteArray, std::unique_ptr<ServiceLink>>;

/// The verdict 'logs identical' (I6): asks the replicas that serve for the checksum of the same piece of
/// their logs, piece after piece from the first order on, and compares. A replica that joins, or comes back,
/// has all begin anew: nothing is taken from what was compared before. Main thread.
class LogComparison
{
public:
    /// Both must outlive the comparison, but for the callbacks of requests still open.
    LogComparison(const KnownStore &store, ServiceLinks &links) : m_store(store), m_links(links) {}

    /// Asks if there is something new to compare. To be called a few times a second.
    void step(Instant now);
    [[nodiscard]] VerdictView verdict(Instant now) const;
    /// Forgets all.
    void reset();

private:
    using Members = std::map<QByteArray, qint64>; // the life of each
    struct Round {
        Members members;
        std::optional<qint64> after; // what follows this order; nothing: from the first line on
        qint64 upTo = 0;
        qsizetype open = 0; // answers to come
        bool failed = false;
        std::map<QByteArray, LogChecksum::Answer> answers;
    };

    [[nodiscard]] Members serving(Instant now) const;
    [[nodiscard]] qint64 commonOrder(const Members &members) const;
    void begin(const Members &members, qint64 common, Instant now);
    void answered(quint64 round, const QByteArray &service, const Result<LogChecksum::Answer> &answer);
    void conclude();
    [[nodiscard]] QByteArrayList absentees(Instant now) const;

    const KnownStore &m_store;
    ServiceLinks &m_links;
    Members m_members;               // that were compared
    std::optional<qint64> m_equalTo; // they are equal up to this order
    Instant m_comparedAt;
    QByteArray m_difference; // in words; empty: none
    quint64 m_lastRound = 0;
    std::optional<Round> m_round; // under way
    Instant m_notBefore;
};

} // namespace toystore
