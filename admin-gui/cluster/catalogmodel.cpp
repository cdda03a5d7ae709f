// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/catalogmodel.h"

#include <QLocale>

namespace toystore
{

void CatalogModel::watch(ClusterSource &source)
{
    connect(&source, &ClusterSource::catalogChanged, this, &CatalogModel::set);
    connect(&source, &ClusterSource::snapshotChanged, this,
            [this](const ClusterSnapshot &snapshot) { setRestockIn(snapshot.restockInMs); });
    connect(&source, &ClusterSource::storeChanged, this, [this] { set({}); });
}

void CatalogModel::setRestockIn(std::optional<qint64> restockInMs)
{
    std::optional<qint64> seconds;
    if (restockInMs)
        seconds = (*restockInMs + 999) / 1000;
    if (seconds == m_restockInS)
        return;
    m_restockInS = seconds;
    for (int row = 0; row < rowCount(); ++row) {
        if (rows()[row].quantity == 0)
            Q_EMIT dataChanged(index(row, Restock), index(row, Restock));
    }
}

int CatalogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant CatalogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Product &toy = rows()[index.row()];
    if (role == SoldOutRole)
        return toy.quantity == 0;
    if (role == Qt::TextAlignmentRole)
        return int((index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    const bool isShown = role == Qt::DisplayRole;
    switch (index.column()) {
    case Name:
        return QString::fromUtf8(toy.name);
    case Price:
        return isShown ? QVariant(QLocale().toString(toy.price, 'f', 2)) : QVariant(toy.price);
    case Stock:
        return toy.quantity;
    case Restock:
        return restock(toy, isShown);
    default:
        return toy.version;
    }
}

QVariant CatalogModel::restock(const Product &toy, bool isShown) const
{
    if (toy.quantity > 0 || !m_restockInS)
        return isShown ? QVariant(QString()) : QVariant(std::numeric_limits<qint64>::max());
    return isShown ? QVariant(QStringLiteral("in %1 s").arg(*m_restockInS)) : QVariant(*m_restockInS);
}

QVariant CatalogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const QStringList titles = {QStringLiteral("Toy"), QStringLiteral("Price"),
                                       QStringLiteral("Stock"), QStringLiteral("Restock"),
                                       QStringLiteral("Version")};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return titles.value(section);
}

} // namespace toystore
