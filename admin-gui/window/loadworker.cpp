// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/loadworker.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr auto newsInterval = 500ms;

double milliseconds(LatencyHistogram::Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

} // namespace

LoadWorker::LoadWorker()
{
    m_timer.setParent(this); // so that it moves to the thread, too
    m_timer.setInterval(newsInterval);
    connect(&m_timer, &QTimer::timeout, this, &LoadWorker::tell);
}

void LoadWorker::start(const LoadPlan &plan, int store)
{
    if (m_engine && m_engine->isRunning() && m_engine->plan().shop == plan.shop && m_store == store) {
        m_engine->setClients(plan.clients);
        m_engine->setMix(plan.mix);
        m_engine->setRate(plan.rate);
        return;
    }
    m_total = LoadFigures();
    m_store = store;
    m_engine = std::make_unique<LoadEngine>(plan);
    connect(m_engine.get(), &LoadEngine::finished, this, &LoadWorker::tell);
    m_engine->start();
    m_timer.start();
    tell();
}

void LoadWorker::stop()
{
    if (!m_engine)
        return;
    m_engine->stop();
    m_timer.stop();
    tell();
}

void LoadWorker::tell()
{
    const LoadFigures latest = m_engine->takeFigures();
    m_total.merge(latest);
    Q_EMIT newsCame(news(latest), m_store);
}

LoadNews LoadWorker::news(const LoadFigures &latest) const
{
    LoadNews news;
    news.isRunning = m_engine->isRunning();
    news.answered = m_total.answered();
    news.rejected = m_total.rejected;
    news.errors = m_total.allErrors();
    news.answeredErrors = m_total.errorsOf(LoadError::ServerError);
    news.perSecond = news.isRunning ? latest.throughput() : 0;
    LatencyHistogram all;
    for (const LatencyHistogram &kind : m_total.latency)
        all.merge(kind);
    if (all.count() > 0) {
        news.p50Ms = milliseconds(all.quantile(0.5));
        news.p99Ms = milliseconds(all.quantile(0.99));
    }
    return news;
}

} // namespace toystore
