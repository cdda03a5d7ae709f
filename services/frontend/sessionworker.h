// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

#include <QSemaphore>
#include <QThread>

#include <atomic>

namespace toystore
{

class SessionKeeper;

/// One session thread: its sessions and its HTTP server live on its event loop. Any thread may call.
class SessionWorker : private QThread
{
public:
    /// Starts the thread.
    explicit SessionWorker(HttpHandler handler);
    /// Ends it; answers that are on their way to a session still reach it.
    ~SessionWorker() override;

    /// Takes an accepted connection over. From here on it counts as a session, until it is closed.
    void take(qintptr descriptor);

    [[nodiscard]] int sessions() const { return m_sessions; }

private:
    void run() override;

    const HttpHandler m_handler;
    std::atomic_int m_sessions = 0;
    SessionKeeper *m_keeper = nullptr; // of the thread
    QSemaphore m_hasKeeper;
};

} // namespace toystore
