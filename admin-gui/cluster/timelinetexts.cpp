// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/timelinetexts.h"

#include <QHash>

namespace toystore
{

namespace
{

using Kind = TimelineEvent::Kind;

struct Rule {
    Kind kind = Kind::Service;
    bool isTrouble = false;
    QByteArray words; ///< behind the subject
};

QByteArray shortName(const QByteArray &service)
{
    return service.startsWith("order-") ? service.mid(6) : service;
}

const QHash<QByteArray, Rule> &rules()
{
    static const QHash<QByteArray, Rule> all{
        // The supervisor's, about the service they name.
        {"service_started", {Kind::Service, false, "starts"}},
        {"service_ready", {Kind::Service, false, "ready"}},
        {"service_paused", {Kind::Service, true, "paused"}},
        {"service_resumed", {Kind::Service, false, "resumed"}},
        {"service_draining", {Kind::Service, false, "drains"}},
        {"service_stopped", {Kind::Service, true, "stopped"}},
        {"service_killed", {Kind::Service, true, "killed"}},
        {"service_failed", {Kind::Service, true, "failed"}},
        {"store_open", {Kind::Service, false, "the store is open"}},
        {"store_not_opened", {Kind::Service, true, "the store can't be opened"}},
        {"store_closing", {Kind::Service, false, "the store is being closed"}},
        {"fault_set", {Kind::Fault, true, {}}},
        {"faults_cleared", {Kind::Fault, false, {}}},
        // The frontend's.
        {"leader_lost", {Kind::Leader, true, "lost as the leader"}},
        {"leader_changed", {Kind::Leader, false, "leads"}},
        {"lease_lost", {Kind::Cache, true, "cache bypassed: the lease is lost"}},
        // A replica's, about itself.
        {"caught_up", {Kind::Orders, false, "caught up"}},
        {"rebuilding_ledger", {Kind::Orders, true, "rebuilds the ledger"}},
        {"diverged", {Kind::Orders, true, "diverged"}},
        {"append_failed", {Kind::Orders, true, "can't write its log"}},
        {"append_recovered", {Kind::Orders, false, "writes its log again"}},
        {"stepped_down", {Kind::Leader, false, "steps down"}},
        {"not_leading", {Kind::Leader, true, "can't lead"}},
        // The catalog's.
        {"opened", {Kind::Stock, false, "the stock is full"}},
        {"restocked", {Kind::Stock, false, "restocked"}},
        {"imported", {Kind::Orders, false, "the ledger takes orders back"}},
        {"storage_failed", {Kind::Orders, true, "the ledger can't be written"}},
        {"storage_recovered", {Kind::Orders, false, "the ledger can be written again"}},
    };
    return all;
}

/// Whom the words are said of; empty: they stand alone.
QByteArray subjectOf(const Rule &rule, const QByteArray &service, const EventFields &event)
{
    if (event.kind.startsWith("store_") || rule.kind == Kind::Cache || event.kind == "opened" ||
        event.kind == "imported" || event.kind.startsWith("storage_"))
        return {};
    return event.subject.isEmpty() ? service : event.subject;
}

} // namespace

std::optional<TimelineEvent> timelineEvent(const QByteArray &service, const EventFields &event)
{
    const auto rule = rules().constFind(event.kind);
    if (rule == rules().constEnd())
        return std::nullopt;
    TimelineEvent shown;
    shown.atMs = event.atMs;
    shown.kind = rule->kind;
    shown.isTrouble = rule->isTrouble;
    const QByteArray subject = subjectOf(*rule, service, event);
    shown.subject = subject.isEmpty() ? service : subject;
    shown.text = subject.isEmpty() ? rule->words : shortName(subject) + ' ' + rule->words;
    if (rule->kind == Kind::Fault)
        shown.text = event.message; // which names the link
    if (event.kind == "leader_changed")
        shown.text += ", epoch " + QByteArray::number(event.epoch.value_or(0));
    if (event.kind == "caught_up" && event.orderNumber)
        shown.text += " to #" + QByteArray::number(*event.orderNumber);
    if (event.kind == "restocked")
        shown.text += " to " + QByteArray::number(event.count.value_or(0));
    shown.detail = event.message;
    shown.service = service;
    shown.cursor = event.cursor;
    return shown;
}

TimelineEvent timelineEvent(const FailoverView &failover)
{
    TimelineEvent shown;
    shown.kind = Kind::Failover;
    shown.subject = "order-" + QByteArray::number(failover.newLeader);
    shown.atMs = failover.firstSuccessMs.value_or(failover.newLeaderMs.value_or(0));
    const qint64 from = failover.detectedMs.value_or(0);
    const qint64 to = failover.newLeaderMs.value_or(from);
    shown.text = "no leader for " + QByteArray::number(to - from) + " ms, " +
                 QByteArray::number(failover.resent) + " resent, " + QByteArray::number(failover.failed) +
                 " failed";
    shown.isTrouble = failover.failed > 0;
    return shown;
}

TimelineEvent timelineEvent(const ActionOutcome &outcome, qint64 atMs)
{
    TimelineEvent event;
    event.kind = Kind::Dashboard;
    event.atMs = atMs;
    event.subject = outcome.service;
    event.isTrouble = !outcome.succeeded;
    event.text = outcome.what + (outcome.succeeded ? "" : " failed");
    event.detail = outcome.message;
    return event;
}

TimelineEvent missedEvents(const QByteArray &service, qint64 missed, const QList<EventFields> &next,
                           qint64 atMs)
{
    TimelineEvent gap;
    gap.kind = Kind::Dashboard;
    gap.atMs = next.isEmpty() ? atMs : next.first().atMs;
    gap.subject = service;
    gap.text = QByteArray::number(missed) + " events of " + service + " were missed";
    gap.service = service;
    if (!next.isEmpty())
        gap.cursor = next.first().cursor - 1;
    return gap;
}

} // namespace toystore
