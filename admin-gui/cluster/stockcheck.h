// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/logcomparison.h"

namespace toystore
{

/// The verdict 'stock conserved' (I5): sums up every movement in the ledger, toy by toy, and compares with
/// the stock that the catalog has at that moment. Goes on from where it was; begins anew with another life of
/// the catalog. Main thread.
class StockCheck
{
public:
    /// See LogComparison.
    StockCheck(const KnownStore &store, ServiceLinks &links) : m_store(store), m_links(links) {}

    void step(Instant now);
    [[nodiscard]] VerdictView verdict(Instant now) const;
    void reset();

private:
    void ask();
    void take(const StockAudit::Answer &page);

    const KnownStore &m_store;
    ServiceLinks &m_links;
    qint64 m_life = 0;
    std::map<QByteArray, qint64> m_sums;
    qint64 m_movements = 0;
    qint64 m_upTo = 0;
    std::optional<QByteArray> m_afterToy; // where the next page of the stock begins
    qint64 m_toys = 0;                    // compared since the stock's first page
    std::optional<qint64> m_checkedToys;  // of the last whole comparison
    Instant m_checkedAt;
    QByteArray m_difference; // in words; empty: none
    bool m_isAsking = false;
    quint64 m_generation = 0; // answers of before a reset are not taken
    Instant m_notBefore;
};

} // namespace toystore
