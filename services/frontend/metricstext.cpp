// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "metricstext.h"

#include "base/version.h"

namespace toystore
{

namespace
{

using Type = PrometheusText::Type;

double number(qint64 value)
{
    return static_cast<double>(value);
}

double number(bool value)
{
    return value ? 1 : 0;
}

QByteArray textOf(ReplicaId id)
{
    return QByteArray::number(id.value);
}

void addHttp(PrometheusText &text, const StoreFigures &figures)
{
    text.family(Type::Counter, "toystore_http_requests_total", "Requests answered, by route and status.");
    for (const auto &[key, count] : figures.routes.answers) {
        const QByteArray status = QByteArray::number(key.second);
        text.sample({{"route", nameOf(key.first)}, {"status", status}}, static_cast<double>(count));
    }
    text.family(Type::Histogram, "toystore_http_request_seconds",
                "From a request's last byte to its answer, by route.");
    for (const auto &[route, durations] : figures.routes.durations) {
        if (route != Route::Refused)
            text.histogram({{"route", nameOf(route)}}, durations);
    }
    text.family(Type::Gauge, "toystore_http_sessions", "Open client connections.")
        .sample(number(figures.frontend.sessions));
    text.family(Type::Gauge, "toystore_event_streams", "Of these, those that are sent server-sent events.")
        .sample(number(figures.eventStreams));
    text.family(Type::Gauge, "toystore_waiting_buys", "Buys that wait for their answer.")
        .sample(number(figures.frontend.waitingBuys));
}

void addCache(PrometheusText &text, const StoreFigures &figures)
{
    const FrontendStatus::Answer &frontend = figures.frontend;
    text.family(Type::Counter, "toystore_cache_hits_total", "Product queries answered from the cache.")
        .sample(number(figures.cache.hits));
    text.family(Type::Counter, "toystore_cache_misses_total", "Product queries that had to ask the catalog.")
        .sample(number(figures.cache.misses));
    text.family(Type::Counter, "toystore_cache_invalidations_total", "Invalidations that the catalog pushed.")
        .sample(number(figures.cache.invalidations));
    text.family(Type::Counter, "toystore_cache_evictions_total", "Entries dropped for want of room.")
        .sample(number(figures.cache.evictions));
    text.family(Type::Gauge, "toystore_cache_entries", "Toys in the cache.")
        .sample(number(frontend.cacheEntries));
    text.family(Type::Gauge, "toystore_cache_capacity", "Toys that the cache may hold.")
        .sample(number(frontend.cacheCapacity));
    text.family(Type::Gauge, "toystore_cache_enabled", "1 while the cache is switched on.")
        .sample(number(frontend.cacheEnabled));
}

void addReplicas(PrometheusText &text, const FrontendStatus::Answer &frontend)
{
    const auto each = [&](QByteArrayView name, QByteArrayView help, auto value) {
        text.family(Type::Gauge, name, help);
        for (const ReplicaView &replica : frontend.replicas)
            text.sample({{"replica", textOf(replica.id)}}, number(value(replica)));
    };
    each("toystore_replica_up", "1 if the order replica is connected and answers.",
         [](const ReplicaView &replica) { return replica.state != "down" && replica.state != "silent"; });
    each("toystore_replica_leader", "1 if the order replica leads.",
         [](const ReplicaView &replica) { return replica.state == "leader"; });
    each("toystore_replica_last_order_number", "The last order that the replica has said it has.",
         [](const ReplicaView &replica) { return replica.lastOrderNumber; });
}

void addLeadership(PrometheusText &text, const StoreFigures &figures)
{
    text.family(Type::Gauge, "toystore_epoch", "The leader's epoch; 0 while nobody leads.")
        .sample(number(figures.frontend.epoch));
    text.family(Type::Gauge, "toystore_catalog_up", "1 if the catalog answers.")
        .sample(number(figures.frontend.subscribed));
    text.family(Type::Counter, "toystore_failovers_total", "Leaders that were lost and replaced.")
        .sample(number(figures.failovers));
    text.family(Type::Counter, "toystore_failover_seconds_total",
                "Time without a leader, from noticing the loss to the next leader.")
        .sample(std::chrono::duration<double>(figures.failoverTime).count());
}

void addWrites(PrometheusText &text, const StoreFigures &figures)
{
    const auto each = [&](QByteArrayView name, QByteArrayView help, auto sum, auto count) {
        text.family(Type::Summary, name, help);
        for (const auto &[id, replica] : figures.replicas) {
            if (replica.writes)
                text.summary({{"replica", textOf(id)}}, sum(*replica.writes), number(count(*replica.writes)));
        }
    };
    each(
        "toystore_log_flush_seconds", "fdatasync of the order log, by replica.",
        [](const WriteFigures &writes) { return number(writes.flushUs) / 1e6; },
        [](const WriteFigures &writes) { return writes.flushes; });
    each(
        "toystore_batch_orders", "Buys in each call to the catalog, by the replica that led.",
        [](const WriteFigures &writes) { return number(writes.batchOrders); },
        [](const WriteFigures &writes) { return writes.batches; });
    text.family(Type::Gauge, "toystore_service_answered", "1 if the service answered this scrape in time.");
    text.sample({{"service", "catalog"}}, number(figures.catalog.has_value()));
    for (const ReplicaView &replica : figures.frontend.replicas)
        text.sample({{"service", "order-" + textOf(replica.id)}},
                    number(figures.replicas.contains(replica.id)));
    if (!figures.catalog || !figures.catalog->writes)
        return;
    const WriteFigures &writes = *figures.catalog->writes;
    text.family(Type::Summary, "toystore_ledger_transaction_seconds",
                "The catalog's transactions that decide buys, fsync included.")
        .summary({}, number(writes.flushUs) / 1e6, number(writes.flushes));
    text.family(Type::Summary, "toystore_ledger_transaction_orders", "Buys decided in each of them.")
        .summary({}, number(writes.batchOrders), number(writes.batches));
    text.family(Type::Gauge, "toystore_last_order_number", "The last order of the ledger.")
        .sample(number(figures.catalog->lastOrderNumber));
}

} // namespace

QByteArray metricsText(const StoreFigures &figures)
{
    PrometheusText text;
    text.family(Type::Gauge, "toystore_build_info", "Always 1; the version is a label.")
        .sample({{"version", version}}, 1);
    addHttp(text, figures);
    addCache(text, figures);
    addReplicas(text, figures.frontend);
    addLeadership(text, figures);
    addWrites(text, figures);
    return text.take();
}

} // namespace toystore
