// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/docks.h"

#include "docks/cachepanel.h"
#include "docks/catalogpanel.h"
#include "docks/loadpanel.h"
#include "docks/orderlogpanel.h"
#include "window/scrolled.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <QTabBar>

#include <algorithm>
#include <memory>

namespace toystore
{

Docks::Docks(Theme &theme, QMainWindow &window)
    : QObject(&window), m_window(window), m_orders(new OrderLogPanel(theme, m_orderModel, &window)),
      m_cache(new CachePanel(theme, m_cacheModel, &window)),
      m_catalog(new CatalogPanel(theme, m_catalogModel, &window)), m_load(new LoadPanel(theme, &window))
{
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    addDock(QStringLiteral("Order log"), m_orders);
    addDock(QStringLiteral("Cache"), scrolled(m_cache, &window));
    addDock(QStringLiteral("Catalog"), m_catalog);
    addDock(QStringLiteral("Load"),
            scrolled(m_load, &window)); // as the cache: the tallest would take room from the rest
    raise(m_docks.first());
    connect(m_cache, &CachePanel::changeRequested, this, &Docks::cacheChangeRequested);
}

void Docks::addDock(const QString &title, QWidget *panel)
{
    auto *dock = new QDockWidget(title, &m_window);
    dock->setObjectName(title); // by which the layout is saved
    dock->setWidget(panel);
    m_docks << dock;
    place(dock, Qt::RightDockWidgetArea);
    connect(dock->toggleViewAction(), &QAction::toggled, this, &Docks::visibilityChanged);
}

void Docks::place(QDockWidget *dock, Qt::DockWidgetArea side)
{
    m_window.addDockWidget(side, dock);
    if (dock != m_docks.first())
        m_window.tabifyDockWidget(m_docks.first(), dock);
}

void Docks::moveTo(Qt::DockWidgetArea side)
{
    for (QDockWidget *dock : m_docks) {
        dock->setFloating(false);
        place(dock, side);
    }
    raise(m_docks.first());
}

void Docks::setTitled(bool isTitled)
{
    for (QDockWidget *dock : m_docks) {
        const std::unique_ptr<QWidget> before(dock->titleBarWidget()); // of which the dock lets go
        dock->setTitleBarWidget(isTitled ? nullptr : new QWidget(dock));
    }
}

bool Docks::areVisible() const
{
    return std::any_of(m_docks.begin(), m_docks.end(),
                       [](const QDockWidget *dock) { return !dock->isHidden(); });
}

void Docks::watch(ClusterSource &source)
{
    m_orderModel.watch(source);
    m_cacheModel.watch(source);
    m_catalogModel.watch(source);
    connect(&source, &ClusterSource::snapshotChanged, m_cache,
            qOverload<const ClusterSnapshot &>(&CachePanel::show));
    connect(&source, &ClusterSource::snapshotChanged, m_catalog,
            qOverload<const ClusterSnapshot &>(&CatalogPanel::show));
    m_cache->show(source.snapshot());
    m_catalog->show(source.snapshot());
}

// Qt makes the tabs when docks come to lie on each other; and when all went to another side it may leave a
// row without a tab behind, whose line runs across what is there now.
void Docks::tidyTabs() const
{
    for (QTabBar *tabs : m_window.findChildren<QTabBar *>(QString(), Qt::FindDirectChildrenOnly)) {
        tabs->setAccessibleName(QStringLiteral("Tables"));
        tabs->setVisible(tabs->count() > 0);
    }
}

void Docks::setReadOnly(bool isReadOnly)
{
    m_cache->setReadOnly(isReadOnly);
    m_load->setUnavailable(isReadOnly ? QStringLiteral("This dashboard only looks.") : QString());
}

void Docks::setVisible(bool isVisible)
{
    for (QDockWidget *dock : m_docks)
        dock->setVisible(isVisible);
    if (isVisible)
        raise(m_docks.first());
    Q_EMIT visibilityChanged(); // docks tell it only while the window is shown
}

void Docks::raise(QDockWidget *dock) const
{
    dock->show();
    dock->raise();
    tidyTabs();
}

} // namespace toystore
