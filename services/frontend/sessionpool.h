// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "httpmessage.h"

#include <QHostAddress>
#include <QTcpServer>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace toystore
{

class SessionWorker;

/// Takes HTTP connections in one place and gives each to the least loaded of ten session threads, where it
/// stays: thread per session with a fixed number of threads. Beyond the cap a connection is answered 503 and
/// closed.
///
/// Lives on the main thread.
class SessionPool : public QTcpServer
{
    Q_OBJECT

public:
    static constexpr int threads = 10;

    /// @p handler is called on the session threads. @p maxSessions: beyond, connections are refused.
    SessionPool(HttpHandler handler, int maxSessions, QObject *parent = nullptr);
    /// Ends the threads and with them all sessions.
    ~SessionPool() override;

    /// Starts the threads and listens; port 0 takes a free one. Errors: already_in_use, cannot_connect.
    [[nodiscard]] Result<void> open(const QHostAddress &address, quint16 port);

    /// Open sessions.
    [[nodiscard]] int sessions() const;
    /// Connections that were refused so far.
    [[nodiscard]] qint64 refused() const { return m_refused; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void refuse(qintptr descriptor);

    const HttpHandler m_handler;
    const int m_maxSessions;
    qint64 m_refused = 0;
    RequestIds m_requestIds;
    int m_refusals = 0; // being told so right now
    std::vector<std::unique_ptr<SessionWorker>> m_workers;
};

} // namespace toystore
