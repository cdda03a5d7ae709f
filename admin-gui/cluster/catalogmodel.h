// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"
#include "cluster/namedrowsmodel.h"

namespace toystore
{

/// The catalog's toys and their stock, by name.
class CatalogModel : public NamedRowsModel<Product>
{
    Q_OBJECT

public:
    enum Column {
        Name,
        Price,
        Stock,
        Restock, ///< of a toy that is sold out: when the next restock comes, as "in 7 s"
        Version,
        ColumnCount,
    };
    enum Role {
        SortRole = Qt::UserRole + 1, ///< the bare value of the column
        SoldOutRole,                 ///< bool
    };

    explicit CatalogModel(QObject *parent = nullptr) : NamedRowsModel(parent) {}

    /// Shows what @p source tells from now on.
    void watch(ClusterSource &source);

    /// Until sold-out toys are restocked; nothing: that is unknown, or they never are.
    void setRestockIn(std::optional<qint64> restockInMs);

    [[nodiscard]] const Product &toy(int row) const { return rows()[row]; }

    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QVariant restock(const Product &toy, bool isShown) const;

    std::optional<qint64> m_restockInS;
};

} // namespace toystore
