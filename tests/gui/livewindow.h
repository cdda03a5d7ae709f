// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustermonitor.h"
#include "support/storeundertest.h"
#include "topology/topologyview.h"
#include "window/mainwindow.h"
#include "window/overview.h"

namespace toystore
{

/// A real store that no load sells out, and the dashboard before it.
struct LiveWindow {
    [[nodiscard]] bool open()
    {
        if (!store.open())
            return false;
        window.resize(1280, 800);
        window.show();
        monitor.attach(store.path(QString()));
        return QTest::qWaitForWindowExposed(&window) && QTest::qWaitFor([this] { return isWhole(); }, 20'000);
    }
    [[nodiscard]] const ClusterSnapshot &now() const { return monitor.snapshot(); }
    [[nodiscard]] bool isWhole() const
    {
        return now().attachment == Attachment::Live && now().services.size() == 5 && now().leader != 0 &&
               now().replicasUp == 3;
    }
    [[nodiscard]] CardWidget *card(const QByteArray &service) const
    {
        return window.overview()->topology()->card(service);
    }

    StoreUnderTest store{{QStringLiteral("--stock"), QStringLiteral("10000000")}};
    ClusterMonitor monitor;
    Theme theme{Theme::Scheme::Light};
    MainWindow window{theme, monitor, {}};
};

} // namespace toystore
