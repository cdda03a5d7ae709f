// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QSpinBox>

namespace toystore
{

/// A spin box with our own arrows; see MenuButton.
class SpinBox : public QSpinBox
{
    Q_OBJECT

public:
    /// @p theme must outlive it.
    explicit SpinBox(Theme &theme, QWidget *parent = nullptr) : QSpinBox(parent), m_theme(theme) {}

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Theme &m_theme;
};

} // namespace toystore
