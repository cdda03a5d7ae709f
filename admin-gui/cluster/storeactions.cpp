// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/storeactions.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds requestDeadline = 1s;
// Longer than a service may take to drain (5 s) and to get ready (10 s).
constexpr Milliseconds commandDeadline = 20s;

/// Nothing came in time: to be asked again.
bool isLate(const Error &error)
{
    return error.code == ErrorCode::DeadlineExceeded;
}

/// Without a connection nothing was answered; all is asked again with the next one.
bool isOfConnection(const Error &error)
{
    return error.code == ErrorCode::ConnectionLost || error.code == ErrorCode::CannotConnect;
}

} // namespace

void StoreActions::setToken(const QByteArray &token, const QByteArray &whyNone)
{
    m_token = token;
    m_whyNoToken = whyNone;
    askPermission();
}

void StoreActions::forgetToken()
{
    m_token.clear();
    m_whyNoToken.clear();
}

void StoreActions::askPermission()
{
    Permission &permission = m_store.permission;
    if (m_token.isEmpty() && !m_whyNoToken.isEmpty()) {
        permission = {Permission::Kind::Refused, m_whyNoToken};
        return;
    }
    permission = {m_token.isEmpty() ? Permission::Kind::OnlyLooking : Permission::Kind::Asked, {}};
    if (m_token.isEmpty() || !m_supervisor || !m_supervisor->isConnected())
        return;
    m_supervisor->call(Authorize{m_token}, requestDeadline, [this](const Result<Empty> &answer) {
        if (answer)
            m_store.permission = {Permission::Kind::Granted, {}};
        else if (answer.error().code == ErrorCode::Unauthorized)
            m_store.permission = {Permission::Kind::Refused, answer.error().message};
        else if (isLate(answer.error()))
            askPermission();
    });
}

void StoreActions::fetchFaults()
{
    m_supervisor->call(Faults(), requestDeadline, [this](const Result<Faults::Answer> &answer) {
        if (answer)
            m_store.links = answer->links;
        else if (isLate(answer.error()))
            fetchFaults();
        else if (!isOfConnection(answer.error()))
            m_store.links.reset(); // it was opened without
    });
}

qint64 StoreActions::act(ServiceAction action, const QByteArray &service)
{
    const qint64 number = ++m_lastAction;
    if (const QByteArray reason = refusal(); !reason.isEmpty()) {
        const QByteArrayView name = valueNames(action)[static_cast<std::size_t>(action)];
        refuse({number, name.toByteArray() + ' ' + service, service, false, {}}, reason);
        return number;
    }
    switch (action) {
    case ServiceAction::Start:
        command<StartService>(number, service);
        break;
    case ServiceAction::Stop:
        command<StopService>(number, service);
        break;
    case ServiceAction::Kill:
        command<KillService>(number, service);
        break;
    case ServiceAction::Pause:
        command<PauseService>(number, service);
        break;
    case ServiceAction::Resume:
        command<ResumeService>(number, service);
        break;
    case ServiceAction::Restart:
        command<RestartService>(number, service);
        break;
    }
    return number;
}

template <typename Request>
void StoreActions::command(qint64 action, const QByteArray &service)
{
    Request request;
    request.service = service;
    request.token = m_token;
    const ActionOutcome begun{action, Request::method.toByteArray() + ' ' + service, service, false, {}};
    m_supervisor->call(request, commandDeadline, [this, begun](const Result<ProcessView> &view) {
        ActionOutcome outcome = begun;
        outcome.succeeded = view.has_value();
        outcome.message = view ? view->service + " is " + view->state : view.error().message;
        if (!view && view.error().code == ErrorCode::Unauthorized)
            m_store.permission = {Permission::Kind::Refused, view.error().message};
        if (view && m_store.services.contains(view->service))
            m_store.services.at(view->service).process = *view; // the push may take its time
        Q_EMIT finished(outcome);
    });
}

qint64 StoreActions::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    const qint64 number = ++m_lastAction;
    QByteArray what = "change the cache";
    if (enabled)
        what = *enabled ? "switch the cache on" : "switch the cache off";
    else if (capacity)
        what = "let the cache hold " + QByteArray::number(*capacity) + " toys";
    const ActionOutcome begun{number, what, "frontend", false, {}};
    const KnownService *frontend = m_store.frontend();
    QByteArray reason = refusal();
    if (reason.isEmpty() && (!frontend || !frontend->isHeard(monotonicNow())))
        reason = "The frontend does not answer.";
    if (!reason.isEmpty()) {
        refuse(begun, reason);
        return number;
    }
    m_links.at("frontend")
        ->call(SetCache{enabled, capacity}, requestDeadline, [this, begun](const Result<Empty> &answer) {
            ActionOutcome outcome = begun;
            outcome.succeeded = answer.has_value();
            outcome.message = answer ? QByteArray("done") : answer.error().message;
            Q_EMIT finished(outcome);
        });
    return number;
}

qint64 StoreActions::setFault(const QByteArray &from, const QByteArray &to, const Fault &fault)
{
    SetFault request;
    static_cast<Fault &>(request) = fault;
    request.from = from;
    request.to = to;
    return changeFaults("break the link from " + from + " to " + to, std::move(request), "done");
}

qint64 StoreActions::clearFaults()
{
    return changeFaults("end all faults", ClearFaults(), "no link has a fault");
}

template <typename Request>
qint64 StoreActions::changeFaults(const QByteArray &what, Request request, const QByteArray &done)
{
    const qint64 number = ++m_lastAction;
    const ActionOutcome begun{number, what, {}, false, {}};
    if (const QByteArray reason = refusal(); !reason.isEmpty()) {
        refuse(begun, reason);
        return number;
    }
    request.token = m_token;
    m_supervisor->call(request, commandDeadline, [this, begun, done](const Result<Faults::Answer> &answer) {
        ActionOutcome outcome = begun;
        outcome.succeeded = answer.has_value();
        outcome.message = answer ? done : answer.error().message;
        Q_EMIT finished(outcome);
        fetchFaults();
    });
    return number;
}

QByteArray StoreActions::refusal() const
{
    if (!m_supervisor)
        return "No store is watched.";
    switch (m_store.permission.kind) {
    case Permission::Kind::OnlyLooking:
        return "This dashboard only looks: it was given no token.";
    case Permission::Kind::Refused:
        return m_store.permission.reason;
    default:
        return {};
    }
}

void StoreActions::refuse(ActionOutcome outcome, const QByteArray &reason)
{
    outcome.message = reason;
    QMetaObject::invokeMethod(
        this, [this, outcome] { Q_EMIT finished(outcome); }, Qt::QueuedConnection);
}

} // namespace toystore
