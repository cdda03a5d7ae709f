// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/storeaccess.h"
#include "load/loadengine.h"
#include "verify/callrecorder.h"
#include "verify/chaosdriver.h"
#include "verify/chaosreport.h"

namespace toystore
{

/// Breaks an open store by a plan while clients shop in it, heals it, and sees whether it sells again. What
/// the clients asked and were told is recorded. One thread, with event loops of its own.
class ChaosRun
{
public:
    struct Options {
        int clients = 0;
        ChaosOptions plan;                            ///< without the replicas, which the store knows
        QString history;                              ///< the file to write
        std::function<void(const QByteArray &)> tell; ///< what is done, a line for people
    };

    ChaosRun(const StoreAccess &access, Options options);

    /// Returns when nothing is under way any more; fills in all of @p report but the verdict and who says so.
    /// Errors: it could not begin (the store is not open, allows no faults or sells nothing).
    [[nodiscard]] Result<void> run(ChaosReport &report);
    /// Goes on to the healing at once. From within run()'s event loops.
    void interrupt();

private:
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<LoadPlan> loadPlan() const;
    void breakAndHeal(ChaosReport &report);
    void waitUntilItSells(ChaosReport &report);
    [[nodiscard]] Result<void> endLoad();
    /// Buys that were sold or rejected.
    [[nodiscard]] qint64 decidedBuys();
    void fillIn(ChaosReport &report);
    [[nodiscard]] ChaosReport::Links linkCounts() const;

    const StoreAccess &m_access;
    Options m_options;
    QByteArray m_token;
    CallRecorder m_calls;
    std::unique_ptr<LoadEngine> m_load;
    std::unique_ptr<ChaosDriver> m_driver;
    bool m_interrupted = false;
};

} // namespace toystore
