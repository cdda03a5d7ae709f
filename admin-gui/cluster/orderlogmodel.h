// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"

#include <QAbstractTableModel>

#include <deque>
#include <map>

namespace toystore
{

/// The newest orders, oldest first, one row an order, with the marks of the replicas that have it on disk.
/// Holds the last capacity() orders; rows are only ever added at the end and removed at the beginning, so
/// selection and scroll position stay. A mark follows from a replica's last order, since every log is a
/// prefix of the decided orders.
class OrderLogModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    static constexpr qsizetype usualCapacity = 100'000;

    enum Column {
        Number,
        Time, ///< of the decision, local, HH:MM:SS.mmm
        Toy,
        Quantity,
        Replicas, ///< ids of those that have it, as "8091 8092 8093"; see MarksRole
        RequestId,
        ColumnCount,
    };
    enum Role {
        /// QVariantList of QVariantMap {"id", "has", "up"}: every replica in the order of the cards.
        MarksRole = Qt::UserRole + 1,
        NumberRole, ///< qint64
        /// All that a filter looks at, one line.
        TextRole,
    };

    explicit OrderLogModel(QObject *parent = nullptr, qsizetype capacity = usualCapacity);

    /// Shows what @p source tells from now on.
    void watch(ClusterSource &source);

    void add(const QList<Order> &orders);
    void setReplicas(const QList<ServiceCard> &services);
    void clear();

    [[nodiscard]] qsizetype capacity() const { return m_capacity; }
    [[nodiscard]] const Order &order(int row) const;
    /// The row of an order; -1 if it is not kept.
    [[nodiscard]] int rowOf(qint64 number) const;
    /// Orders between those kept that were never told, because the dashboard was away for too long.
    [[nodiscard]] qint64 missing() const { return m_missing; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Mark {
        qint64 replica = 0;
        qint64 lastOrder = 0;
        bool isUp = false;

        bool operator==(const Mark &) const = default;
    };

    void touchMarks(qint64 after, qint64 upTo);
    [[nodiscard]] QVariantList marks(qint64 number) const;
    [[nodiscard]] QString replicasText(qint64 number) const;

    const qsizetype m_capacity;
    std::deque<Order> m_orders;
    std::vector<Mark> m_marks;
    qint64 m_missing = 0;
};

} // namespace toystore
