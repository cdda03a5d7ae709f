// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/loadengine.h"

#include <functional>

namespace toystore
{

/// Lets a load run to its end, in an event loop of its own. One thread.
class LoadRun : public QObject
{
public:
    /// Is told what happened in the last second, and how much of the run is over.
    using Tell = std::function<void(const LoadFigures &second, Milliseconds since)>;

    /// @p tell may be empty.
    LoadRun(LoadPlan plan, Tell tell);
    /// With shoppers of its own.
    LoadRun(LoadPlan plan, const LoadEngine::ShopperMaker &maker, Tell tell);

    /// Returns the figures when @p duration (absent: any time) is over or all clients have done what they
    /// wanted, and nothing is under way any more; what is then not answered within one time-out of the plan
    /// is given up.
    [[nodiscard]] LoadFigures run(std::optional<Milliseconds> duration);
    /// Ends the run early. From within its event loop.
    void interrupt();
    [[nodiscard]] bool wasInterrupted() const { return m_interrupted; }

private:
    void end();
    void everySecond();

    LoadEngine m_engine;
    const Tell m_tell;
    Instant m_began;
    LoadFigures m_sum;
    bool m_interrupted = false;
    QTimer m_giveUp;
};

} // namespace toystore
