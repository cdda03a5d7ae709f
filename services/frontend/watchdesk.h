// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"
#include "leadertracker.h"
#include "metricstext.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <vector>

namespace toystore
{

/// Answers those who watch the store over HTTP: whether it can do its work, and its figures. Those of the
/// other services it asks them for when it is asked; who asks meanwhile shares the answer.
///
/// Lives on the tracker's thread; tellReadiness() and tellMetrics() may be called from any.
class WatchDesk : public QObject
{
public:
    /// What a service does not say within this is left out of the figures.
    static constexpr Milliseconds figuresLimit{500};
    static constexpr std::size_t mostWaiting = 256; ///< for the figures; beyond: 503

    /// What the frontend knows by itself.
    using OwnStatus = std::function<FrontendStatus::Answer()>;
    using OwnFigures = std::function<StoreFigures()>;

    /// All must outlive the desk, which calls the functions on its thread.
    WatchDesk(RpcClient &catalog, LeaderTracker &tracker, OwnStatus status, OwnFigures figures,
              QObject *parent = nullptr);

    /// 200 if the catalog can be reached and somebody leads, else 503; both say what is missing.
    void tellReadiness(DeferredAnswer done);
    void tellMetrics(DeferredAnswer done);

    /// From now on the store is not ready.
    void drain() { m_draining = true; }

private:
    struct Gathering {
        StoreFigures figures;
        std::size_t missing = 0; // answers
    };

    [[nodiscard]] HttpAnswer readiness() const;
    void gather();
    template <typename Request, typename Take>
    void ask(RpcClient &service, const std::shared_ptr<Gathering> &gathering, Take take);
    void settle(const StoreFigures &figures);

    RpcClient &m_catalog;
    LeaderTracker &m_tracker;
    const OwnStatus m_status;
    const OwnFigures m_figures;
    std::vector<DeferredAnswer> m_waiting; // for the figures that are being gathered
    std::atomic_bool m_draining = false;
};

} // namespace toystore
