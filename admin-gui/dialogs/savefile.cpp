// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dialogs/savefile.h"

#include <QFileDialog>

namespace toystore
{

void askWhereToSave(QWidget &parent, const QString &title, const QString &name, const QString &suffix,
                    std::function<void(const QString &)> save)
{
    auto *dialog = new QFileDialog(&parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->setNameFilter(QStringLiteral("*.%1").arg(suffix));
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, &parent, std::move(save));
    dialog->open();
}

} // namespace toystore
