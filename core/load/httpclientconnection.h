// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "load/httpresponseparser.h"
#include "protocol/places.h"

#include <QTcpSocket>
#include <QTimer>

#include <tl/expected.hpp>

#include <functional>

namespace toystore
{

/// Why a request got no answer.
enum class HttpFailure {
    Refused,   ///< there was no connection: nothing was sent
    Lost,      ///< the connection broke before the answer was complete
    TimedOut,  ///< the deadline was over first
    Malformed, ///< what came is no HTTP, or too long
};

/// A client's kept connection to an HTTP/1.1 server: one request at a time, made to cost little. Connects
/// when there is something to send, and again after it was lost: at first after 5 ms, then, as long as it
/// fails, after twice as long, up to 100 ms. A connection that the server has ended in order is replaced at
/// once.
///
/// Never blocks. One thread; must not be destroyed from within @c done.
class HttpClientConnection : public QObject
{
    Q_OBJECT

public:
    using Outcome = tl::expected<HttpResponse, HttpFailure>;
    /// Called once for each request, never from within request(). The next may be sent from it. The response
    /// is valid until then, or until it returns.
    using Done = std::function<void(const Outcome &)>;

    HttpClientConnection(Endpoint server, Done done, QObject *parent = nullptr);
    ~HttpClientConnection() override;

    /// Sends a whole request, @p bytes, which must live unchanged until it is done. Only if none is under
    /// way.
    void request(QByteArrayView bytes, Instant deadline);
    /// Gives up what is under way, without calling @c done, and cuts the connection.
    void abort();

    [[nodiscard]] bool isBusy() const { return m_busy; }

private:
    void armDeadline();
    void connectLater();
    void connectNow();
    void onConnected();
    void read();
    void onEnd();
    void onDeadline();
    void lose(HttpFailure failure);
    void finish(const Outcome &outcome);

    const Endpoint m_server;
    const Done m_done;
    QTcpSocket m_socket;
    QTimer m_deadlineTimer;
    QTimer m_connectTimer;
    HttpResponseParser m_parser;
    bool m_busy = false;
    bool m_wasConnected = false; // since it was last tried
    QByteArrayView m_bytes;
    Instant m_deadline;
    Instant m_rings;      // the deadline's timer, if it is active
    Instant m_mayConnect; // not before
    Milliseconds m_backOff;
};

} // namespace toystore
