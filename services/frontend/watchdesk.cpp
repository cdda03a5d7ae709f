// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "watchdesk.h"

#include "protocol/jsonwriter.h"

namespace toystore
{

WatchDesk::WatchDesk(RpcClient &catalog, LeaderTracker &tracker, OwnStatus status, OwnFigures figures,
                     QObject *parent)
    : QObject(parent), m_catalog(catalog), m_tracker(tracker), m_status(std::move(status)),
      m_figures(std::move(figures))
{
}

void WatchDesk::tellReadiness(DeferredAnswer done)
{
    QMetaObject::invokeMethod(
        this, [this, done = std::move(done)] { done(readiness()); }, Qt::QueuedConnection);
}

HttpAnswer WatchDesk::readiness() const
{
    const FrontendStatus::Answer status = m_status();
    QByteArrayList missing;
    if (m_draining)
        missing.append("the store is closing");
    if (!status.subscribed)
        missing.append("the catalog can't be reached");
    if (status.leaderId.isNone() && status.noLeaderBecause)
        missing.append("no order replica leads: " + *status.noLeaderBecause);
    else if (status.leaderId.isNone())
        missing.append("no order replica leads");
    JsonWriter writer;
    writer.beginObject().key("ready").value(missing.isEmpty()).key("missing").beginArray();
    for (const QByteArray &what : missing)
        writer.text(what);
    writer.endArray().endObject();
    if (missing.isEmpty())
        return {200, writer.take()};
    return {503, writer.take(), retryAfter.toByteArray()};
}

void WatchDesk::tellMetrics(DeferredAnswer done)
{
    QMetaObject::invokeMethod(
        this,
        [this, done = std::move(done)] {
            if (m_waiting.size() >= mostWaiting)
                return done(
                    HttpAnswer::error(503, "too many wait for the figures", retryAfter.toByteArray()));
            m_waiting.push_back(done);
            if (m_waiting.size() == 1)
                gather();
        },
        Qt::QueuedConnection);
}

void WatchDesk::gather()
{
    auto gathering = std::make_shared<Gathering>();
    const std::vector<ReplicaId> replicas = m_tracker.replicas();
    gathering->missing = replicas.size() + 1;
    ask<CatalogStatus>(m_catalog, gathering,
                       [](StoreFigures &figures, const auto &answer) { figures.catalog = answer; });
    for (const ReplicaId id : replicas) {
        ask<OrderStatus>(m_tracker.client(id), gathering,
                         [id](StoreFigures &figures, const auto &answer) { figures.replicas[id] = answer; });
    }
}

template <typename Request, typename Take>
void WatchDesk::ask(RpcClient &service, const std::shared_ptr<Gathering> &gathering, Take take)
{
    using Answer = typename Request::Answer;
    service.call(Request(), figuresLimit,
                 std::function<void(Result<Answer>)>([this, gathering, take](const Result<Answer> &answer) {
                     if (answer)
                         take(gathering->figures, *answer);
                     if (--gathering->missing == 0)
                         settle(gathering->figures);
                 }));
}

void WatchDesk::settle(const StoreFigures &others)
{
    StoreFigures figures = m_figures();
    figures.catalog = others.catalog;
    figures.replicas = others.replicas;
    HttpAnswer answer{200, metricsText(figures)};
    answer.contentType = PrometheusText::contentType;
    for (const DeferredAnswer &done : std::exchange(m_waiting, {}))
        done(answer);
}

} // namespace toystore
