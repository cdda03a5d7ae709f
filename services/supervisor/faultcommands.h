// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "leaderfinder.h"
#include "net/rpcserver.h"
#include "protocol/faultmessages.h"
#include "supervisor.h"

namespace toystore
{

/// Takes the commands on links (protocol/faultmessages.h) and passes them on to the fault proxy, with the
/// leader's name in place of "leader". What was changed becomes an event. Main thread.
class FaultCommands : public QObject
{
public:
    /// Adds its handlers to @p server. All must outlive this.
    FaultCommands(RpcServer &server, const StoreConfig &config, QByteArray token, Supervisor &supervisor,
                  LeaderFinder &leaderFinder);

private:
    using Answer = Reply<Faults::Answer>;

    template <typename Request>
    void handle(RpcServer &server);
    void receive(const Faults &request, const Answer &reply);
    void receive(const SetFault &request, const Answer &reply);
    void receive(const ClearFaults &request, const Answer &reply);
    template <typename Request>
    void passOn(const Request &request, const Answer &reply);
    void changed(const SetFault &request);
    void changed(const ClearFaults &request);
    void changed(const Faults &) {}
    [[nodiscard]] Result<void> checkChange(const QByteArray &token) const;
    [[nodiscard]] Result<void> checkProxy() const;
    void nameLeader(const QByteArray &service, const Answer &reply,
                    const std::function<void(QByteArray)> &then);

    const bool m_allowed;
    const Endpoint m_proxy;
    const QByteArray m_token;
    Supervisor &m_supervisor;
    LeaderFinder &m_leaderFinder;
};

} // namespace toystore
