// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/orderlogmodel.h"

#include <QAbstractProxyModel>
#include <QRegularExpression>

#include <deque>
#include <optional>

namespace toystore
{

/// The rows of an OrderLogModel that a person wants to see: those that contain
/// a text, or match a regular expression written as /…/, and, while paused,
/// none that came since.
///
/// It knows that orders only come at the end and leave at the beginning. So a batch costs what the batch is
/// big, and another pattern one look at each order. QSortFilterProxyModel takes rows out gap by gap: with a
/// hundred thousand rows a pattern that a fifth of them has stops the window for more than ten seconds.
class OrderFilter : public QAbstractProxyModel
{
    Q_OBJECT

public:
    /// @p log must outlive it.
    explicit OrderFilter(OrderLogModel &log, QObject *parent = nullptr);

    /// @return what is wrong with @p pattern; empty if nothing is. A wrong one
    /// changes nothing.
    QString setPattern(const QString &pattern);
    void setPaused(bool isPaused);
    [[nodiscard]] bool isPaused() const { return m_lastShown.has_value(); }
    /// Orders that came since the pause began.
    [[nodiscard]] qint64 newOrders() const;
    /// The row of the first order from @p number on; rowCount() if there is none.
    [[nodiscard]] int rowFrom(qint64 number) const;
    /// What is shown now, for another thread.
    [[nodiscard]] std::unique_ptr<OrderLogModel> copyOfShown() const;

    [[nodiscard]] QModelIndex mapFromSource(const QModelIndex &source) const override;
    [[nodiscard]] QModelIndex mapToSource(const QModelIndex &shown) const override;
    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &) const override { return {}; }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    struct Pattern {
        QString text; ///< empty: any
        std::optional<QRegularExpression> expression;

        /// Nothing: that took too long.
        [[nodiscard]] std::optional<bool> accepts(const Order &order) const;
    };
    using Numbers = std::deque<qint64>;

    /// Nothing: that took too long.
    [[nodiscard]] std::optional<Numbers> select(const Pattern &pattern) const;
    [[nodiscard]] Numbers::const_iterator firstFrom(qint64 number) const;
    void show(Numbers numbers);
    void takeInserted(int first, int last);
    void beginRemoving(int last);
    void endRemoving();
    void takeChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight);
    [[nodiscard]] qint64 newest() const;

    OrderLogModel &m_log;
    Pattern m_pattern;
    std::optional<qint64> m_lastShown; // while paused
    Numbers m_shown;                   // of the orders, ascending
    int m_removing = 0;                // rows at the beginning
};

} // namespace toystore
