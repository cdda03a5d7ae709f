// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "history/stocktimeline.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace toystore
{

namespace
{

std::vector<std::size_t> sortedBy(const std::vector<StockTimeline::Reading> &readings,
                                  Nanoseconds Span::*time)
{
    std::vector<std::size_t> order(readings.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return readings[left].span.*time < readings[right].span.*time;
    });
    return order;
}

} // namespace

StockTimeline::StockTimeline(std::vector<Step> steps) : m_steps(std::move(steps))
{
    const std::size_t states = m_steps.size() + 1;
    const std::size_t leaves = std::bit_ceil(states);
    m_lowest.assign(2 * leaves, std::numeric_limits<qint64>::max());
    bool wasOpened = false;
    bool isOffered = false; // for certain
    for (std::size_t state = 0; state < states; ++state) {
        const qint64 stock = state == 0 ? 0 : m_steps[state - 1].stock;
        if (state > 0 && m_steps[state - 1].isOpening) {
            wasOpened = true;
            isOffered = stock > 0;
        }
        isOffered = isOffered || stock > 0;
        if (wasOpened)
            m_statesWith[stock].push_back(state);
        if (!isOffered)
            m_statesWithout.push_back(state);
        m_lowest[leaves + state] = stock;
    }
    for (std::size_t node = leaves - 1; node > 0; --node)
        m_lowest[node] = std::min(m_lowest[2 * node], m_lowest[2 * node + 1]);
    listBounds();
}

void StockTimeline::listBounds()
{
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (m_steps[i].span.to != Nanoseconds::max())
            m_over.push_back({m_steps[i].span.to, i + 1});
        if (m_steps[i].span.from != Nanoseconds::min())
            m_begun.push_back({m_steps[i].span.from, i});
    }
    const auto byTime = [](const Bound &left, const Bound &right) { return left.time < right.time; };
    std::sort(m_over.begin(), m_over.end(), byTime);
    std::sort(m_begun.begin(), m_begun.end(), byTime);
    for (std::size_t i = 1; i < m_over.size(); ++i)
        m_over[i].state = std::max(m_over[i].state, m_over[i - 1].state);
    for (std::size_t i = m_begun.size(); i > 1; --i)
        m_begun[i - 2].state = std::min(m_begun[i - 2].state, m_begun[i - 1].state);
}

std::size_t StockTimeline::firstStateOf(const Span &span) const
{
    const auto after =
        std::lower_bound(m_over.begin(), m_over.end(), span.from,
                         [](const Bound &bound, Nanoseconds time) { return bound.time < time; });
    return after == m_over.begin() ? 0 : std::prev(after)->state;
}

std::size_t StockTimeline::lastStateOf(const Span &span) const
{
    const auto after =
        std::upper_bound(m_begun.begin(), m_begun.end(), span.to,
                         [](Nanoseconds time, const Bound &bound) { return time < bound.time; });
    return after == m_begun.end() ? m_steps.size() : after->state;
}

std::optional<std::size_t> StockTimeline::nextState(const Reading &reading, std::size_t from) const
{
    if (reading.seen == Reading::Seen::Fewer)
        return nextBelow(reading.quantity, from);
    const std::vector<std::size_t> *states = &m_statesWithout;
    if (reading.seen == Reading::Seen::Exactly) {
        const auto found = m_statesWith.constFind(reading.quantity);
        if (found == m_statesWith.cend())
            return std::nullopt;
        states = &*found;
    }
    const auto next = std::lower_bound(states->begin(), states->end(), from);
    return next == states->end() ? std::nullopt : std::optional(*next);
}

std::optional<std::size_t> StockTimeline::nextBelow(qint64 quantity, std::size_t from) const
{
    const std::size_t leaves = m_lowest.size() / 2;
    if (from >= leaves)
        return std::nullopt;
    std::size_t node = leaves + from;
    while (m_lowest[node] >= quantity) {
        // To the next subtree on the right.
        while (node % 2 == 1) {
            if (node == 1)
                return std::nullopt;
            node /= 2;
        }
        ++node;
    }
    while (node < leaves)
        node = m_lowest[2 * node] < quantity ? 2 * node : 2 * node + 1;
    return node - leaves;
}

std::vector<StockTimeline::Misfit> StockTimeline::misfits(const std::vector<Reading> &readings) const
{
    std::vector<Misfit> misfits;
    const std::vector<std::size_t> begun = sortedBy(readings, &Span::from);
    const std::vector<std::size_t> over = sortedBy(readings, &Span::to);
    std::vector<Place> places(readings.size());
    auto nextOver = over.begin();
    std::optional<std::size_t> latest; // of those that are over, the one in the latest state
    for (const std::size_t i : begun) {
        const Reading &reading = readings[i];
        for (; nextOver != over.end() && readings[*nextOver].span.precedes(reading.span); ++nextOver) {
            // It began before this one, so it is placed already, or can't be.
            const Place &place = places[*nextOver];
            if (place.state && (!latest || *place.state > *places[*latest].state))
                latest = *nextOver;
        }
        std::size_t first = firstStateOf(reading.span);
        if (latest && *places[*latest].state > first) {
            first = *places[*latest].state;
            places[i].after = latest;
        }
        const std::size_t last = lastStateOf(reading.span);
        const std::optional<std::size_t> state = nextState(reading, first);
        if (state && *state <= last)
            places[i].state = state;
        else
            misfits.push_back(explain({i, first, last, {}, {}}, readings, places));
    }
    return misfits;
}

StockTimeline::Misfit StockTimeline::explain(Misfit misfit, const std::vector<Reading> &readings,
                                             const std::vector<Place> &places) const
{
    std::size_t held = misfit.reading;
    for (; places[held].after; held = *places[held].after)
        misfit.chain.push_back(*places[held].after);
    if (const std::size_t first = firstStateOf(readings[held].span); first > 0)
        misfit.step = first - 1;
    return misfit;
}

std::vector<OutOfOrder> outOfOrder(const std::vector<Span> &spans)
{
    std::vector<OutOfOrder> found;
    std::size_t lastBegun = 0;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (spans[i].precedes(spans[lastBegun]))
            found.push_back({lastBegun, i});
        if (spans[i].from > spans[lastBegun].from)
            lastBegun = i;
    }
    return found;
}

} // namespace toystore
