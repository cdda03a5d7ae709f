// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace toystore
{

/// A line of news over the lower edge of its parent, perhaps with something to do about it. Goes by itself;
/// stays while the pointer or the focus is on it.
class Toast : public QWidget
{
    Q_OBJECT

public:
    Toast(Theme &theme, QWidget *parent);

    /// Shows @p text instead of what it showed. @p action: the button's text; empty: none.
    void tell(const QString &text, const QString &action = {}, std::function<void()> act = {});

    [[nodiscard]] QPushButton *actionButton() const { return m_action; }
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();
    void takeColours();
    void leave();

    Theme &m_theme;
    QLabel *m_text;
    QPushButton *m_action;
    QToolButton *m_close;
    std::function<void()> m_act;
    QTimer m_time;
};

} // namespace toystore
