// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dialogs/shortcutsdialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>

namespace toystore
{

namespace
{

constexpr int rowsOfAColumn = 11;

QString keysOf(const QAction &action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action.shortcuts())
        keys << sequence.toString(QKeySequence::NativeText);
    return keys.join(QStringLiteral(" or "));
}

} // namespace

ShortcutsDialog::ShortcutsDialog(const QList<QAction *> &actions, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(QStringLiteral("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(7);
    int row = 0;
    for (const QAction *action : actions) {
        if (action->shortcuts().isEmpty())
            continue;
        const int column = row / rowsOfAColumn * 3;
        auto *keys = new QLabel(keysOf(*action), this);
        QFont bold = keys->font();
        bold.setBold(true);
        keys->setFont(bold);
        grid->addWidget(keys, row % rowsOfAColumn, column);
        grid->addWidget(new QLabel(action->whatsThis(), this), row % rowsOfAColumn, column + 1);
        ++row;
    }
    grid->setColumnMinimumWidth(2, 24);
    auto *hint = new QLabel(QStringLiteral("Tab goes from card to card and button to button; Space presses a"
                                           " button; the arrow keys move in tables and in the timeline."),
                            this);
    hint->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(14);
    column->addLayout(grid);
    column->addWidget(hint);
    column->addWidget(buttons);
}

} // namespace toystore
