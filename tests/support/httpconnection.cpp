// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/httpconnection.h"

#include <QTest>

namespace toystore
{

using namespace std::chrono_literals;

HttpConnection::HttpConnection(quint16 port)
    : m_connection({QStringLiteral("127.0.0.1"), port}, [this](const HttpClientConnection::Outcome &outcome) {
          m_answer = HttpAnswer();
          if (outcome)
              m_answer = HttpAnswer{outcome->status, outcome->body.toByteArray(), {}};
      })
{
}

HttpAnswer HttpConnection::get(const QByteArray &target)
{
    return ask("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

HttpAnswer HttpConnection::post(const QByteArray &target, const QByteArray &body, const QByteArray &fields)
{
    return ask("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
               fields + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
}

HttpAnswer HttpConnection::ask(const QByteArray &request)
{
    m_answer.reset();
    const Instant begin = monotonicNow();
    m_connection.request(request, begin + 20s);
    if (!QTest::qWaitFor([this] { return m_answer.has_value(); }, 25'000))
        m_connection.abort();
    HttpAnswer answer = m_answer.value_or(HttpAnswer());
    answer.took = std::chrono::duration_cast<Milliseconds>(monotonicNow() - begin);
    return answer;
}

} // namespace toystore
