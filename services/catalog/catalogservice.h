// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ledgerwriter.h"
#include "net/eventpublisher.h"

#include <QUrl>

namespace toystore
{

/// What a catalog is started with.
struct CatalogOptions {
    quint16 port = 8084;
    QUrl ledger;         ///< see SqlConnection::open()
    QList<Toy> toys;     ///< what the store offers when it is opened
    bool resume = false; ///< keep the stock; a store that was never opened is opened all the same
    qint64 stock = 100;  ///< each toy's when the store is opened
    Milliseconds restockInterval{10'000}; ///< 0: never
    qint64 restockLevel = 100;
};

/// The catalog: toys and their stock, the ledger of orders, invalidations for caches. Queries are answered
/// from memory on the server's pool threads; what changes or pages through the ledger goes to its one writer.
///
/// Main thread.
class CatalogService : public QObject
{
public:
    explicit CatalogService(CatalogOptions options, QObject *parent = nullptr);
    ~CatalogService() override;

    /// Opens ledger and port, then the store; nothing is changed if one of the first two fails. Errors:
    /// already_in_use (port or ledger), storage_full, storage_failed, invalid_field, cannot_connect.
    [[nodiscard]] Result<void> start();

    /// Takes no more requests, answers those that wait (at most five seconds) and calls @p done.
    void drain(std::function<void()> done);

private:
    void installHandlers();
    [[nodiscard]] CatalogStatus::Answer status() const;
    void restock();
    void finishDraining();

    const CatalogOptions m_options;
    EventRing m_events;
    StockView m_view;
    RpcServer m_server;
    EventPublisher m_publisher;
    InvalidationRelay m_relay;
    LedgerWriter m_writer;
    QTimer m_restockTimer;
    std::atomic<Instant> m_nextRestock;
    QTimer m_drainTimer;
    Instant m_drainUntil;
    std::function<void()> m_drained;
};

} // namespace toystore
