// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/catalogmessages.h"
#include "protocol/ordermessages.h"

#include <deque>
#include <unordered_map>
#include <vector>

namespace toystore
{

/// Names one request that waits for its answer, in the program that received it.
using Token = quint64;

/// The buys a leader has accepted and the ledger has not decided: those that wait, and the one batch under
/// way. Pure.
class BuyQueue
{
public:
    static constexpr std::size_t maxWaiting = 20'000;

    /// Takes a buy. Equal request ids are joined: one entry, answered to all who asked. Errors:
    /// request_mismatch (the id waits here with another payload), overloaded.
    [[nodiscard]] Result<void> add(Token token, const PlaceOrder &buy);

    /// Moves what waits into the batch, at most maxPageOrders entries and maxPageBytes of log lines, and
    /// returns it; the same batch again if it was not settled. Empty: nothing waits.
    [[nodiscard]] const QList<SellEntry> &nextBatch();

    /// The ledger has decided entry @p index of the batch: forgets it and returns who asked for it.
    [[nodiscard]] std::vector<Token> settle(qsizetype index);

    /// All entries of the batch are settled.
    void batchDone();

    /// Forgets everything and returns all who asked.
    [[nodiscard]] std::vector<Token> giveUp();

    [[nodiscard]] bool isEmpty() const { return m_buys.empty(); }
    [[nodiscard]] std::size_t size() const { return m_buys.size(); }

private:
    struct Buy {
        SellEntry entry;
        std::vector<Token> tokens;
    };

    std::unordered_map<QByteArray, Buy> m_buys; // by request id
    std::deque<QByteArray> m_order;             // request ids that are in no batch yet
    QList<SellEntry> m_batch;
};

} // namespace toystore
