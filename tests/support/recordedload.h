// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "load/loadengine.h"
#include "verify/callrecorder.h"

#include <QThread>

#include <memory>

namespace toystore
{

/// Clients that only buy, one or two of @p toys at a time, and repeat nothing: what fails is seen.
[[nodiscard]] LoadPlan buyers(quint16 shopPort, int clients, const QList<QByteArray> &toys);

/// A load whose calls are recorded, in a thread of its own: a test that waits sleeps between its looks at the
/// events, and would add that to what the clients wait. Gives up what is under way when it goes.
class RecordedLoad
{
public:
    explicit RecordedLoad(const LoadPlan &plan);
    ~RecordedLoad();

    void start();
    /// Lets every client finish what is under way, at most 60 s. Whether all did.
    [[nodiscard]] bool stop();

    /// Of all this load ever did.
    [[nodiscard]] LoadFigures figures();
    [[nodiscard]] qint64 acknowledged() { return figures().acknowledged(); } ///< orders
    /// Of what it did since the last start() or the last time.
    LoadFigures takeFigures();
    /// All calls so far; only after stop().
    [[nodiscard]] const std::vector<Call> &calls() const { return m_recorder.calls(); }

private:
    template <typename Do>
    void inThread(Do work)
    {
        QMetaObject::invokeMethod(m_thread.get(), work, Qt::BlockingQueuedConnection);
    }

    CallRecorder m_recorder;
    QThread m_runner;
    std::unique_ptr<QObject> m_thread; // lives in it
    std::unique_ptr<LoadEngine> m_engine;
    LoadFigures m_taken;
};

} // namespace toystore
