// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "gui/fakesource.h"
#include "gui/madeupstores.h"
#include "window/docks.h"
#include "window/mainwindow.h"
#include "window/overview.h"

namespace toystore
{

/// A dashboard with something to see everywhere: a minute of traffic, orders, toys, a load and, but before
/// the story of a demonstration, events.
struct FilledWindow {
    static constexpr QSize usualSize{1280, 800};

    /// It is shown by open(), as @p size.
    explicit FilledWindow(bool isDemo = false, const QSize &size = usualSize,
                          Theme::Scheme scheme = Theme::Scheme::Light);

    void open();
    /// Shows @p store, and waits until all has found its place.
    void show(const ClusterSnapshot &store);
    void trigger(Command command) { window.commands()[command]->trigger(); }

    Theme theme;
    FakeSource source;
    MainWindow window;
};

/// Lets @p source tell of a minute of traffic, which ends with @p store; with a dent where a leader was lost.
void playTraffic(FakeSource &source, const ClusterSnapshot &store);
/// Writes a picture of @p window, for people to look at, to the directory that TOYSTORE_SCREENSHOTS names.
void savePicture(QWidget &window, const QString &name);

} // namespace toystore
