// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/tablesbelow.h"

#include "window/docks.h"

#include <QDockWidget>
#include <QEvent>
#include <QMainWindow>
#include <QStyle>

#include <algorithm>
#include <utility>

namespace toystore
{

namespace
{

constexpr int mostHeight = 195; // in unscaled pixels: what is left over is the overview's

} // namespace

TablesBelow::TablesBelow(Theme &theme, Docks &docks, QWidget &overview, QWidget &place, QMainWindow &window)
    : QObject(&window), m_theme(theme), m_docks(docks), m_overview(overview), m_place(place), m_window(window)
{
    m_overview.installEventFilter(this);
    m_window.installEventFilter(this);
}

bool TablesBelow::areShown() const
{
    return isOn() && m_docks.areVisible();
}

void TablesBelow::begin()
{
    m_layoutBefore = m_window.saveState();
    m_docks.setTitled(false);
    m_docks.moveTo(Qt::BottomDockWidgetArea);
    m_docks.setVisible(false);
}

void TablesBelow::end(bool restores)
{
    const QByteArray layout = std::exchange(m_layoutBefore, {});
    m_docks.setTitled(true);
    if (restores)
        m_window.restoreState(layout);
}

// The overview needs more or less as the store's state changes, and what lies over it comes and goes.
bool TablesBelow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Resize)
        fit();
    return QObject::eventFilter(watched, event);
}

void TablesBelow::fit()
{
    if (!areShown()) {
        m_height = 0;
        return;
    }
    const int top = m_place.mapTo(&m_window, QPoint()).y();
    const int separator = m_window.style()->pixelMetric(QStyle::PM_DockWidgetSeparatorExtent);
    const int left = m_window.height() - top - separator - m_overview.minimumSizeHint().height();
    const int height = std::min(left, m_theme.length(mostHeight));
    if (std::exchange(m_height, height) != height) // else somebody may have chosen another one
        m_window.resizeDocks({m_docks.all().first()}, {std::max(1, height)}, Qt::Vertical);
}

} // namespace toystore
