// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"

#include <QAbstractTableModel>
#include <QHash>

namespace toystore
{

/// The entries of the frontend's cache, by name: a row keeps its place among the others while it is cached,
/// whatever changes in it.
class CacheModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Name,
        Price,
        Quantity,
        Version,
        Age, ///< since it was filled
        Hits,
        ColumnCount,
    };
    enum Role {
        SortRole = Qt::UserRole + 1, ///< the bare value of the column
    };

    explicit CacheModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    void watch(ClusterSource &source);

    /// Makes the rows equal to @p entries, whatever their order, by inserting, removing and changing.
    void set(const CacheEntries &entries);

    [[nodiscard]] const CacheEntry &entry(int row) const { return m_entries[row]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    CacheEntries m_entries; // by name
};

} // namespace toystore
