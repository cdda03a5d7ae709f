// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QToolButton>

namespace toystore
{

/// A tool button that opens a menu, which its arrow says. The style sheet has no arrow: to read one it would
/// need a plugin of Qt's that not every system installs.
class MenuButton : public QToolButton
{
    Q_OBJECT

public:
    /// @p theme must outlive it.
    explicit MenuButton(Theme &theme, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Theme &m_theme;
};

} // namespace toystore
