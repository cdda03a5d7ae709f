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

/// A dashboard with something to see everywhere: a minute of traffic, orders, toys and, but before the story
/// of a demonstration, events.
struct FilledWindow {
    static constexpr QSize usualSize{1280, 800};

    /// Of @p size. @p store: how it is after that minute; one without services has none of it.
    explicit FilledWindow(bool aDemo = false, const QSize &size = usualSize,
                          Theme::Scheme scheme = Theme::Scheme::Light, ClusterSnapshot store = storeAtWork());

    /// Shows the window, and lets all come that there is to see.
    void open();
    /// Shows @p store, and waits until all has found its place.
    void show(const ClusterSnapshot &store);
    /// A load of this dashboard runs: its panel is the tallest then.
    void startLoad();
    void trigger(Command command) { window.commands()[command]->trigger(); }

    const bool isDemo;
    const ClusterSnapshot end;
    Theme theme;
    FakeSource source;
    MainWindow window;
};

/// Writes a picture of @p window, for people to look at, to the directory that TOYSTORE_SCREENSHOTS names.
void savePicture(QWidget &window, const QString &name);

} // namespace toystore
