// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/judge.h"
#include "protocol/fields.h"

namespace toystore
{

/// What `toystore verify -o json` prints.
struct VerifyReport {
    struct Calls {
        qint64 buys = 0;
        qint64 acknowledged = 0;
        qint64 rejected = 0;
        qint64 unknown = 0; ///< of the buys
        qint64 queries = 0;
        qint64 lookUps = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("buys", self.buys);
            visit("acknowledged", self.acknowledged);
            visit("rejected", self.rejected);
            visit("unknown", self.unknown);
            visit("queries", self.queries);
            visit("look_ups", self.lookUps);
        }
    };
    struct Ledger {
        qint64 orders = 0;
        qint64 movements = 0;
        qint64 toys = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("orders", self.orders);
            visit("movements", self.movements);
            visit("toys", self.toys);
        }
    };
    struct Log {
        QByteArray replica;
        qint64 orders = 0;
        qint64 behind = 0;           ///< the decided orders that it lacks
        bool mustBeComplete = false; ///< of those that were acknowledged it may lack none
        bool torn = false;           ///< its last line has no end

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("replica", self.replica);
            visit("orders", self.orders);
            visit("behind", self.behind);
            visit("must_be_complete", self.mustBeComplete);
            visit("torn", self.torn);
        }
    };
    struct Promise {
        QByteArray invariant;
        QByteArray promise;
        QByteArray verdict; ///< holds, broken or undecided
        qint64 violations = 0;
        std::optional<QByteArray> undecided; ///< what could not be decided, and why

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("invariant", self.invariant);
            visit("promise", self.promise);
            visit("verdict", self.verdict);
            visit("violations", self.violations);
            visit("undecided", self.undecided);
        }
    };
    struct Broken {
        QByteArray invariant;
        QByteArray what;
        QList<qint64> calls; ///< the ids of the recorded calls that prove it, the broken one first

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("invariant", self.invariant);
            visit("what", self.what);
            visit("calls", self.calls);
        }
    };

    bool holds = false;
    QByteArray dataDirectory;
    bool open = false;            ///< the store was running
    std::optional<Calls> calls;   ///< absent: without a history
    std::optional<Ledger> ledger; ///< absent: there is none
    QList<Log> logs;
    QList<Promise> invariants;
    QList<Broken> violations; ///< at most Verdict::keptOfEach of each invariant

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("holds", self.holds);
        visit("data_directory", self.dataDirectory);
        visit("open", self.open);
        visit("calls", self.calls);
        visit("ledger", self.ledger);
        visit("logs", self.logs);
        visit("invariants", self.invariants);
        visit("violations", self.violations);
    }
};

[[nodiscard]] VerifyReport reportOf(const QByteArray &dataDirectory, bool isOpen, const Evidence &evidence,
                                    const Findings &findings);

/// The report for people, with the proving calls as their history has them.
[[nodiscard]] QByteArray textOf(const VerifyReport &report, const Verdict &verdict);

} // namespace toystore
