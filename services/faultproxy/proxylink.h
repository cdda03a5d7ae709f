// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "faults/links.h"
#include "proxyconnection.h"

#include <QTcpServer>

#include <vector>

namespace toystore
{

/// One link of the store: takes FROM's connections and joins each with one to TO.
///
/// Looks to FROM as TO itself would. Where nobody listens, connections are refused: the proxy listens only
/// while it has a connection to TO in reserve, the one that the next connection of FROM is joined with. So a
/// service that is down is noticed at once, and one that comes back within @c dialAgain. A cut link refuses,
/// too. One thread.
class ProxyLink : public QObject
{
public:
    static constexpr std::size_t maxConnections = 64; ///< further ones are closed at once

    explicit ProxyLink(Link link);

    /// Errors: already_in_use, cannot_connect; naming the place.
    [[nodiscard]] Result<void> start();

    /// @p fault is a checked one. @p seed: of its losses.
    void set(const Fault &fault, quint64 seed);
    void clear(const std::optional<QByteArray> &kind);
    [[nodiscard]] LinkView view() const;

private:
    void dial();
    void onReserveConnected();
    void onReserveLost();
    void update();
    void join();
    void apply();

    const Link m_link;
    LinkFaults m_faults;
    quint64 m_seed = 0;
    QTcpServer m_listener;
    std::unique_ptr<QTcpSocket> m_reserve; // connected, or being connected
    QTimer m_dialTimer;
    std::vector<std::unique_ptr<ProxyConnection>> m_connections;
    qint64 m_cut = 0;
    Traffic m_forward;
    Traffic m_backward;
};

} // namespace toystore
