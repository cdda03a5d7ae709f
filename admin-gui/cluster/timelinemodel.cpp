// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/timelinemodel.h"

#include <algorithm>

namespace toystore
{

void TimelineModel::watch(ClusterSource &source)
{
    connect(&source, &ClusterSource::eventsAdded, this, &TimelineModel::add);
    connect(&source, &ClusterSource::storeChanged, this, &TimelineModel::clear);
}

void TimelineModel::add(const QList<TimelineEvent> &events)
{
    QList<TimelineEvent> sorted = events;
    std::stable_sort(sorted.begin(), sorted.end(), isBefore);
    sorted = sorted.last(std::min(sorted.size(), capacity));
    // Each run of them that comes to lie between two that are known is one insertion.
    for (auto first = sorted.cbegin(); first != sorted.cend();) {
        const auto place = std::upper_bound(m_events.begin(), m_events.end(), *first, isBefore);
        const auto last = place == m_events.end()
                              ? sorted.cend()
                              : std::find_if_not(first, sorted.cend(), [&place](const TimelineEvent &event) {
                                    return isBefore(event, *place);
                                });
        const int row = int(place - m_events.begin());
        beginInsertRows({}, row, row + int(last - first) - 1);
        m_events.insert(place, first, last);
        endInsertRows();
        first = last;
    }
    dropOldest();
}

void TimelineModel::dropOldest()
{
    const qsizetype tooMany = std::ssize(m_events) - capacity;
    if (tooMany <= 0)
        return;
    beginRemoveRows({}, 0, int(tooMany - 1));
    m_events.erase(m_events.begin(), m_events.begin() + tooMany);
    endRemoveRows();
}

void TimelineModel::clear()
{
    if (m_events.empty())
        return;
    beginRemoveRows({}, 0, rowCount() - 1);
    m_events.clear();
    endRemoveRows();
}

const TimelineEvent &TimelineModel::event(int row) const
{
    return m_events.at(static_cast<std::size_t>(row));
}

int TimelineModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_events.size());
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TimelineEvent &shown = event(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromUtf8(shown.text);
    case Qt::ToolTipRole:
        return QString::fromUtf8(shown.detail);
    case EventRole:
        return QVariant::fromValue(shown);
    default:
        return {};
    }
}

} // namespace toystore
