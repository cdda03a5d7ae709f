// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/filledwindow.h"

#include "docks/loadpanel.h"

#include <QApplication>
#include <QDir>
#include <QTest>

#include <cmath>

namespace toystore
{

namespace
{

WindowOptions optionsFor(bool isDemo)
{
    WindowOptions options;
    options.isDemo = isDemo;
    return options;
}

// A minute of traffic, which ends with @p store; with a dent where a leader was lost.
void playTraffic(FakeSource &source, const ClusterSnapshot &store)
{
    ClusterSnapshot moment = store;
    for (int quarter = 0; quarter <= 240; ++quarter) {
        moment.atMs = store.atMs - (240 - quarter) * 250;
        if (!moment.traffic.isEmpty()) {
            const double wave = std::sin(quarter / 9.0);
            const bool isDent = quarter == 192 && store.failover.has_value();
            moment.traffic[0].perSecond = 2400 + 120 * wave;
            moment.traffic[1].perSecond = isDent ? 900 : 2450 - 90 * wave;
            moment.traffic[1].p99Ms = isDent ? 24.0 : 6.5 + wave;
        }
        source.show(moment);
    }
}

} // namespace

FilledWindow::FilledWindow(bool aDemo, const QSize &size, Theme::Scheme scheme, ClusterSnapshot store)
    : isDemo(aDemo), end(std::move(store)), theme(scheme), window(theme, source, optionsFor(isDemo))
{
    window.resize(size);
}

void FilledWindow::open()
{
    window.show();
    static_cast<void>(QTest::qWaitForWindowExposed(&window));
    if (!end.services.isEmpty()) {
        Q_EMIT source.ordersAdded(madeUpOrders(12'380, 101));
        Q_EMIT source.catalogChanged(madeUpToys());
        Q_EMIT source.cacheChanged(madeUpCache());
        if (!isDemo) // whose story begins with nothing
            Q_EMIT source.eventsAdded(madeUpEvents());
        playTraffic(source, end);
    }
    QApplication::processEvents();
}

void FilledWindow::show(const ClusterSnapshot &store)
{
    source.show(store);
    QApplication::processEvents();
    QApplication::processEvents(); // which is when labels that grew have their new places
}

void FilledWindow::startLoad()
{
    window.docks()->load()->show(LoadNews{true, 48'210, 310, 0, 99.6, 1.8, 6.4});
}

void savePicture(QWidget &window, const QString &name)
{
    const QString directory = qEnvironmentVariable("TOYSTORE_SCREENSHOTS");
    if (directory.isEmpty())
        return;
    QVERIFY(QDir().mkpath(directory));
    const int percent = qRound(100 * window.devicePixelRatioF());
    const QString scale = percent > 100 ? QStringLiteral("-%1").arg(percent) : QString();
    QVERIFY(window.grab().save(QStringLiteral("%1/%2%3.png").arg(directory, name, scale)));
}

} // namespace toystore
