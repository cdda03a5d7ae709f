// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/catalogpanel.h"

#include "docks/table.h"

#include <QLabel>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace toystore
{

CatalogPanel::CatalogPanel(Theme &theme, CatalogModel &model, QWidget *parent)
    : QWidget(parent), m_restock(new QLabel(this))
{
    auto *sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(&model);
    sorted->setSortRole(CatalogModel::SortRole);
    auto *table = new Table(theme, QStringLiteral("Catalog"), *sorted, CatalogModel::Name, this);
    table->sayWhenEmpty(QStringLiteral("No toys are known"));
    table->setSortingEnabled(true);
    table->fitColumns();
    table->sortByColumn(CatalogModel::Name, Qt::AscendingOrder);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 6);
    column->setSpacing(5);
    column->addWidget(m_restock);
    column->addWidget(table, 1);
    show(ClusterSnapshot());
}

void CatalogPanel::show(const ClusterSnapshot &snapshot)
{
    m_restock->setText(snapshot.restockInMs
                           ? QStringLiteral("Toys that are sold out are restocked in %1 s.")
                                 .arg((std::max<qint64>(0, *snapshot.restockInMs) + 999) / 1000)
                           : QStringLiteral("No restock is announced."));
}

} // namespace toystore
