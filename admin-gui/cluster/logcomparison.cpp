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
constexpr Milliseconds betweenOldPieces = 5s; // a pass over a million orders takes 100 s
constexpr Milliseconds patience = 3s;         // with what is new and not compared yet

QByteArray idOf(const QByteArray &service)
{
    return service.startsWith("order-") ? service.mid(6) : service;
}

QByteArray ago(Instant then, Instant now)
{
    return durationText(std::chrono::duration_cast<Milliseconds>(now - then).count()).toUtf8();
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
    if (!m_difference.isEmpty())
        return;
    const qint64 common = commonOrder(members);
    if (m_equalTo && now >= m_againAt)
        compareAgain(now);
    else if (!m_equalTo || *m_equalTo < common)
        compareOn(common, now);
}

void LogComparison::compareOn(qint64 common, Instant now)
{
    if (!m_equalTo) {
        m_againTo = 0;
        m_passBegan = m_allSince = now;
        m_againAt = now + betweenOldPieces;
    }
    Round round;
    round.after = m_equalTo;
    round.upTo = std::min(common, m_equalTo.value_or(0) + piece);
    round.isAll = round.upTo == common;
    m_notBefore = now + (round.isAll ? betweenRounds : betweenPieces);
    begin(std::move(round));
}

void LogComparison::compareAgain(Instant now)
{
    if (m_againTo == 0)
        m_passBegan = now;
    m_againAt = now + betweenOldPieces;
    m_notBefore = now + betweenPieces;
    Round round;
    if (m_againTo > 0)
        round.after = m_againTo;
    round.upTo = std::min(*m_equalTo, m_againTo + piece);
    round.isAgain = true;
    begin(std::move(round));
}

void LogComparison::begin(Round round)
{
    const LogChecksum asked{round.upTo, round.after};
    round.members = m_members;
    round.open = std::ssize(m_members);
    m_round = std::move(round);
    const quint64 number = ++m_lastRound;
    for (const auto &[name, life] : m_members) {
        m_links.at(name)->call(asked, checksumDeadline,
                               [this, number, service = name](const Result<LogChecksum::Answer> &answer) {
                                   answered(number, service, answer);
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
    if (bySum.size() == 1)
        return takeEqual(round, monotonicNow());
    QByteArrayList camps;
    for (const auto &[sum, ids] : bySum)
        camps.append(list(ids) + " (SHA-256 " + sum.left(12) + "...)");
    m_difference = "Between order " + QByteArray::number(round.after.value_or(0) + 1) + " and " +
                   QByteArray::number(round.upTo) + " the logs differ: " + camps.join(" against ") + '.';
}

void LogComparison::takeEqual(const Round &round, Instant now)
{
    if (round.isAgain) {
        m_againTo = round.upTo;
    } else {
        m_equalTo = round.upTo;
        m_isAll = round.isAll;
    }
    if (round.upTo == m_equalTo)
        m_comparedAt = now;
    if (round.isAgain && m_againTo == m_equalTo) {
        m_allSince = m_passBegan;
        m_againTo = 0;
    }
}

QByteArray LogComparison::compared(const Members &members, Instant now) const
{
    QByteArrayList ids;
    for (const auto &[name, life] : members)
        ids.append(idOf(name));
    return "The SHA-256 of the logs of " + list(ids) + " up to order #" + QByteArray::number(*m_equalTo) +
           " are equal. The last orders of these were read and compared " + ago(m_comparedAt, now) +
           " ago, each of them within the last " + ago(m_allSince, now) + '.';
}

// By more than what came since the last look.
bool LogComparison::isBehind(const Members &members, Instant now) const
{
    return *m_equalTo < commonOrder(members) && (!m_isAll || now - m_comparedAt > patience);
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
    const QByteArrayList others = absentees(now);
    if (!others.isEmpty()) {
        const auto all = static_cast<qsizetype>(members.size()) + others.size();
        return {VerdictState::Partial,
                "equal so far, " + QByteArray::number(qulonglong(members.size())) + " of " +
                    QByteArray::number(all) + " complete",
                compared(members, now) + ' ' + list(others) + '.'};
    }
    const QByteArray number = '#' + QByteArray::number(*m_equalTo);
    if (isBehind(members, now))
        return {VerdictState::Partial, "equal up to " + number,
                compared(members, now) + " The rest is being compared."};
    return {VerdictState::Ok, "identical to " + number, compared(members, now)};
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
