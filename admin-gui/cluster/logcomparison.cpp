// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/logcomparison.h"

#include "cluster/durationtext.h"

#include <algorithm>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr qint64 piece = 50'000;              // orders compared at once: some ten milliseconds of a replica
constexpr Milliseconds checksumDeadline = 3s; // a busy replica reads its disk
constexpr Milliseconds betweenPieces = 50ms;  // while there is something to catch up with
constexpr Milliseconds betweenRounds = 500ms; // when all that was new is compared

QByteArray idOf(const QByteArray &service)
{
    return service.startsWith("order-") ? service.mid(6) : service;
}

QByteArray list(const QByteArrayList &words)
{
    if (words.size() < 2)
        return words.join();
    return words.mid(0, words.size() - 1).join(", ") + " and " + words.last();
}

} // namespace

LogComparison::Members LogComparison::serving(Instant now) const
{
    Members members;
    for (const auto &[name, service] : m_store.services) {
        if (service.serves(now))
            members.emplace(name, service.incarnation);
    }
    return members;
}

qint64 LogComparison::commonOrder(const Members &members) const
{
    qint64 common = std::numeric_limits<qint64>::max();
    for (const auto &[name, life] : members)
        common = std::min(common, m_store.services.at(name).order->durableOrderNumber);
    return common;
}

void LogComparison::step(Instant now)
{
    if (m_round || now < m_notBefore)
        return;
    const Members members = serving(now);
    if (members.size() < 2)
        return;
    const bool isNew = std::any_of(members.begin(), members.end(), [this](const auto &member) {
        const auto known = m_members.find(member.first);
        return known == m_members.end() || known->second != member.second;
    });
    if (isNew) {
        m_equalTo.reset();
        m_difference.clear();
    }
    m_members = members; // one that left changes nothing for the others
    const qint64 common = commonOrder(members);
    if (m_difference.isEmpty() && (!m_equalTo || *m_equalTo < common))
        begin(members, common, now);
    else if (m_difference.isEmpty())
        m_comparedAt = now; // nothing was appended: what was equal is
}

void LogComparison::begin(const Members &members, qint64 common, Instant now)
{
    const qint64 upTo = std::min(common, m_equalTo.value_or(0) + piece);
    m_round = Round{members, m_equalTo, upTo, std::ssize(members), false, {}};
    m_notBefore = now + (upTo < common ? betweenPieces : betweenRounds);
    const quint64 round = ++m_lastRound;
    for (const auto &[name, life] : members) {
        m_links.at(name)->call(LogChecksum{upTo, m_equalTo}, checksumDeadline,
                               [this, round, service = name](const Result<LogChecksum::Answer> &answer) {
                                   answered(round, service, answer);
                               });
    }
}

void LogComparison::answered(quint64 round, const QByteArray &service,
                             const Result<LogChecksum::Answer> &answer)
{
    if (!m_round || round != m_lastRound)
        return;
    if (answer)
        m_round->answers.emplace(service, *answer);
    else
        m_round->failed = true; // asked again, with whoever serves then
    if (--m_round->open == 0)
        conclude();
}

void LogComparison::conclude()
{
    const Round round = *std::exchange(m_round, std::nullopt);
    if (round.failed || round.members != m_members)
        return;
    std::map<QByteArray, QByteArrayList> bySum;
    for (const auto &[service, answer] : round.answers)
        bySum[answer.sha256].append(idOf(service));
    if (bySum.size() == 1) {
        m_equalTo = round.upTo;
        m_comparedAt = monotonicNow();
        return;
    }
    QByteArrayList camps;
    for (const auto &[sum, ids] : bySum)
        camps.append(list(ids) + " (SHA-256 " + sum.left(12) + "...)");
    m_difference = "Between order " + QByteArray::number(round.after.value_or(0) + 1) + " and " +
                   QByteArray::number(round.upTo) + " the logs differ: " + camps.join(" against ") + '.';
}

QByteArrayList LogComparison::absentees(Instant now) const
{
    QByteArrayList words;
    for (const auto &[name, service] : m_store.services) {
        if (!service.isReplica() || service.serves(now))
            continue;
        const bool catchesUp = service.isHeard(now) && service.order && service.order->role == "syncing";
        words.append(idOf(name) + (catchesUp ? " catches up" : " does not serve"));
    }
    return words;
}

VerdictView LogComparison::verdict(Instant now) const
{
    for (const auto &[name, service] : m_store.services) {
        if (service.isHeard(now) && service.order && service.order->role == "diverged")
            return {VerdictState::Broken, idOf(name) + " diverged",
                    "Replica " + idOf(name) + " says that its log and the ledger differ."};
    }
    if (!m_difference.isEmpty())
        return {VerdictState::Broken, "logs differ", m_difference};
    const Members members = serving(now);
    if (members.size() < 2)
        return {VerdictState::Unknown, members.empty() ? "no log" : "one log only",
                "Fewer than two replicas serve: there is nothing to compare."};
    if (!m_equalTo)
        return {VerdictState::Unknown, "comparing", "The logs are being compared from their first line on."};
    QByteArrayList ids;
    for (const auto &[name, life] : members)
        ids.append(idOf(name));
    const qint64 agoMs = std::chrono::duration_cast<Milliseconds>(now - m_comparedAt).count();
    const QByteArray number = '#' + QByteArray::number(*m_equalTo);
    const QByteArray compared = "The SHA-256 of the logs of " + list(ids) + " up to order " + number +
                                " are equal, compared " + durationText(agoMs).toUtf8() + " ago.";
    const QByteArrayList others = absentees(now);
    if (!others.isEmpty()) {
        const auto all = static_cast<qsizetype>(members.size()) + others.size();
        return {VerdictState::Partial,
                "equal so far, " + QByteArray::number(qulonglong(members.size())) + " of " +
                    QByteArray::number(all) + " complete",
                compared + ' ' + list(others) + '.'};
    }
    if (commonOrder(members) - *m_equalTo > piece)
        return {VerdictState::Partial, "equal up to " + number, compared + " The rest is being compared."};
    return {VerdictState::Ok, "identical", compared};
}

void LogComparison::reset()
{
    m_members.clear();
    m_equalTo.reset();
    m_difference.clear();
    m_round.reset();
    m_notBefore = {};
}

} // namespace toystore
