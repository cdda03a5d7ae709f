// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"
#include "protocol/eventmessages.h"

namespace toystore
{

/// The connection to one service: subscribed to its events and status, again after each reconnect from where
/// it was, so that nothing is missed. Main thread.
class ServiceLink : public QObject
{
    Q_OBJECT

public:
    /// A service that has said nothing for so long is silent: four signs of life did not come.
    static constexpr Milliseconds silence{1000};

    explicit ServiceLink(Endpoint endpoint, QObject *parent = nullptr);

    /// Sets what takes the service's status, pushed as a @c Push. Before start().
    template <typename Push>
    void onStatus(std::function<void(const Push &)> take)
    {
        m_client.onPush<Push>([this, take = std::move(take)](const Push &status, std::optional<qint64>) {
            heard();
            take(status);
        });
    }

    void start() { m_client.start(); }

    /// See RpcClient::call().
    template <typename R>
    void call(const R &request, Milliseconds deadline, std::function<void(Result<typename R::Answer>)> done)
    {
        m_client.call(request, deadline, std::move(done));
    }

    [[nodiscard]] const Endpoint &endpoint() const { return m_client.endpoint(); }
    [[nodiscard]] bool isConnected() const { return m_client.isConnected(); }
    /// When it last said anything; nothing if it never did.
    [[nodiscard]] std::optional<Instant> heardAt() const { return m_heardAt; }
    [[nodiscard]] bool isHeard(Instant now) const
    {
        return m_client.isConnected() && m_heardAt && now - *m_heardAt < silence;
    }
    /// Names the life of the service; 0: not known yet.
    [[nodiscard]] qint64 incarnation() const { return m_incarnation; }

Q_SIGNALS:
    void connected();
    void disconnected(const QByteArray &reason);
    /// @p missed: events before these that are lost, because the service no longer had them.
    void happened(const QList<toystore::EventFields> &events, qint64 missed);

private:
    void subscribe();
    void heard() { m_heardAt = monotonicNow(); }

    RpcClient m_client;
    QTimer m_subscribeAgain;
    qint64 m_cursor = 0;
    qint64 m_incarnation = 0;
    std::optional<Instant> m_heardAt;
};

} // namespace toystore
