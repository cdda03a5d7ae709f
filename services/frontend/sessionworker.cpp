// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sessionworker.h"

#include "sessionkeeper.h"

namespace toystore
{

SessionWorker::SessionWorker(HttpHandler handler) : m_handler(std::move(handler))
{
    setObjectName(QStringLiteral("session"));
    start();
    m_hasKeeper.acquire();
}

SessionWorker::~SessionWorker()
{
    QMetaObject::invokeMethod(
        m_keeper, [] {}, Qt::BlockingQueuedConnection);
    quit();
    wait();
}

// QtHttpServer wants to be made on the thread it serves on.
void SessionWorker::run()
{
    SessionKeeper keeper(m_handler, m_sessions);
    m_keeper = &keeper;
    m_hasKeeper.release();
    exec();
}

void SessionWorker::take(qintptr descriptor)
{
    ++m_sessions;
    QMetaObject::invokeMethod(
        m_keeper, [this, descriptor] { m_keeper->open(static_cast<int>(descriptor)); }, Qt::QueuedConnection);
}

} // namespace toystore
