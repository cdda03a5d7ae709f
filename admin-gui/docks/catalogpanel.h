// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/catalogmodel.h"
#include "theme/theme.h"

#include <QWidget>

class QLabel;

namespace toystore
{

/// The toys and their stock, and when the next restock comes.
class CatalogPanel : public QWidget
{
    Q_OBJECT

public:
    CatalogPanel(Theme &theme, CatalogModel &model, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;

private:
    QLabel *m_restock;
};

} // namespace toystore
