// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "cluster/clustersource.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <deque>
#include <memory>

namespace toystore
{

/// The newest orders, oldest first, one row an order, with the marks of the replicas that have it on disk.
/// Rows are only ever added at the end and removed at the beginning, so selection and scroll position stay.
/// A mark follows from a replica's last order, since every log is a prefix of the decided orders.
class OrderLogModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    static constexpr qsizetype usualCapacity = 100'000;
    /// Between changes of marks that a source tells of, unless orders come: then they are painted with them.
    static constexpr Milliseconds betweenMarks{100};

    enum Column {
        Number,
        Time, ///< of the decision, local, HH:mm:ss.zzz
        Toy,
        Quantity,
        Replicas, ///< ids of those that have it, as "8093 8092 8091"; see MarksRole
        RequestId,
        ColumnCount,
    };
    enum Role {
        /// QVariantList of QVariantMap {"id", "has"}: every replica, in the order of the cards.
        MarksRole = Qt::UserRole + 1,
        NumberRole, ///< qint64
        TextRole,   ///< lineOf()
        ExactRole,  ///< as Qt::DisplayRole, but the time with its date, in UTC (ISO 8601), as in the log
    };

    /// @p capacity: orders kept; up to a hundredth more, so that not every batch removes rows.
    explicit OrderLogModel(QObject *parent = nullptr, qsizetype capacity = usualCapacity);

    /// Shows what @p source tells from now on.
    void watch(ClusterSource &source);

    /// Adds what is newer than the last row.
    void add(const QList<Order> &orders);
    void setReplicas(const QList<ServiceCard> &services);
    /// Forgets orders and replicas: another store's follow.
    void clear();

    /// A model of its own with @p orders of these, ascending, and the marks as they are now.
    [[nodiscard]] std::unique_ptr<OrderLogModel> copyOf(const QList<Order> &orders) const;
    [[nodiscard]] qsizetype capacity() const { return m_capacity; }
    [[nodiscard]] const Order &order(int row) const;
    /// The row of an order; -1 if it is not kept.
    [[nodiscard]] int rowOf(qint64 number) const;
    /// The row of the first order from @p number on; rowCount() if there is none.
    [[nodiscard]] int rowFrom(qint64 number) const;
    /// All that a filter looks at.
    [[nodiscard]] static QString lineOf(const Order &order);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    struct Mark {
        qint64 replica = 0;
        qint64 lastOrder = 0;

        bool operator==(const Mark &) const = default;
    };

    void takeWaitingMarks();
    void trim(qsizetype coming);
    void touchMarks(qint64 after, qint64 upTo);
    [[nodiscard]] std::deque<Order>::const_iterator firstAfter(qint64 number) const;
    [[nodiscard]] QVariant text(const Order &order, int column) const;
    [[nodiscard]] QVariantList marks(qint64 number) const;
    [[nodiscard]] QString replicasText(qint64 number) const;

    const qsizetype m_capacity;
    std::deque<Order> m_orders;
    QList<Mark> m_marks;
    std::optional<QList<ServiceCard>> m_waitingReplicas;
    QTimer m_marksWait; // runs for betweenMarks
};

} // namespace toystore
