// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/timelinemodel.h"

namespace toystore
{

void TimelineModel::watch(ClusterSource &source)
{
    connect(&source, &ClusterSource::eventsAdded, this, &TimelineModel::add);
    connect(&source, &ClusterSource::storeChanged, this, &TimelineModel::clear);
}

void TimelineModel::add(const QList<TimelineEvent> &events)
{
    const QList<TimelineEvent> kept = events.last(std::min(events.size(), capacity));
    if (kept.isEmpty())
        return;
    const qsizetype size = std::ssize(m_events);
    if (const qsizetype tooMany = size + kept.size() - capacity; tooMany > 0) {
        beginRemoveRows({}, 0, int(tooMany - 1));
        m_events.erase(m_events.begin(), m_events.begin() + tooMany);
        endRemoveRows();
    }
    beginInsertRows({}, rowCount(), rowCount() + int(kept.size()) - 1);
    m_events.insert(m_events.end(), kept.begin(), kept.end());
    endInsertRows();
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
