// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/orderfilter.h"

#include "base/instant.h"

#include <algorithm>
#include <ctime>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr auto patience = 1s; // of CPU time, for all orders: a slow or busy machine makes no expression bad
constexpr auto slice = 6ms;   // of the time between two pictures
constexpr int ordersInARow = 100;
// Steps back that the engine may take in one line: what needs more is no
// expression for lines like these.
const QString limited = QStringLiteral("(*LIMIT_MATCH=20000)");

/// What this thread has had of the CPU.
std::chrono::nanoseconds cpuTime()
{
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

} // namespace

OrderFilter::OrderFilter(OrderLogModel &log, QObject *parent) : QAbstractProxyModel(parent), m_log(log)
{
    setSourceModel(&log);
    connect(&log, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { takeInserted(first, last); });
    connect(&log, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int, int last) { beginRemoving(last); });
    connect(&log, &QAbstractItemModel::rowsRemoved, this, [this] { endRemoving(); });
    connect(&log, &QAbstractItemModel::dataChanged, this, &OrderFilter::takeChanged);
    m_slices.setSingleShot(true);
    connect(&m_slices, &QTimer::timeout, this, &OrderFilter::searchOn);
    for (int row = 0; row < log.rowCount(); ++row)
        m_shown.push_back(log.order(row).number);
}

std::optional<bool> OrderFilter::Pattern::accepts(const Order &order) const
{
    if (!expression && text.isEmpty())
        return true;
    const QString line = OrderLogModel::lineOf(order);
    if (!expression)
        return line.contains(text, Qt::CaseInsensitive);
    const QRegularExpressionMatch match = expression->match(line);
    return match.isValid() ? std::optional(match.hasMatch()) : std::nullopt;
}

QString OrderFilter::setPattern(const QString &text)
{
    Pattern pattern{text, {}};
    if (text.size() > 2 && text.startsWith(u'/') && text.endsWith(u'/')) {
        QRegularExpression expression(limited + text.mid(1, text.size() - 2),
                                      QRegularExpression::CaseInsensitiveOption);
        if (!expression.isValid())
            return expression.errorString();
        expression.optimize();
        pattern = {{}, std::move(expression)};
    }
    m_search = Search{std::move(pattern), {}, 0, {}};
    searchOn();
    return {};
}

void OrderFilter::setPaused(bool isPaused)
{
    if (isPaused == this->isPaused())
        return;
    const qint64 lastShown = m_lastShown.value_or(0);
    m_lastShown = isPaused ? std::optional(newest()) : std::nullopt;
    if (!isPaused && m_log.rowCount() > 0)
        takeInserted(m_log.rowFrom(lastShown + 1), m_log.rowCount() - 1);
}

qint64 OrderFilter::newOrders() const
{
    return m_lastShown ? std::max<qint64>(0, newest() - *m_lastShown) : 0;
}

qint64 OrderFilter::newest() const
{
    const int rows = m_log.rowCount();
    return rows == 0 ? 0 : m_log.order(rows - 1).number;
}

void OrderFilter::searchOn()
{
    const std::optional<bool> isDone = searchForASlice();
    if (!isDone) {
        m_search.reset();
        Q_EMIT gaveUp(QStringLiteral("This expression takes too long."));
    } else if (*isDone) {
        endSearch();
    } else {
        m_slices.start(0);
    }
}

std::optional<bool> OrderFilter::searchForASlice()
{
    const Instant began = monotonicNow();
    const std::chrono::nanoseconds usedBefore = cpuTime();
    for (int row = m_log.rowFrom(m_search->next); row < m_log.rowCount(); ++row) {
        const Order &order = m_log.order(row);
        if (m_lastShown && order.number > *m_lastShown)
            return true;
        const std::optional<bool> isAccepted = m_search->pattern.accepts(order);
        if (!isAccepted)
            return std::nullopt;
        if (*isAccepted)
            m_search->accepted.push_back(order.number);
        m_search->next = order.number + 1;
        if (row % ordersInARow != 0 || monotonicNow() - began < slice)
            continue;
        m_search->took += cpuTime() - usedBefore;
        return m_search->took < patience ? std::optional(false) : std::nullopt;
    }
    return true;
}

void OrderFilter::endSearch()
{
    m_slices.stop();
    Search done = *std::exchange(m_search, std::nullopt);
    m_pattern = std::move(done.pattern);
    // Some of them have left meanwhile.
    const qint64 first = m_log.rowCount() == 0 ? 0 : m_log.order(0).number;
    const auto kept = std::lower_bound(done.accepted.begin(), done.accepted.end(), first);
    done.accepted.erase(done.accepted.begin(), kept);
    show(std::move(done.accepted));
}

void OrderFilter::show(Numbers numbers)
{
    if (numbers == m_shown)
        return;
    // Nothing of the columns changes: they keep their widths.
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    QList<qint64> kept;
    for (const QModelIndex &index : before)
        kept << m_shown[static_cast<std::size_t>(index.row())];
    m_shown = std::move(numbers);
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i) {
        const auto found = firstFrom(kept[i]);
        const bool isShown = found != m_shown.end() && *found == kept[i];
        after << (isShown ? index(static_cast<int>(found - m_shown.begin()), before[i].column())
                          : QModelIndex());
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

void OrderFilter::takeInserted(int first, int last)
{
    if (m_lastShown)
        return;
    QList<qint64> accepted;
    for (int row = first; row <= last; ++row) {
        const Order &order = m_log.order(row);
        if (m_pattern.accepts(order).value_or(false))
            accepted << order.number;
    }
    if (accepted.isEmpty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(accepted.size()) - 1);
    m_shown.insert(m_shown.end(), accepted.begin(), accepted.end());
    endInsertRows();
}

void OrderFilter::beginRemoving(int last)
{
    m_removing = rowFrom(m_log.order(last).number + 1);
    if (m_removing > 0)
        beginRemoveRows({}, 0, m_removing - 1);
}

void OrderFilter::endRemoving()
{
    if (m_log.rowCount() == 0) { // what comes now begins with #1 again
        if (m_lastShown)
            m_lastShown = 0;
        if (m_search)
            m_search = Search{m_search->pattern, {}, 0, {}};
    }
    if (m_removing == 0)
        return;
    m_shown.erase(m_shown.begin(), m_shown.begin() + std::exchange(m_removing, 0));
    endRemoveRows();
}

void OrderFilter::takeChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight)
{
    const int first = rowFrom(m_log.order(topLeft.row()).number);
    const int end = rowFrom(m_log.order(bottomRight.row()).number + 1);
    if (first < end)
        Q_EMIT dataChanged(index(first, topLeft.column()), index(end - 1, bottomRight.column()));
}

OrderFilter::Numbers::const_iterator OrderFilter::firstFrom(qint64 number) const
{
    return std::lower_bound(m_shown.begin(), m_shown.end(), number);
}

int OrderFilter::rowFrom(qint64 number) const
{
    return static_cast<int>(firstFrom(number) - m_shown.begin());
}

std::unique_ptr<OrderLogModel> OrderFilter::copyOfShown() const
{
    QList<Order> orders;
    orders.reserve(static_cast<qsizetype>(m_shown.size()));
    for (const qint64 number : m_shown)
        orders << m_log.order(m_log.rowOf(number));
    return m_log.copyOf(orders);
}

QModelIndex OrderFilter::mapFromSource(const QModelIndex &source) const
{
    if (!source.isValid())
        return {};
    const qint64 number = m_log.order(source.row()).number;
    const auto found = firstFrom(number);
    if (found == m_shown.end() || *found != number)
        return {};
    return index(static_cast<int>(found - m_shown.begin()), source.column());
}

QModelIndex OrderFilter::mapToSource(const QModelIndex &shown) const
{
    if (!shown.isValid())
        return {};
    return m_log.index(m_log.rowOf(m_shown[static_cast<std::size_t>(shown.row())]), shown.column());
}

QModelIndex OrderFilter::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

int OrderFilter::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int OrderFilter::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_log.columnCount();
}

bool OrderFilter::hasChildren(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_shown.empty();
}

QVariant OrderFilter::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_log.headerData(section, orientation, role);
}

} // namespace toystore
