// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

class QAction;

namespace toystore
{

/// Lists what can be done with which key.
class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p actions: those without a shortcut are passed over.
    ShortcutsDialog(const QList<QAction *> &actions, QWidget *parent = nullptr);
};

} // namespace toystore
