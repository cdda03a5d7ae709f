// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcserver.h"
#include "proxylink.h"

namespace toystore
{

/// All links of a store, and what gives them faults (protocol/faultmessages.h). It starts without any: one
/// that was started again has none, and its counts begin anew. Main thread.
class FaultProxy : public QObject
{
public:
    struct Options {
        quint16 port = 8085; ///< where it is told of faults, on loopback
        QByteArray token;    ///< that commands must carry
        QList<Link> links;
    };

    explicit FaultProxy(const Options &options);

    /// Errors: already_in_use, cannot_connect.
    [[nodiscard]] Result<void> start();

private:
    template <typename Request>
    void handle(Result<Faults::Answer> (FaultProxy::*carryOut)(const Request &));
    [[nodiscard]] Result<Faults::Answer> show(const Faults &request);
    [[nodiscard]] Result<Faults::Answer> set(const SetFault &request);
    [[nodiscard]] Result<Faults::Answer> clear(const ClearFaults &request);
    [[nodiscard]] Faults::Answer viewsOf(const QList<qsizetype> &indices) const;

    const Options m_options;
    std::vector<std::unique_ptr<ProxyLink>> m_links; // in the order of the options
    RpcServer m_server;
};

} // namespace toystore
