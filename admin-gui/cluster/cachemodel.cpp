// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/cachemodel.h"

#include "cluster/durationtext.h"

#include <QLocale>

namespace toystore
{

void CacheModel::watch(ClusterSource &source)
{
    connect(&source, &ClusterSource::cacheChanged, this, &CacheModel::set);
    connect(&source, &ClusterSource::storeChanged, this, [this] { set({}); });
}

int CacheModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant CacheModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    const CacheEntry &entry = rows()[index.row()];
    const bool isShown = role == Qt::DisplayRole;
    switch (index.column()) {
    case Name:
        return QString::fromUtf8(entry.name);
    case Price:
        return isShown ? QVariant(QLocale().toString(entry.price, 'f', 2)) : QVariant(entry.price);
    case Quantity:
        return entry.quantity;
    case Version:
        return entry.version;
    case Age:
        return isShown ? QVariant(durationText(entry.ageMs)) : QVariant(entry.ageMs);
    default:
        return entry.hits;
    }
}

QVariant CacheModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const QStringList titles = {QStringLiteral("Toy"),   QStringLiteral("Price"),
                                       QStringLiteral("Stock"), QStringLiteral("Version"),
                                       QStringLiteral("Age"),   QStringLiteral("Hits")};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return titles.value(section);
}

} // namespace toystore
