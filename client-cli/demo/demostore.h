// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/ownstore.h"
#include "common/rpccall.h"
#include "load/loadengine.h"
#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"
#include "verify/callrecorder.h"

namespace toystore
{

/// The store that the demonstration opens, and what it asks of it. What it waits for it waits for in event
/// loops of its own, until interrupt().
class DemoStore
{
public:
    /// Opens it. Before any thread is started.
    [[nodiscard]] Result<void> open();
    /// Ends all waiting, with an error.
    void interrupt() { m_interrupted = true; }
    [[nodiscard]] bool isInterrupted() const { return m_interrupted; }

    [[nodiscard]] const StoreAccess &access() const { return *m_access; }
    [[nodiscard]] const GlobalOptions &options() const { return m_options; }

    /// Asks @p endpoint, at most 5 s.
    template <typename R>
    [[nodiscard]] Result<typename R::Answer> ask(const Endpoint &endpoint, const R &request) const
    {
        return callAndWait(endpoint, request, askTimeout);
    }
    [[nodiscard]] Result<FrontendStatus::Answer> frontend() const
    {
        return ask(m_access->frontendAdmin(), FrontendStatus());
    }
    /// Commands the supervisor; @p service also "leader".
    template <typename Command>
    [[nodiscard]] Result<ProcessView> command(const QByteArray &service) const
    {
        Command request;
        request.service = service;
        request.token = m_token;
        return callAndWait(m_access->supervisor(), request, commandTimeout);
    }

    /// Waits until somebody else than @p former leads and the frontend has settled it.
    [[nodiscard]] Result<FrontendStatus::Answer> awaitLeaderAfter(ReplicaId former) const;
    /// Waits until all replicas say the same of their whole logs; what they say.
    [[nodiscard]] Result<LogChecksum::Answer> awaitEqualLogs() const;

    /// Clients begin to shop, all calls are recorded.
    void startClients();
    /// Goes on for @p time.
    [[nodiscard]] Result<void> shopFor(Milliseconds time) const;
    /// Waits for what is under way. What the clients met since the start.
    [[nodiscard]] Result<LoadFigures> stopClients();
    [[nodiscard]] const std::vector<Call> &calls() const { return m_calls.calls(); }

    static constexpr int clients = 8;

private:
    static constexpr Milliseconds askTimeout{5'000};
    static constexpr Milliseconds commandTimeout{20'000};

    /// Waits until @p check says true. Errors: deadline_exceeded, naming @p what; internal when interrupted.
    [[nodiscard]] Result<void> await(Milliseconds timeout, const QByteArray &what,
                                     const std::function<bool()> &check) const;

    bool m_interrupted = false;
    std::unique_ptr<OwnStore> m_store;
    GlobalOptions m_options;
    std::optional<StoreAccess> m_access;
    QByteArray m_token;
    CallRecorder m_calls;
    std::unique_ptr<LoadEngine> m_load;
};

} // namespace toystore
