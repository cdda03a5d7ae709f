// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/recordedshoppers.h"

#include "history/historyfile.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

namespace toystore
{

namespace
{

/// What a person would make of an answer: only a clear one tells what happened.
Recorder::Answer meaningOf(CallKind kind, const HttpAnswer &answer)
{
    const QJsonObject body = QJsonDocument::fromJson(answer.body).object();
    const QJsonObject data = body.value(QLatin1String("data")).toObject();
    if (answer.status == 404)
        return {kind == CallKind::Buy ? CallOutcome::Rejected : CallOutcome::NotFound};
    if (answer.status == 422)
        return {CallOutcome::Mismatch};
    if (answer.status != 200)
        return {CallOutcome::Unknown};
    if (kind == CallKind::Buy)
        return {CallOutcome::Ok, data.value(QLatin1String("order_number")).toInteger()};
    if (kind == CallKind::Query)
        return {CallOutcome::Ok, 0, {}, data.value(QLatin1String("quantity")).toInteger()};
    return {CallOutcome::Ok, 0, body.value(QLatin1String("name")).toString().toUtf8(),
            body.value(QLatin1String("quantity")).toInteger()};
}

} // namespace

RecordedShoppers::RecordedShoppers(quint16 port, int count, QList<QByteArray> toys)
    : m_toys(std::move(toys)), m_clients(static_cast<std::size_t>(count)), m_history(historyHeaderLine())
{
    for (std::size_t i = 0; i < m_clients.size(); ++i) {
        m_clients[i].connection = std::make_unique<HttpConnection>(port);
        m_clients[i].index = static_cast<int>(i);
    }
}

void RecordedShoppers::start()
{
    m_running = true;
    for (Client &client : m_clients)
        act(client);
}

bool RecordedShoppers::stop()
{
    m_running = false;
    return QTest::qWaitFor(
        [this] {
            return std::none_of(m_clients.begin(), m_clients.end(), [](const Client &c) { return c.busy; });
        },
        20'000);
}

Call RecordedShoppers::nextCall(Client &client)
{
    if (client.again)
        return *std::exchange(client.again, std::nullopt);
    Call call;
    call.client = client.index;
    const int turn = client.turn++;
    call.name = m_toys.at((client.index + turn / 4) % m_toys.size());
    if (turn % 4 == 1)
        return call;
    if (turn % 4 == 3 && !m_numbers.empty()) {
        call.kind = CallKind::LookUp;
        call.name.clear();
        call.number = m_numbers[static_cast<std::size_t>(turn * 7) % m_numbers.size()];
        return call;
    }
    call.kind = CallKind::Buy;
    call.quantity = 1 + turn % 3;
    call.key = "shopper-" + QByteArray::number(client.index) + '-' + QByteArray::number(turn);
    return call;
}

void RecordedShoppers::act(Client &client)
{
    client.busy = m_running;
    if (!m_running)
        return;
    const Call asked = nextCall(client);
    const qint64 id = m_recorder.sent(asked, monotonicNow());
    const auto done = [this, &client, asked, id](const HttpAnswer &answer) {
        answered(client, asked, id, answer);
        // Not from within the socket's signal: a refused connection would recurse.
        QMetaObject::invokeMethod(
            client.connection.get(), [this, &client] { act(client); }, Qt::QueuedConnection);
    };
    if (asked.kind == CallKind::Query)
        client.connection->request("GET", "/products/" + asked.name.toPercentEncoding(), {}, done);
    else if (asked.kind == CallKind::LookUp)
        client.connection->request("GET", "/orders/" + QByteArray::number(asked.number), {}, done);
    else
        client.connection->request("POST", "/orders",
                                   "{\"name\":\"" + asked.name +
                                       "\",\"quantity\":" + QByteArray::number(asked.quantity) + '}',
                                   done, "Idempotency-Key: " + asked.key + "\r\n");
}

void RecordedShoppers::answered(Client &client, const Call &asked, qint64 id, const HttpAnswer &answer)
{
    const Recorder::Answer meaning = meaningOf(asked.kind, answer);
    if (answer.status == 0)
        m_recorder.gaveUp(id);
    else
        m_recorder.answered(id, meaning, monotonicNow());
    if (asked.kind == CallKind::Buy && meaning.outcome == CallOutcome::Ok)
        m_numbers.push_back(meaning.number);
    if (asked.kind == CallKind::Buy && meaning.outcome == CallOutcome::Unknown)
        client.again = asked;
    for (const Call &call : m_recorder.takeSettled())
        m_history += callLine(call);
}

} // namespace toystore
