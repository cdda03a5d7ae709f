// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"
#include "cluster/namedrowsmodel.h"

namespace toystore
{

/// The entries of the frontend's cache, by name: a row keeps its place among the others while it is cached,
/// whatever changes in it.
class CacheModel : public NamedRowsModel<CacheEntry>
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

    explicit CacheModel(QObject *parent = nullptr) : NamedRowsModel(parent) {}

    /// Shows what @p source tells from now on.
    void watch(ClusterSource &source);

    [[nodiscard]] const CacheEntry &entry(int row) const { return rows()[row]; }

    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
};

} // namespace toystore
