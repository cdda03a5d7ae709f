// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/randomnumbers.h"
#include "common/ownstore.h"
#include "measure/loadrun.h"
#include "measure/sweepfiles.h"

namespace toystore
{

/// The measurements of a sweep, in a store of its own. One thread, with event loops of its own.
class SweepRun
{
public:
    struct Options {
        quint64 seed = 0;
        int clients = 5;
        qint64 rounds = 0;
        Milliseconds run{0}; ///< of one setting
        Milliseconds delay{0};
        qint64 failovers = 0;
        std::function<void(const QByteArray &)> tell; ///< how it goes, a line for people
    };

    explicit SweepRun(Options options) : m_options(std::move(options)) {}

    /// Opens the store, before any thread is started, and measures it. @p figures: what was measured, also
    /// when the rest fails.
    [[nodiscard]] Result<void> run(SweepFigures &figures);
    /// Ends what is under way, with an error.
    void interrupt();

private:
    struct Setting {
        double probability = 0;
        bool cache = false;
    };

    [[nodiscard]] Result<void> open();
    /// Every setting once a round, in an order of its own: what changes on the machine meanwhile falls on
    /// all.
    [[nodiscard]] Result<void> sweep(QList<SweepRow> &rows);
    /// Kills the leader under load, again and again.
    [[nodiscard]] Result<void> failovers(QList<FailoverRow> &rows);
    [[nodiscard]] std::vector<Setting> settingsInOrder();
    [[nodiscard]] Result<QList<SweepRow>> measure(const Setting &setting, qint64 round, qint64 position);
    [[nodiscard]] Result<FailoverRow> failover(qint64 trial);
    [[nodiscard]] LoadPlan plan(double probability);
    [[nodiscard]] Result<LoadFigures> load(LoadPlan plan, Milliseconds duration);

    const Options m_options;
    RandomNumbers m_random{m_options.seed};
    std::unique_ptr<OwnStore> m_store;
    std::optional<StoreAccess> m_access;
    QByteArray m_token;
    QList<QByteArray> m_toys;
    LoadRun *m_load = nullptr; // under way
    bool m_interrupted = false;
};

} // namespace toystore
