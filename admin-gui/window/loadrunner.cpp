// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/loadrunner.h"

#include "window/loadworker.h"

namespace toystore
{

LoadRunner::LoadRunner(QObject *parent) : QObject(parent), m_worker(new LoadWorker)
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &LoadWorker::newsCame, this, &LoadRunner::newsCame);
    m_thread.setObjectName(QStringLiteral("load"));
    m_thread.start();
}

LoadRunner::~LoadRunner()
{
    m_thread.quit();
    m_thread.wait();
}

void LoadRunner::start(const LoadWish &wish, const Endpoint &shop, const QList<QByteArray> &toys)
{
    LoadPlan plan;
    plan.shop = shop;
    plan.clients = wish.clients;
    plan.mix.toys = toys;
    plan.mix.purchase = wish.buyPercent / 100.0;
    plan.maxRepeats = 0; // who is told 500 goes on with something else: that queries go on is seen, too
    if (wish.perSecond > 0)
        plan.rate = wish.perSecond;
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, plan] { worker->start(plan); });
}

void LoadRunner::stop()
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker] { worker->stop(); });
}

} // namespace toystore
