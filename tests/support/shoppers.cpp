// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/shoppers.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

namespace toystore
{

Shoppers::Shoppers(quint16 port, int count, QList<QByteArray> toys)
    : m_toys(std::move(toys)), m_clients(static_cast<std::size_t>(count))
{
    for (std::size_t i = 0; i < m_clients.size(); ++i) {
        m_clients[i].connection = std::make_unique<HttpConnection>(port);
        m_clients[i].turn = static_cast<int>(i);
    }
}

void Shoppers::start()
{
    m_running = true;
    for (Client &client : m_clients)
        buy(client);
}

bool Shoppers::stop()
{
    m_running = false;
    return QTest::qWaitFor(
        [this] {
            return std::none_of(m_clients.begin(), m_clients.end(), [](const Client &c) { return c.busy; });
        },
        20'000);
}

void Shoppers::buy(Client &client)
{
    client.busy = m_running;
    if (!m_running)
        return;
    const Bought wanted{m_toys.at(client.turn % m_toys.size()), client.turn % 2 + 1};
    ++client.turn;
    const QByteArray body =
        "{\"name\":\"" + wanted.name + "\",\"quantity\":" + QByteArray::number(wanted.quantity) + "}";
    client.connection->request("POST", "/orders", body, [this, &client, wanted](const HttpAnswer &answer) {
        answered(wanted, answer);
        // Not from within the socket's signal: a refused connection would recurse.
        QMetaObject::invokeMethod(
            client.connection.get(), [this, &client] { buy(client); }, Qt::QueuedConnection);
    });
}

void Shoppers::answered(const Bought &wanted, const HttpAnswer &answer)
{
    m_longestWait = std::max(m_longestWait, answer.took);
    if (answer.status == 404) {
        ++m_rejected;
    } else if (answer.status == 200) {
        const QJsonObject data =
            QJsonDocument::fromJson(answer.body).object().value(QLatin1String("data")).toObject();
        const qint64 number = data.value(QLatin1String("order_number")).toInteger();
        if (m_bought.contains(number))
            m_doubled.append(number);
        m_bought.insert(number, wanted);
    } else {
        m_errors.append(QByteArray::number(answer.status) + ' ' + answer.body);
    }
}

} // namespace toystore
