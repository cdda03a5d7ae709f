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
/// their logs, piece after piece from the first order on, and compares. What was equal once is read again,
/// one old piece every few seconds in turn: a disk may change behind everyone's back. A replica that joins,
/// or comes back, has all begin anew: nothing is taken from what was compared before. Main thread.
class LogComparison
{
public:
    /// Both must outlive the comparison, but for the callbacks of requests still open.
    LogComparison(const KnownStore &store, ServiceLinks &links) : m_store(store), m_links(links) {}

    /// Asks if there is something to compare, a piece at a time. To be called a few times a second.
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
        bool isAgain = false; // it was equal before
        bool isAll = false;   // up to the last order there was then
        qsizetype open = 0;   // answers to come
        bool failed = false;
        std::map<QByteArray, LogChecksum::Answer> answers;
    };

    [[nodiscard]] Members serving(Instant now) const;
    [[nodiscard]] qint64 commonOrder(const Members &members) const;
    void compareOn(qint64 common, Instant now);
    void compareAgain(Instant now);
    void begin(Round round);
    void answered(quint64 round, const QByteArray &service, const Result<LogChecksum::Answer> &answer);
    void conclude();
    void takeEqual(const Round &round, Instant now);
    [[nodiscard]] QByteArray compared(const Members &members, Instant now) const;
    [[nodiscard]] bool isBehind(const Members &members, Instant now) const;
    [[nodiscard]] QByteArrayList absentees(Instant now) const;

    const KnownStore &m_store;
    ServiceLinks &m_links;
    Members m_members;               // that were compared
    std::optional<qint64> m_equalTo; // they are equal up to this order
    Instant m_comparedAt;            // the last of these orders
    bool m_isAll = false;            // these were all there were then
    qint64 m_againTo = 0;            // how far they were read again in this pass
    Instant m_passBegan;
    Instant m_allSince;      // each of these orders was compared after this
    Instant m_againAt;       // when the next piece is to be read again
    QByteArray m_difference; // in words; empty: none
    quint64 m_lastRound = 0;
    std::optional<Round> m_round; // under way
    Instant m_notBefore;
};

} // namespace toystore
