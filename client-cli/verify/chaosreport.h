// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "verify/verifyreport.h"

namespace toystore
{

/// What `toystore chaos -o json` prints.
struct ChaosReport {
    struct Done {
        QByteArray fault;
        QByteArray target; ///< a service or a link
        qint64 times = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("fault", self.fault);
            visit("target", self.target);
            visit("times", self.times);
        }
    };
    struct Noticed {
        QByteArray error;
        qint64 times = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("error", self.error);
            visit("times", self.times);
        }
    };
    /// Of all links together.
    struct Links {
        qint64 messages = 0;
        qint64 delayed = 0; ///< messages; so for these
        qint64 dropped = 0;
        qint64 held = 0;
        qint64 cut = 0; ///< connections

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("messages", self.messages);
            visit("delayed", self.delayed);
            visit("dropped", self.dropped);
            visit("held", self.held);
            visit("cut", self.cut);
        }
    };

    bool holds = false; ///< every promise was kept, and the store sold again
    qint64 seed = 0;
    qint64 durationMs = 0; ///< of the faults, as it was asked for
    bool interrupted = false;
    QByteArray dataDirectory;
    QList<Done> faults;
    qint64 refused = 0; ///< faults that could not be done, as a kill of who was down already
    Links links;
    qint64 clients = 0; ///< with those who came when all was healed
    qint64 clientsNoticed = 0;
    QList<Noticed> noticed;
    qint64 longestWaitMs = 0;
    std::optional<qint64> soldAgainAfterMs; ///< since all was healed; absent: it did not
    double answersPerSecond = 0;
    double ordersPerSecond = 0;
    std::optional<VerifyReport> verdict; ///< absent: it could not be judged
    std::optional<QByteArray> problem;   ///< why it was not healed, did not sell again or was not judged
    std::optional<QByteArray> evidence;  ///< the directory where the history of all calls was kept

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("holds", self.holds);
        visit("seed", self.seed);
        visit("duration_ms", self.durationMs);
        visit("interrupted", self.interrupted);
        visit("data_directory", self.dataDirectory);
        visit("faults", self.faults);
        visit("refused", self.refused);
        visit("links", self.links);
        visit("clients", self.clients);
        visit("clients_noticed", self.clientsNoticed);
        visit("noticed", self.noticed);
        visit("longest_wait_ms", self.longestWaitMs);
        visit("sold_again_after_ms", self.soldAgainAfterMs);
        visit("answers_per_second", self.answersPerSecond);
        visit("orders_per_second", self.ordersPerSecond);
        visit("verdict", self.verdict);
        visit("problem", self.problem);
        visit("evidence", self.evidence);
    }
};

/// The report for people; @p again: the command line that repeats the plan.
[[nodiscard]] QByteArray textOf(const ChaosReport &report, const QByteArray &again);

} // namespace toystore
