// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/stockcheck.h"

#include "cluster/durationtext.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds auditDeadline = 3s;
constexpr Milliseconds betweenPages = 100ms; // the catalog's writer has buys to decide, too
constexpr Milliseconds betweenChecks = 1s;

} // namespace

void StockCheck::step(Instant now)
{
    const KnownService *catalog = m_store.catalog();
    if (m_isAsking || now < m_notBefore || !catalog || !catalog->isHeard(now) || catalog->incarnation == 0)
        return;
    if (catalog->incarnation != m_life) {
        reset(); // what it reads from its disk now may be something else
        m_life = catalog->incarnation;
    }
    m_notBefore = now + betweenPages;
    ask();
}

void StockCheck::ask()
{
    m_isAsking = true;
    m_links.at("catalog")->call(StockAudit{m_upTo, m_afterToy}, auditDeadline,
                                [this, generation = m_generation](const Result<StockAudit::Answer> &answer) {
                                    if (generation != m_generation)
                                        return;
                                    m_isAsking = false;
                                    if (answer)
                                        take(*answer);
                                });
}

void StockCheck::take(const StockAudit::Answer &page)
{
    for (const StockSum &sum : page.sums) {
        m_sums[sum.name] += sum.delta;
        m_movements += sum.movements;
    }
    m_upTo = page.upTo;
    if (page.more)
        return;
    for (const Product &toy : page.stock) {
        const auto sum = m_sums.find(toy.name);
        const qint64 moved = sum == m_sums.end() ? 0 : sum->second;
        if (moved != toy.quantity && m_difference.isEmpty())
            m_difference = "The catalog has " + QByteArray::number(toy.quantity) + " of " + toy.name +
                           ", but its movements sum up to " + QByteArray::number(moved) + '.';
    }
    m_toys += page.stock.size();
    m_afterToy.reset();
    if (page.moreStock && !page.stock.isEmpty()) {
        m_afterToy = page.stock.last().name;
        return;
    }
    m_checkedToys = std::exchange(m_toys, 0);
    m_checkedAt = monotonicNow();
    m_notBefore = m_checkedAt + betweenChecks;
}

VerdictView StockCheck::verdict(Instant now) const
{
    if (!m_difference.isEmpty())
        return {VerdictState::Broken, "stock differs", m_difference};
    const KnownService *catalog = m_store.catalog();
    if (!catalog || !catalog->isHeard(now))
        return {VerdictState::Unknown, "catalog silent", "The catalog does not answer: nothing to sum up."};
    if (!m_checkedToys)
        return {VerdictState::Unknown, "summing up",
                "The ledger's movements are being summed up, " + QByteArray::number(m_movements) +
                    " so far."};
    const qint64 agoMs = std::chrono::duration_cast<Milliseconds>(now - m_checkedAt).count();
    return {VerdictState::Ok, "conserved",
            "The stock of each of " + QByteArray::number(*m_checkedToys) +
                " toys is the sum of its movements, " + QByteArray::number(m_movements) +
                " in all; compared " + durationText(agoMs).toUtf8() + " ago."};
}

void StockCheck::reset()
{
    ++m_generation;
    m_life = 0;
    m_sums.clear();
    m_movements = 0;
    m_upTo = 0;
    m_afterToy.reset();
    m_toys = 0;
    m_checkedToys.reset();
    m_difference.clear();
    m_isAsking = false;
    m_notBefore = {};
}

} // namespace toystore
