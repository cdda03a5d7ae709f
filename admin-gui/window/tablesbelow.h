// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QObject>

class QMainWindow;

namespace toystore
{

class Docks;

/// The tables of a presenter whose projector has no room for them beside the big overview: below it, without
/// title bars, and never so high that a part of the overview had to be scrolled to.
class TablesBelow : public QObject
{
    Q_OBJECT

public:
    /// @p overview may lie in a scroll area, which fills @p place. All must outlive it but @p window, which
    /// owns it.
    TablesBelow(Theme &theme, Docks &docks, QWidget &overview, QWidget &place, QMainWindow &window);

    /// Whether it is there where the tables are now, shown or not.
    [[nodiscard]] bool isOn() const { return !m_layoutBefore.isEmpty(); }
    [[nodiscard]] bool areShown() const;
    /// Moves them below the overview and hides them until they are asked for.
    void begin();
    /// Gives them their title bars back; @p restores: and puts everything where it was before begin().
    void end(bool restores);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();

    Theme &m_theme;
    Docks &m_docks;
    QWidget &m_overview;
    QWidget &m_place;
    QMainWindow &m_window;
    QByteArray m_layoutBefore;
    int m_height = 0; // that they were given last
};

} // namespace toystore
