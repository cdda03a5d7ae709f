// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "docks/loadnews.h"
#include "load/loadengine.h"

#include <QTimer>

namespace toystore
{

/// Runs a LoadEngine; lives in the thread of a LoadRunner, which calls it by queued calls only.
class LoadWorker : public QObject
{
    Q_OBJECT

public:
    LoadWorker();

    /// @p store: which of the stores that were watched the load is for.
    void start(const LoadPlan &plan, int store);
    void stop();

Q_SIGNALS:
    void newsCame(const toystore::LoadNews &news, int store);

private:
    void tell();
    [[nodiscard]] LoadNews news(const LoadFigures &latest) const;

    std::unique_ptr<LoadEngine> m_engine;
    LoadFigures m_total;
    int m_store = 0;
    QTimer m_timer;
};

} // namespace toystore
