// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/orderlogmodel.h"
#include "theme/theme.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace toystore
{

class OrderFilter;
class Table;

/// The orders as they are decided, with a filter, a pause, and an export.
class OrderLogPanel : public QWidget
{
    Q_OBJECT

public:
    OrderLogPanel(Theme &theme, OrderLogModel &model, QWidget *parent = nullptr);

    [[nodiscard]] Table *table() const { return m_table; }
    [[nodiscard]] QLineEdit *filter() const { return m_pattern; }
    [[nodiscard]] bool isFollowing() const;
    /// What is shown now, to be written to a file.
    [[nodiscard]] std::unique_ptr<OrderLogModel> copyOfShown() const;

Q_SIGNALS:
    /// The rows that are shown are to be written to a file.
    void exportRequested();

private:
    [[nodiscard]] QToolButton *addButton(const QString &name, const QString &help);
    void connectRows();
    void takeIcons();
    void takeWidths();
    void makeRoomForMarks();
    void follow();
    void keepAtEnd(int begin, int end);
    void scrolled();
    void applyPattern(const QString &pattern);
    void sayWrong(const QString &wrong);
    void keepPlace();
    void showPause();

    Theme &m_theme;
    OrderFilter *m_filter;
    QLineEdit *m_pattern;
    QToolButton *m_follow;
    QToolButton *m_pause;
    QToolButton *m_export;
    QLabel *m_wrong;
    Table *m_table;
    qint64 m_top = 0; // the order in the first row, before another pattern's rows come
    bool m_isOurScroll = false;
};

} // namespace toystore
