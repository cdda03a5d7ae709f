// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/orderlogmodel.h"

#include <QAbstractProxyModel>
#include <QRegularExpression>
#include <QTimer>

#include <chrono>
#include <deque>
#include <optional>

namespace toystore
{

/// The rows of an OrderLogModel that a person wants to see: those that contain
/// a text, or match a regular expression written as /…/, and, while paused,
/// none that came since.
///
/// It knows that orders only come at the end and leave at the beginning. So a batch costs what the batch is
/// big, and another pattern one look at each order, in slices between which the window lives on; until that
/// is done the rows stay as they were. QSortFilterProxyModel takes rows out gap by gap: with a hundred
/// thousand rows a pattern that a fifth of them has stops the window for more than ten seconds.
class OrderFilter : public QAbstractProxyModel
{
    Q_OBJECT

public:
    /// @p log must outlive it.
    explicit OrderFilter(OrderLogModel &log, QObject *parent = nullptr);

    /// @return what is wrong with @p pattern; empty if nothing is. A wrong one
    /// changes nothing. Of few orders it is done when this returns, and else soon.
    QString setPattern(const QString &pattern);
    /// Whether orders are still being looked at for the last pattern.
    [[nodiscard]] bool isSearching() const { return m_search.has_value(); }
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

Q_SIGNALS:
    /// The last pattern takes too long, and changes nothing.
    void gaveUp(const QString &reason);

private:
    struct Pattern {
        QString text; ///< empty: any
        std::optional<QRegularExpression> expression;

        /// Nothing: that took too long.
        [[nodiscard]] std::optional<bool> accepts(const Order &order) const;
    };
    using Numbers = std::deque<qint64>;
    /// For the orders that a new pattern accepts.
    struct Search {
        Pattern pattern;
        Numbers accepted;
        qint64 next = 0; ///< order to be looked at
        std::chrono::nanoseconds took{0};
    };

    void searchOn();
    /// Whether all is done; nothing: it takes too long.
    [[nodiscard]] std::optional<bool> searchForASlice();
    void endSearch();
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
    std::optional<Search> m_search;
    QTimer m_slices;
};

} // namespace toystore
