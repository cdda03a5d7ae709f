// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "faults/chaosplan.h"
#include "net/rpcclient.h"
#include "protocol/supervisormessages.h"

#include <QMap>

namespace toystore
{

/// Carries a plan of faults out through the supervisor, and sees to it that everything is healed at the end.
/// One thread.
class ChaosDriver : public QObject
{
public:
    /// @p tell is called with each fault that is done, a line for people.
    ChaosDriver(const Endpoint &supervisor, QByteArray token, std::vector<ChaosStep> plan,
                std::function<void(const QByteArray &)> tell);

    /// Begins the plan; @p ended is called when its time is over or after stop().
    void start(Milliseconds duration, std::function<void()> ended);
    /// Begins no fault any more.
    void stop();

    /// Clears all faults of links, resumes what is paused and starts what is down, until every service is
    /// ready; then calls @p healed. Errors: deadline_exceeded, naming who is not; what the supervisor says.
    void heal(std::function<void(Result<void>)> healed);

    /// How often each fault was done, by what it was and to whom: "kill" and "order-8091".
    using Done = QMap<std::pair<QByteArray, QByteArray>, qint64>;
    [[nodiscard]] const Done &done() const { return m_done; }
    /// Faults that were planned and could not be, as a kill of who is down already.
    [[nodiscard]] qint64 refused() const { return m_refused; }

private:
    void begin(const ChaosStep &step);
    void beginOnService(const ChaosStep &step);
    void beginOnLink(const ChaosStep &step);
    void end(const ChaosStep &step, const QByteArray &service);
    void end(const ChaosStep &step, const QList<LinkView> &links);
    void later(const ChaosStep &step, std::function<void()> what);
    void count(const ChaosStep &step, const QByteArray &target);
    void refused(const ChaosStep &step, const Error &error);
    template <typename Command>
    void command(const QByteArray &service, std::function<void(Result<ProcessView>)> done);
    void clear(const QByteArray &from, const QByteArray &to, const std::optional<QByteArray> &kind);
    void clearAll();
    void look();
    void onProcesses(const Result<Processes::Answer> &answer);
    void healed(Result<void> result);

    const QByteArray m_token;
    const std::vector<ChaosStep> m_plan;
    const std::function<void(const QByteArray &)> m_tell;
    RpcClient m_supervisor;
    Instant m_began;
    bool m_active = false;
    std::function<void()> m_ended;
    std::function<void(Result<void>)> m_healed;
    Instant m_healBefore;
    Done m_done;
    qint64 m_refused = 0;
    int m_underWay = 0; // faults that are being begun
};

} // namespace toystore
