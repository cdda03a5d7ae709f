// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QTableView>

namespace toystore
{

/// A table as the dashboard shows them: whole rows, no grid, rows of one height that follows the font.
class Table : public QTableView
{
    Q_OBJECT

public:
    /// @p stretched: the column that takes what room is left.
    Table(Theme &theme, const QString &name, QAbstractItemModel &model, int stretched,
          QWidget *parent = nullptr);

    /// All columns but the stretched one as wide as what is in them; for tables of a few rows.
    void fitColumns();
    /// What stands in the place of rows while there are none.
    void sayWhenEmpty(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void takeFonts();

    Theme &m_theme;
    const int m_stretched;
    QString m_emptyText;
};

} // namespace toystore
