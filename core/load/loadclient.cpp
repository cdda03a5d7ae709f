// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/loadclient.h"

#include "base/error.h"

#include <algorithm>
#include <utility>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// After an answer that was a failure; where the connection was lost, its back-off is pause enough.
constexpr Milliseconds leastPause = 5ms;
constexpr Milliseconds mostPause = 100ms;
constexpr qsizetype usualRequestBytes = 512;

LoadError errorOf(HttpFailure failure)
{
    switch (failure) {
    case HttpFailure::Refused:
        return LoadError::Refused;
    case HttpFailure::Lost:
        return LoadError::ConnectionLost;
    case HttpFailure::TimedOut:
        return LoadError::TimedOut;
    case HttpFailure::Malformed:
        break;
    }
    return LoadError::Malformed;
}

} // namespace

LoadClient::LoadClient(qint64 id, Shared &shared, std::shared_ptr<Shopper> shopper)
    : m_id(id), m_shared(shared), m_shopper(std::move(shopper)), m_host(shared.plan.shop.toByteArray()),
      m_connection(shared.plan.shop, [this](const auto &outcome) { ended(outcome); })
{
    m_bytes.reserve(usualRequestBytes);
    m_pauseTimer.setSingleShot(true);
    m_pauseTimer.setTimerType(Qt::PreciseTimer);
    m_pauseTimer.callOnTimeout(&m_pauseTimer, [this] { attempt(); });
}

bool LoadClient::begin(Instant due)
{
    TOYSTORE_ENSURE(!m_busy);
    std::optional<ShopRequest> request = m_shopper->next();
    if (!request) {
        m_done = true;
        return false;
    }
    m_busy = true;
    m_request = *std::move(request);
    writeHttp(m_request, m_host, m_bytes);
    m_due = due;
    m_repeats = 0;
    m_pause = leastPause;
    m_firstSent = monotonicNow();
    attempt();
    return true;
}

void LoadClient::abort()
{
    if (!m_busy)
        return;
    if (m_connection.isBusy() && m_shared.observer != nullptr)
        m_shared.observer->gaveUp(m_id);
    m_connection.abort();
    m_pauseTimer.stop();
    settle({}, monotonicNow());
}

void LoadClient::attempt()
{
    const Instant now = monotonicNow();
    if (m_shared.observer != nullptr)
        m_shared.observer->sent(m_id, m_request, now);
    m_connection.request(m_bytes, now + m_shared.plan.timeout);
}

void LoadClient::ended(const HttpClientConnection::Outcome &outcome)
{
    const Instant now = monotonicNow();
    LoadObserver *const observer = m_shared.observer;
    if (!outcome) {
        if (observer != nullptr)
            observer->gaveUp(m_id);
        return failed(errorOf(outcome.error()), now);
    }
    const std::optional<ShopAnswer> answer = readAnswer(m_request, outcome->status, outcome->body);
    if (observer != nullptr)
        observer->answered(m_id, answer.value_or(ShopAnswer()), now);
    if (answer)
        return settle(*answer, now);
    failed(outcome->status >= 500 ? LoadError::ServerError : LoadError::Malformed, now);
}

void LoadClient::failed(LoadError error, Instant now)
{
    ++m_shared.figures.errors[static_cast<std::size_t>(error)];
    m_shared.figures.noticedBy.insert(m_id);
    if (!mayRepeat(now))
        return settle({}, now);
    ++m_repeats;
    ++m_shared.figures.repeats;
    if (error != LoadError::ServerError && error != LoadError::Malformed)
        return attempt();
    m_pauseTimer.start(m_pause);
    m_pause = std::min(2 * m_pause, mostPause);
}

bool LoadClient::mayRepeat(Instant now) const
{
    return m_request.kind == RequestKind::Buy && m_repeats < m_shared.plan.maxRepeats &&
           now < m_firstSent + m_shared.plan.repeatFor;
}

void LoadClient::settle(const ShopAnswer &answer, Instant now)
{
    LoadFigures &figures = m_shared.figures;
    const bool isBuy = m_request.kind == RequestKind::Buy;
    const auto wait = std::chrono::duration_cast<LoadFigures::Duration>(now - m_due);
    figures.longestWait = std::max(figures.longestWait, wait);
    if (answer.outcome == ShopAnswer::Outcome::Unknown) {
        ++figures.unanswered;
    } else {
        figures.latency[static_cast<std::size_t>(m_request.kind)].record(wait);
        figures.rejected += answer.outcome == ShopAnswer::Outcome::Rejected;
        figures.mismatched += answer.outcome == ShopAnswer::Outcome::Mismatch;
        figures.notFound += answer.outcome == ShopAnswer::Outcome::NotFound;
        figures.recovered += isBuy && m_repeats > 0;
    }
    m_busy = false;
    m_shopper->settled(m_request, answer);
    m_shared.freed(*this);
}

} // namespace toystore
