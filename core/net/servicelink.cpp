// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/servicelink.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds subscribeDeadline = 1000ms; // a paused service takes the connection all the same

} // namespace

ServiceLink::ServiceLink(Endpoint endpoint, QObject *parent) : QObject(parent), m_client(std::move(endpoint))
{
    m_subscribeAgain.setSingleShot(true);
    connect(&m_subscribeAgain, &QTimer::timeout, this, [this] { subscribe(); });
    connect(&m_client, &RpcClient::connected, this, [this] {
        subscribe();
        Q_EMIT connected();
    });
    connect(&m_client, &RpcClient::disconnected, this, [this](const QByteArray &reason) {
        m_subscribeAgain.stop();
        Q_EMIT disconnected(reason);
    });
    m_client.onPush<Events>([this](const Events &push, std::optional<qint64>) {
        heard();
        m_cursor = push.cursor;
        Q_EMIT happened(push.events, push.missed);
    });
}

void ServiceLink::subscribe()
{
    m_client.call(Subscribe{m_cursor, m_incarnation, true}, subscribeDeadline,
                  [this](const Result<Subscribe::Answer> &answer) {
                      if (answer) {
                          heard();
                          m_cursor = answer->cursor;
                          m_incarnation = answer->incarnation.value_or(0);
                      } else if (m_client.isConnected()) {
                          m_subscribeAgain.start(subscribeDeadline);
                      }
                  });
}

} // namespace toystore
