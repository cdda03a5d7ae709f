// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/loadengine.h"
#include "protocol/fields.h"

namespace toystore
{

/// What `toystore bench -o json` prints.
struct BenchReport {
    /// Of one kind of request; with -o csv a line each.
    struct Kind {
        QByteArray kind;     ///< query, buy or look_up
        qint64 answered = 0; ///< rejections and such included
        double answersPerSecond = 0;
        std::optional<qint64> meanUs = {}; ///< absent, as the rest, where nothing was answered
        std::optional<qint64> p50Us = {};
        std::optional<qint64> p90Us = {};
        std::optional<qint64> p99Us = {};
        std::optional<qint64> p999Us = {};
        std::optional<qint64> maxUs = {};

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("kind", self.kind);
            visit("answered", self.answered);
            visit("answers_per_second", self.answersPerSecond);
            visit("mean_us", self.meanUs);
            visit("p50_us", self.p50Us);
            visit("p90_us", self.p90Us);
            visit("p99_us", self.p99Us);
            visit("p999_us", self.p999Us);
            visit("max_us", self.maxUs);
        }
    };
    struct Failed {
        QByteArray error; ///< as LoadError names it
        qint64 times = 0; ///< attempts

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("error", self.error);
            visit("times", self.times);
        }
    };
    struct Cache {
        qint64 hits = 0;
        qint64 misses = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("hits", self.hits);
            visit("misses", self.misses);
        }
    };
    /// A limit that was set, as --max-p99.
    struct Limit {
        QByteArray limit; ///< max_p99_ms, max_errors or min_rate
        double wanted = 0;
        double measured = 0;
        bool holds = false;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("limit", self.limit);
            visit("wanted", self.wanted);
            visit("measured", self.measured);
            visit("holds", self.holds);
        }
    };

    bool holds = true; ///< every limit
    QByteArray shop;
    QByteArray loop; ///< closed or open
    qint64 clients = 0;
    std::optional<double> rate = {}; ///< of the open loop, requests per second
    double probability = 0;
    qint64 seed = 0;
    bool interrupted = false;
    qint64 durationMs = 0;
    qint64 answered = 0;
    double answersPerSecond = 0;
    qint64 orders = 0; ///< acknowledged
    qint64 rejected = 0;
    qint64 mismatched = 0;
    qint64 notFound = 0;
    QList<Kind> kinds;
    QList<Failed> errors;
    qint64 clientsNoticed = 0;
    qint64 repeats = 0;
    qint64 recovered = 0;
    qint64 unanswered = 0;
    qint64 longestWaitMs = 0;
    std::optional<Cache> cache = {}; ///< of the frontend, all its clients together; absent: nobody knows
    QList<Limit> limits;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("holds", self.holds);
        visit("shop", self.shop);
        visit("loop", self.loop);
        visit("clients", self.clients);
        visit("rate", self.rate);
        visit("probability", self.probability);
        visit("seed", self.seed);
        visit("interrupted", self.interrupted);
        visit("duration_ms", self.durationMs);
        visit("answered", self.answered);
        visit("answers_per_second", self.answersPerSecond);
        visit("orders", self.orders);
        visit("rejected", self.rejected);
        visit("mismatched", self.mismatched);
        visit("not_found", self.notFound);
        visit("kinds", self.kinds);
        visit("errors", self.errors);
        visit("clients_noticed", self.clientsNoticed);
        visit("repeats", self.repeats);
        visit("recovered", self.recovered);
        visit("unanswered", self.unanswered);
        visit("longest_wait_ms", self.longestWaitMs);
        visit("cache", self.cache);
        visit("limits", self.limits);
    }
};

/// The report on @p figures of a load that followed @p plan; without cache and limits.
[[nodiscard]] BenchReport benchReport(const LoadPlan &plan, const LoadFigures &figures);

/// For people.
[[nodiscard]] QByteArray textOf(const BenchReport &report);

/// One second of a load in one line, for who waits for its end.
[[nodiscard]] QByteArray liveLine(const LoadFigures &second, Milliseconds since);

} // namespace toystore
