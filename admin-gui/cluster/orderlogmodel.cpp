// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/orderlogmodel.h"

#include <QDateTime>

#include <algorithm>

namespace toystore
{

OrderLogModel::OrderLogModel(QObject *parent, qsizetype capacity)
    : QAbstractTableModel(parent), m_capacity(capacity)
{
    TOYSTORE_ENSURE(capacity > 0);
    m_marksWait.setSingleShot(true);
    m_marksWait.setInterval(betweenMarks);
    connect(&m_marksWait, &QTimer::timeout, this, &OrderLogModel::takeWaitingMarks);
}

void OrderLogModel::watch(ClusterSource &source)
{
    connect(&source, &ClusterSource::ordersAdded, this, [this](const QList<Order> &orders) {
        add(orders);
        takeWaitingMarks();
    });
    connect(&source, &ClusterSource::snapshotChanged, this, [this](const ClusterSnapshot &snapshot) {
        m_waitingReplicas = snapshot.services;
        if (!m_marksWait.isActive())
            takeWaitingMarks();
    });
    connect(&source, &ClusterSource::storeChanged, this, &OrderLogModel::clear);
}

void OrderLogModel::takeWaitingMarks()
{
    const std::optional<QList<ServiceCard>> replicas = std::exchange(m_waitingReplicas, {});
    if (!replicas)
        return;
    const QList<Mark> before = m_marks;
    setReplicas(*replicas);
    if (m_marks != before)
        m_marksWait.start();
}

void OrderLogModel::add(const QList<Order> &orders)
{
    auto first = orders.begin();
    if (!m_orders.empty()) {
        first = std::find_if(orders.begin(), orders.end(),
                             [last = m_orders.back().number](const Order &one) { return one.number > last; });
    }
    first = std::max(first, orders.end() - std::min(orders.size(), m_capacity));
    const qsizetype count = orders.end() - first;
    if (count == 0)
        return;
    trim(count);
    beginInsertRows({}, rowCount(), rowCount() + int(count) - 1);
    m_orders.insert(m_orders.end(), first, orders.end());
    endInsertRows();
}

void OrderLogModel::trim(qsizetype coming)
{
    const qsizetype after = std::ssize(m_orders) + coming;
    if (after <= m_capacity + m_capacity / 100)
        return;
    const qsizetype tooMany = after - m_capacity;
    beginRemoveRows({}, 0, int(tooMany - 1));
    m_orders.erase(m_orders.begin(), m_orders.begin() + tooMany);
    endRemoveRows();
}

void OrderLogModel::setReplicas(const QList<ServiceCard> &services)
{
    QList<Mark> marks;
    for (const ServiceCard &card : services) {
        if (card.role != ServiceRole::OrderReplica)
            continue;
        const auto known = std::find_if(m_marks.begin(), m_marks.end(),
                                        [&](const Mark &mark) { return mark.replica == card.replicaId; });
        const qint64 before = known == m_marks.end() ? 0 : known->lastOrder;
        marks.append({card.replicaId, card.lastOrder.value_or(before)});
    }
    const QList<Mark> before = std::exchange(m_marks, marks);
    const bool areTheSame = std::equal(before.begin(), before.end(), marks.begin(), marks.end(),
                                       [](const Mark &a, const Mark &b) { return a.replica == b.replica; });
    if (!areTheSame)
        return touchMarks(0, std::numeric_limits<qint64>::max());
    qint64 least = std::numeric_limits<qint64>::max();
    qint64 most = 0;
    for (qsizetype i = 0; i < marks.size(); ++i) {
        const auto [low, high] = std::minmax(before[i].lastOrder, marks[i].lastOrder);
        if (low == high)
            continue;
        least = std::min(least, low);
        most = std::max(most, high);
    }
    if (least < most)
        touchMarks(least, most);
}

void OrderLogModel::touchMarks(qint64 after, qint64 upTo)
{
    const auto first = firstAfter(after) - m_orders.begin();
    const auto end = firstAfter(upTo) - m_orders.begin();
    if (first < end)
        Q_EMIT dataChanged(index(int(first), Replicas), index(int(end - 1), Replicas));
}

void OrderLogModel::clear()
{
    m_waitingReplicas.reset();
    m_marks.clear();
    if (m_orders.empty())
        return;
    beginRemoveRows({}, 0, rowCount() - 1);
    m_orders.clear();
    endRemoveRows();
}

std::unique_ptr<OrderLogModel> OrderLogModel::copyOf(const QList<Order> &orders) const
{
    auto copy = std::make_unique<OrderLogModel>(nullptr, std::max<qsizetype>(1, orders.size()));
    copy->add(orders);
    copy->m_marks = m_marks;
    return copy;
}

std::deque<Order>::const_iterator OrderLogModel::firstAfter(qint64 number) const
{
    return std::upper_bound(m_orders.begin(), m_orders.end(), number,
                            [](qint64 value, const Order &one) { return value < one.number; });
}

const Order &OrderLogModel::order(int row) const
{
    return m_orders.at(static_cast<std::size_t>(row));
}

int OrderLogModel::rowOf(qint64 number) const
{
    const auto found = firstAfter(number - 1);
    if (found == m_orders.end() || found->number != number)
        return -1;
    return int(found - m_orders.begin());
}

int OrderLogModel::rowFrom(qint64 number) const
{
    return int(firstAfter(number - 1) - m_orders.begin());
}

QString OrderLogModel::lineOf(const Order &order)
{
    return QString::fromUtf8('#' + QByteArray::number(order.number) + ' ' + order.name + " x " +
                             QByteArray::number(order.quantity) + ' ' + order.requestId);
}

int OrderLogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_orders.size());
}

int OrderLogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant OrderLogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Order &shown = order(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(shown, index.column());
    case Qt::TextAlignmentRole: {
        const bool isNumber = index.column() == Number || index.column() == Quantity;
        return int((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    case MarksRole:
        return marks(shown.number);
    case NumberRole:
        return shown.number;
    case TextRole:
        return lineOf(shown);
    case ExactRole:
        return index.column() == Time ? QString::fromLatin1(shown.at) : text(shown, index.column());
    default:
        return {};
    }
}

QVariant OrderLogModel::text(const Order &order, int column) const
{
    switch (column) {
    case Number:
        return order.number;
    case Time:
        return QDateTime::fromString(QString::fromLatin1(order.at), Qt::ISODateWithMs)
            .toLocalTime()
            .toString(QStringLiteral("HH:mm:ss.zzz"));
    case Toy:
        return QString::fromUtf8(order.name);
    case Quantity:
        return order.quantity;
    case Replicas:
        return replicasText(order.number);
    default:
        return QString::fromLatin1(order.requestId);
    }
}

QVariantList OrderLogModel::marks(qint64 number) const
{
    QVariantList list;
    for (const Mark &mark : m_marks) {
        list.append(QVariantMap{{QStringLiteral("id"), mark.replica},
                                {QStringLiteral("has"), mark.lastOrder >= number}});
    }
    return list;
}

QString OrderLogModel::replicasText(qint64 number) const
{
    QStringList ids;
    for (const Mark &mark : m_marks) {
        if (mark.lastOrder >= number)
            ids.append(QString::number(mark.replica));
    }
    return ids.join(u' ');
}

QVariant OrderLogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const QStringList titles = {QStringLiteral("Order"),    QStringLiteral("Time"),
                                       QStringLiteral("Toy"),      QStringLiteral("Quantity"),
                                       QStringLiteral("Replicas"), QStringLiteral("Request")};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return titles.value(section);
}

} // namespace toystore
