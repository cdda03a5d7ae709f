// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/invalidationhub.h"

#include <algorithm>

namespace toystore
{

Result<qint64> InvalidationHub::subscribe(quint64 peer, Instant now)
{
    tick(now);
    if (const auto earlier = find(peer); earlier != m_subscriptions.end()) {
        end(earlier, "subscribed anew");
        release(now);
    }
    if (m_subscriptions.size() >= m_limits.subscriptions)
        return failure(ErrorCode::Overloaded, "there are " + QByteArray::number(subscriptions()) +
                                                  " subscriptions to the invalidations already");
    m_subscriptions.emplace(++m_lastSubscription, Subscription{peer, now + leaseTime});
    return m_lastSubscription;
}

Result<void> InvalidationHub::renew(quint64 peer, qint64 subscription, Instant now)
{
    tick(now);
    const auto found = m_subscriptions.find(subscription);
    if (found == m_subscriptions.end() || found->second.peer != peer || found->second.lost)
        return failure(ErrorCode::NotSubscribed,
                       "subscription " + QByteArray::number(subscription) + " is over: subscribe anew");
    const auto &pending = found->second.pending;
    const bool owes = std::any_of(pending.begin(), pending.end(),
                                  [now](const auto &push) { return push.second.since + patience <= now; });
    if (owes)
        return failure(ErrorCode::NotSubscribed, "subscription " + QByteArray::number(subscription) +
                                                     " owes an acknowledgement: subscribe anew");
    found->second.leaseEnd = now + leaseTime;
    return {};
}

void InvalidationHub::changed(const QList<Product> &toys, Instant now)
{
    tick(now);
    for (auto &[id, subscription] : m_subscriptions) {
        for (const Product &toy : toys) {
            if (subscription.pending.size() >= m_limits.unacknowledged)
                subscription.lost = true;
            if (subscription.lost)
                break;
            subscription.pending.emplace(++m_lastPush, Pending{toy.name, now});
            m_effects.pushes.push_back({subscription.peer, m_lastPush, {id, toy.name, toy.version}});
        }
    }
}

void InvalidationHub::hold(qint64 answer, const QSet<QByteArray> &toys, Instant now)
{
    tick(now);
    std::set<Obstacle> obstacles;
    for (const auto &[id, subscription] : m_subscriptions) {
        if (subscription.lost && !toys.isEmpty())
            obstacles.emplace(id, 0); // it may not even have been sent what changed
        for (const auto &[push, pending] : subscription.pending) {
            if (toys.contains(pending.toy))
                obstacles.emplace(id, push);
        }
    }
    const bool isNew = m_held.emplace(answer, std::move(obstacles)).second;
    TOYSTORE_ENSURE(isNew);
    release(now);
}

void InvalidationHub::acknowledged(quint64 peer, qint64 push, Instant now)
{
    tick(now);
    for (auto &[id, subscription] : m_subscriptions) {
        if (subscription.peer != peer || subscription.pending.erase(push) == 0)
            continue;
        remove({id, push});
        release(now);
    }
}

void InvalidationHub::peerGone(quint64 peer, Instant now)
{
    tick(now);
    if (const auto found = find(peer); found != m_subscriptions.end())
        found->second.lost = true;
}

void InvalidationHub::tick(Instant now)
{
    for (auto next = m_subscriptions.begin(); next != m_subscriptions.end();) {
        if (next->second.leaseEnd > now)
            ++next;
        else
            next = end(next, next->second.lost ? "connection lost" : "lease over");
    }
    release(now);
}

std::optional<Instant> InvalidationHub::nextDeadline() const
{
    std::optional<Instant> earliest;
    for (const auto &[id, subscription] : m_subscriptions)
        earliest = std::min(earliest.value_or(subscription.leaseEnd), subscription.leaseEnd);
    const bool waitsForStart =
        std::any_of(m_held.begin(), m_held.end(), [](const auto &answer) { return answer.second.empty(); });
    if (waitsForStart)
        earliest = std::min(earliest.value_or(m_opensAt), m_opensAt);
    return earliest;
}

InvalidationHub::Subscriptions::iterator InvalidationHub::end(Subscriptions::iterator subscription,
                                                              const QByteArray &reason)
{
    const auto &[id, ended] = *subscription;
    remove({id, 0});
    for (const auto &[push, pending] : ended.pending)
        remove({id, push});
    m_effects.ended.push_back({ended.peer, id, reason});
    return m_subscriptions.erase(subscription);
}

InvalidationHub::Subscriptions::iterator InvalidationHub::find(quint64 peer)
{
    return std::find_if(m_subscriptions.begin(), m_subscriptions.end(),
                        [peer](const auto &one) { return one.second.peer == peer; });
}

void InvalidationHub::remove(const Obstacle &obstacle)
{
    for (auto &[answer, obstacles] : m_held)
        obstacles.erase(obstacle);
}

void InvalidationHub::release(Instant now)
{
    if (now < m_opensAt)
        return;
    for (auto next = m_held.begin(); next != m_held.end();) {
        if (!next->second.empty()) {
            ++next;
            continue;
        }
        m_effects.released.push_back(next->first);
        next = m_held.erase(next);
    }
}

} // namespace toystore
