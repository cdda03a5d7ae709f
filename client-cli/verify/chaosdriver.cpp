// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/chaosdriver.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// A start is answered when the service is ready, and the frontend is not before there is a leader.
constexpr Milliseconds commandTimeout = 60s;
constexpr Milliseconds healTimeout = 30s;
constexpr Milliseconds lookAgain = 20ms;

QByteArray faultName(const ChaosStep &step)
{
    if (!step.service.isEmpty())
        return nameOf(step.kind);
    return step.fault.direction.value_or("both") == "both" ? step.fault.kind : step.fault.kind + ", one way";
}

/// As "  1.4 s  ".
QByteArray atTime(Milliseconds time)
{
    const double seconds = std::chrono::duration<double>(time).count();
    return QByteArray::number(seconds, 'f', 1).rightJustified(5) + " s  ";
}

} // namespace

ChaosDriver::ChaosDriver(const Endpoint &supervisor, QByteArray token, std::vector<ChaosStep> plan,
                         std::function<void(const QByteArray &)> tell)
    : m_token(std::move(token)), m_plan(std::move(plan)), m_tell(std::move(tell)), m_supervisor(supervisor)
{
    m_supervisor.start();
}

void ChaosDriver::start(Milliseconds duration, std::function<void()> ended)
{
    m_began = monotonicNow();
    m_active = true;
    m_ended = std::move(ended);
    for (const ChaosStep &step : m_plan) {
        QTimer::singleShot(step.begin, Qt::PreciseTimer, this, [this, &step] {
            if (m_active)
                begin(step);
        });
    }
    QTimer::singleShot(duration, Qt::PreciseTimer, this, [this] { stop(); });
}

void ChaosDriver::stop()
{
    if (!std::exchange(m_active, false))
        return;
    m_ended();
}

void ChaosDriver::begin(const ChaosStep &step)
{
    if (step.service.isEmpty())
        beginOnLink(step);
    else
        beginOnService(step);
}

void ChaosDriver::beginOnService(const ChaosStep &step)
{
    // A restart heals itself, and may wait for what we heal.
    const int settles = step.kind == ChaosKind::Restart ? 0 : 1;
    m_underWay += settles;
    const auto began = [this, &step, settles](const Result<ProcessView> &view) {
        m_underWay -= settles;
        if (!view)
            return refused(step, view.error());
        count(step, view->service);
        if (step.kind != ChaosKind::Restart)
            later(step, [this, &step, service = view->service] { end(step, service); });
    };
    if (step.kind == ChaosKind::Kill)
        command<KillService>(step.service, began);
    else if (step.kind == ChaosKind::Pause)
        command<PauseService>(step.service, began);
    else
        command<RestartService>(step.service, began);
}

void ChaosDriver::beginOnLink(const ChaosStep &step)
{
    SetFault request;
    static_cast<Fault &>(request) = step.fault;
    request.from = step.from;
    request.to = step.to;
    request.token = m_token;
    if (step.fault.kind == "loss")
        request.seed = step.seed;
    ++m_underWay;
    m_supervisor.call(request, commandTimeout,
                      std::function<void(Result<Faults::Answer>)>([this, &step](const auto &answer) {
                          --m_underWay;
                          if (!answer)
                              return refused(step, answer.error());
                          count(step, step.from + " -> " + step.to);
                          later(step, [this, &step, links = answer->links] { end(step, links); });
                      }));
}

void ChaosDriver::count(const ChaosStep &step, const QByteArray &target)
{
    ++m_done[{faultName(step), target}];
    const bool isNamed = step.service.isEmpty() || step.service == target;
    m_tell(atTime(step.begin) + textOf(step) + (isNamed ? QByteArray() : ", " + target));
}

void ChaosDriver::refused(const ChaosStep &step, const Error &error)
{
    ++m_refused;
    m_tell(atTime(step.begin) + textOf(step) + ", not done: " + error.message);
}

// When the step is to end; at once if that is over. Afterwards heal() sees to it.
void ChaosDriver::later(const ChaosStep &step, std::function<void()> what)
{
    const auto left = std::chrono::ceil<Milliseconds>(m_began + step.end - monotonicNow());
    QTimer::singleShot(std::max(left, Milliseconds(0)), Qt::PreciseTimer, this,
                       [this, what = std::move(what)] {
                           if (m_active)
                               what();
                       });
}

void ChaosDriver::end(const ChaosStep &step, const QByteArray &service)
{
    // Refused if another fault of the plan was quicker: whatever is left of it heal() finds.
    if (step.kind == ChaosKind::Kill)
        command<StartService>(service, [](const Result<ProcessView> &) {});
    else
        command<ResumeService>(service, [](const Result<ProcessView> &) {});
}

void ChaosDriver::end(const ChaosStep &step, const QList<LinkView> &links)
{
    if (step.from != "leader" && step.to != "leader")
        return clear(step.from, step.to, step.fault.kind);
    for (const LinkView &link : links) // somebody else may lead by now
        clear(link.from, link.to, step.fault.kind);
}

template <typename Command>
void ChaosDriver::command(const QByteArray &service, std::function<void(Result<ProcessView>)> done)
{
    Command request;
    request.service = service;
    request.token = m_token;
    m_supervisor.call(request, commandTimeout, std::move(done));
}

void ChaosDriver::clear(const QByteArray &from, const QByteArray &to, const std::optional<QByteArray> &kind)
{
    m_supervisor.call(ClearFaults{from, to, kind, m_token}, commandTimeout,
                      std::function<void(Result<Faults::Answer>)>([](const auto &) {}));
}

void ChaosDriver::heal(std::function<void(Result<void>)> whenHealed)
{
    m_active = false;
    m_healed = std::move(whenHealed);
    m_healBefore = monotonicNow() + healTimeout;
    clearAll();
}

// Not before the last fault has come: who leads, for one that is for the leader, takes time to find out.
void ChaosDriver::clearAll()
{
    if (m_underWay > 0) {
        QTimer::singleShot(lookAgain, this, [this] { clearAll(); });
        return;
    }
    m_supervisor.call(ClearFaults{{}, {}, {}, m_token}, commandTimeout,
                      std::function<void(Result<Faults::Answer>)>([this](const auto &answer) {
                          if (answer)
                              look();
                          else
                              healed(failure(answer.error()));
                      }));
}

void ChaosDriver::look()
{
    m_supervisor.call(
        Processes(), commandTimeout,
        std::function<void(Result<Processes::Answer>)>([this](const auto &answer) { onProcesses(answer); }));
}

void ChaosDriver::onProcesses(const Result<Processes::Answer> &answer)
{
    if (!answer)
        return healed(failure(answer.error()));
    QByteArrayList ill;
    for (const ProcessView &process : answer->processes) {
        if (process.state == "ready")
            continue;
        ill.append(process.service + " is " + process.state +
                   (process.reason.isEmpty() ? QByteArray() : " (" + process.reason + ')'));
        if (process.state == "paused")
            command<ResumeService>(process.service, [](const Result<ProcessView> &) {});
        else if (process.pid == 0)
            command<StartService>(process.service, [](const Result<ProcessView> &) {});
    }
    if (ill.isEmpty())
        return healed({});
    if (monotonicNow() > m_healBefore)
        return healed(failure(ErrorCode::DeadlineExceeded, ill.join("; ")));
    QTimer::singleShot(lookAgain, this, [this] { look(); });
}

void ChaosDriver::healed(Result<void> result)
{
    std::exchange(m_healed, nullptr)(std::move(result));
}

} // namespace toystore
