// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "adminoptions.h"
#include "cluster/clustermonitor.h"
#include "cluster/recorder.h"
#include "cluster/replaysource.h"
#include "window/loadrunner.h"
#include "window/mainwindow.h"

namespace toystore
{

/// The program: a source of news as the options say, its recorder, the load and the window, wired.
class Dashboard : public QObject
{
    Q_OBJECT

public:
    /// Shows the window at once; connecting begins when it is painted. @p started: when the program began.
    /// Errors: those of a recording that can't be played or begun.
    [[nodiscard]] static Result<std::unique_ptr<Dashboard>> open(const AdminOptions &options,
                                                                 Instant started);

protected:
    /// Sees the first picture being painted.
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    Dashboard(const AdminOptions &options, Instant started);

    [[nodiscard]] Result<void> begin();
    [[nodiscard]] bool isStoryTold() const;
    void connectLoad();
    void connectMonitor();
    void painted();
    void attach();
    void startLoad(const LoadWish &wish);
    void startDemoLoad(const ClusterSnapshot &snapshot);

    const AdminOptions m_options;
    const Instant m_started;
    Theme m_theme;
    ClusterMonitor m_monitor;
    std::unique_ptr<ReplaySource> m_replay;
    std::unique_ptr<ClusterRecorder> m_recorder;
    LoadRunner m_load;
    std::unique_ptr<MainWindow> m_window;
    QList<QByteArray> m_toys;
    bool m_isPainted = false;
    bool m_hasDemoLoad = false;
};

} // namespace toystore
