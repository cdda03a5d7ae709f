// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/csvrecord.h"

namespace toystore
{

/// What one run of a sweep measured of one kind of request: a line of results.csv.
struct SweepRow {
    qint64 round = 0;    ///< from 1; each has every setting once
    qint64 position = 0; ///< in the round, from 1
    double probability = 0;
    bool cache = false;
    qint64 delayMs = 0; ///< added between frontend and catalog, each way
    qint64 clients = 0;
    QByteArray kind;
    qint64 answered = 0;
    double answersPerSecond = 0;
    qint64 meanUs = 0;
    qint64 p50Us = 0;
    qint64 p90Us = 0;
    qint64 p99Us = 0;
    qint64 maxUs = 0;
    qint64 errors = 0; ///< of all kinds of requests in the run; so for these two
    qint64 cacheHits = 0;
    qint64 cacheMisses = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("round", self.round);
        visit("position", self.position);
        visit("probability", self.probability);
        visit("cache", self.cache);
        visit("delay_ms", self.delayMs);
        visit("clients", self.clients);
        visit("kind", self.kind);
        visit("answered", self.answered);
        visit("answers_per_second", self.answersPerSecond);
        visit("mean_us", self.meanUs);
        visit("p50_us", self.p50Us);
        visit("p90_us", self.p90Us);
        visit("p99_us", self.p99Us);
        visit("max_us", self.maxUs);
        visit("errors", self.errors);
        visit("cache_hits", self.cacheHits);
        visit("cache_misses", self.cacheMisses);
    }
};

/// One kill -9 of the leader under load: a line of failover.csv.
struct FailoverRow {
    qint64 trial = 0; ///< from 1
    qint64 lostLeader = 0;
    qint64 newLeader = 0;
    qint64 detectedMs = 0;    ///< from the kill
    qint64 newLeaderMs = 0;   ///< likewise
    qint64 longestWaitMs = 0; ///< of any client
    qint64 clientsNoticed = 0;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("trial", self.trial);
        visit("lost_leader", self.lostLeader);
        visit("new_leader", self.newLeader);
        visit("detected_ms", self.detectedMs);
        visit("new_leader_ms", self.newLeaderMs);
        visit("longest_wait_ms", self.longestWaitMs);
        visit("clients_noticed", self.clientsNoticed);
    }
};

/// All that was measured.
struct SweepFigures {
    QList<SweepRow> rows;
    QList<FailoverRow> failovers;
};

/// How the figures came about: manifest.json.
struct SweepManifest {
    QByteArray version;
    QByteArray cpu;
    qint64 cpus = 0;
    QByteArray kernel;
    QByteArray build; ///< type of the build
    QByteArray startedAt;
    qint64 tookMs = 0;
    QByteArray command; ///< that repeats it
    qint64 seed = 0;
    qint64 clients = 0;
    qint64 rounds = 0;
    qint64 runMs = 0;
    qint64 delayMs = 0;
    qint64 failovers = 0;
    bool complete = false; ///< all of it was measured; else it was interrupted, or something failed

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("version", self.version);
        visit("cpu", self.cpu);
        visit("cpus", self.cpus);
        visit("kernel", self.kernel);
        visit("build", self.build);
        visit("started_at", self.startedAt);
        visit("took_ms", self.tookMs);
        visit("command", self.command);
        visit("seed", self.seed);
        visit("clients", self.clients);
        visit("rounds", self.rounds);
        visit("run_ms", self.runMs);
        visit("delay_ms", self.delayMs);
        visit("failovers", self.failovers);
        visit("complete", self.complete);
    }
};

} // namespace toystore
