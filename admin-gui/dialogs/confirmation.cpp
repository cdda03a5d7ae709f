// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dialogs/confirmation.h"

#include <QMessageBox>
#include <QPushButton>

namespace toystore
{

void confirm(QWidget &parent, const QString &question, const QString &action, std::function<void()> act)
{
    auto *box = new QMessageBox(QMessageBox::Warning, action + u'?', question, QMessageBox::Cancel, &parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(QStringLiteral("confirmation"));
    QPushButton *yes = box->addButton(action, QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    QObject::connect(yes, &QPushButton::clicked, &parent, std::move(act));
    box->open();
}

} // namespace toystore
