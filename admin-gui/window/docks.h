// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/cachemodel.h"
#include "cluster/catalogmodel.h"
#include "cluster/orderlogmodel.h"
#include "theme/theme.h"

#include <QObject>

class QDockWidget;
class QMainWindow;

namespace toystore
{

class CachePanel;
class CatalogPanel;
class LoadPanel;
class OrderLogPanel;

/// The tables beside the overview, each a dock with its model.
class Docks : public QObject
{
    Q_OBJECT

public:
    Docks(Theme &theme, QMainWindow &window);

    /// Shows what @p source tells from now on.
    void watch(ClusterSource &source);
    void setReadOnly(bool isReadOnly);
    /// All of them, or none.
    void setVisible(bool isVisible);
    /// Whether any is.
    [[nodiscard]] bool areVisible() const;
    /// With title bars, by which they are moved, floated and closed one by one, or without.
    void setTitled(bool isTitled);
    /// Moves all of them to one side of the window.
    void moveTo(Qt::DockWidgetArea side);
    /// Brings a dock to the front.
    void raise(QDockWidget *dock) const;
    /// Tells screen readers what the tabs are for, and hides rows without tabs; again whenever docks were
    /// arranged anew.
    void tidyTabs() const;

    [[nodiscard]] OrderLogPanel *orders() const { return m_orders; }
    [[nodiscard]] CachePanel *cache() const { return m_cache; }
    [[nodiscard]] LoadPanel *load() const { return m_load; }
    [[nodiscard]] const QList<QDockWidget *> &all() const { return m_docks; }

Q_SIGNALS:
    /// Some are shown that were not, or the other way round.
    void visibilityChanged();
    void cacheChangeRequested(std::optional<bool> enabled, std::optional<qint64> capacity);

private:
    void addDock(const QString &title, QWidget *panel);
    void place(QDockWidget *dock, Qt::DockWidgetArea side);

    QMainWindow &m_window;
    OrderLogModel m_orderModel;
    CacheModel m_cacheModel;
    CatalogModel m_catalogModel;
    OrderLogPanel *m_orders;
    CachePanel *m_cache;
    CatalogPanel *m_catalog;
    LoadPanel *m_load;
    QList<QDockWidget *> m_docks;
};

} // namespace toystore
