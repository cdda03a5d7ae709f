// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/order.h"

namespace toystore
{

/// A service as the supervisor knows it.
struct ProcessView {
    QByteArray service; ///< catalog, frontend, order-ID
    QByteArray state;   ///< starting, ready, paused, draining, stopped, killed or failed
    qint64 port = 0;
    qint64 pid = 0;      ///< 0: not running
    qint64 sinceMs = 0;  ///< wall clock of the last change of state, milliseconds since 1970 UTC
    qint64 restarts = 0; ///< starts after the first
    QByteArray reason;   ///< how it ended, for example "SIGKILL"; empty while it runs
    std::optional<qint64> adminPort = {}; ///< where it takes messages, if that is not port: the frontend's

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("service", self.service, 64);
        visit("state", self.state, 64);
        visit("port", self.port);
        visit("pid", self.pid);
        visit("since_ms", self.sinceMs);
        visit("restarts", self.restarts);
        visit("reason", self.reason, 1024);
        visit("admin_port", self.adminPort);
    }
};

/// All services of the store. Needs no token.
struct Processes {
    static constexpr QByteArrayView method = "processes";

    struct Answer {
        qint64 pid = 0; ///< the supervisor's
        QByteArray version;
        QByteArray dataDirectory;
        QList<ProcessView> processes;
        std::optional<qint64> nowMs = {}; ///< what its wall clock reads, milliseconds since 1970 UTC

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("pid", self.pid);
            visit("version", self.version);
            visit("data_directory", self.dataDirectory);
            visit("processes", self.processes, 64);
            visit("now_ms", self.nowMs);
        }
    };

    template <typename Self, typename Visitor>
    static void fields(Self &, Visitor &)
    {
    }
};

/// Pushed to those who subscribed with `with_status`.
struct ProcessesPush : Processes::Answer {
    static constexpr QByteArrayView method = "processes_changed";
};

/// Asks whether a token is the right one, and does nothing. Errors: unauthorized.
struct Authorize {
    static constexpr QByteArrayView method = "authorize";
    using Answer = Empty;

    QByteArray token;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("token", self.token, 256);
    }
};

/// What the commands on one service have in common. Errors: unauthorized, unknown_service, wrong_state.
struct ServiceCommand {
    using Answer = ProcessView;

    QByteArray
        service; ///< also "leader", or a replica's id alone; Stop also takes "store": everything, and itself
    QByteArray token;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("service", self.service, 64);
        visit("token", self.token, 256);
    }
};

/// A command that starts a service; what it wishes beyond that counts for this one start. Errors: those
/// above, and invalid_field for a service that is no order replica.
struct StartCommand : ServiceCommand {
    std::optional<bool> repair; ///< set the log aside and fetch it anew
    std::optional<bool>
        rebuildFromAvailable; ///< give a lost ledger its orders back though a replica is missing

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        ServiceCommand::fields(self, visit);
        visit("repair", self.repair);
        visit("rebuild_from_available", self.rebuildFromAvailable);
    }
};

struct StartService : StartCommand {
    static constexpr QByteArrayView method = "start";
};
struct StopService : ServiceCommand { ///< SIGTERM and SIGCONT: drains, at most 5 s
    static constexpr QByteArrayView method = "stop";
};
struct KillService : ServiceCommand { ///< SIGKILL
    static constexpr QByteArrayView method = "kill";
};
struct PauseService : ServiceCommand { ///< SIGSTOP
    static constexpr QByteArrayView method = "pause";
};
struct ResumeService : ServiceCommand { ///< SIGCONT
    static constexpr QByteArrayView method = "resume";
};
struct RestartService : StartCommand { ///< stop if it runs, then start
    static constexpr QByteArrayView method = "restart";
};

} // namespace toystore
