// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "sessionserver.h"

#include "base/instant.h"

#include <QTimer>

#include <atomic>
#include <unordered_set>

namespace toystore
{

/// The sessions of one session thread, and the clock that ends those that last too long. Lives on its thread.
class SessionKeeper : public QObject
{
    Q_OBJECT

public:
    /// @p sessions: counted down with every session that ends; must outlive the keeper.
    SessionKeeper(HttpHandler handler, std::atomic_int &sessions);
    ~SessionKeeper() override;

    /// Takes an accepted connection over.
    void open(int descriptor);

private:
    void arm(Instant deadline);
    void expire();

    std::atomic_int &m_count;
    SessionServer m_server;
    std::unordered_set<Session *> m_sessions; // our children
    QTimer m_timer;
    Instant m_armedFor;
};

} // namespace toystore
