// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"

#include <QAbstractTableModel>

namespace toystore
{

/// The catalog's toys and their stock, by name.
class CatalogModel : public QAbstractTableModel
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

    explicit CatalogModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    void watch(ClusterSource &source);

    /// Makes the rows equal to @p toys by inserting, removing and changing.
    void set(const Toys &toys);
    void setRestockIn(std::optional<qint64> restockInMs);

    [[nodiscard]] const Product &toy(int row) const { return m_toys[row]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Toys m_toys; // by name
    std::optional<qint64> m_restockInS;
};

} // namespace toystore
