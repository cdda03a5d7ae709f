// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"

#include <QAbstractListModel>

#include <deque>

namespace toystore
{

/// What happened to the store, in the order in which it happened, whoever told it first: to a dashboard that
/// comes later, each service tells on its own what was before. The last thousand events.
class TimelineModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr qsizetype capacity = 1000;

    enum Role {                       ///< Qt::DisplayRole is the event's text
        EventRole = Qt::UserRole + 1, ///< a TimelineEvent
    };

    explicit TimelineModel(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    void watch(ClusterSource &source);

    void add(const QList<TimelineEvent> &events);
    void clear();

    [[nodiscard]] const TimelineEvent &event(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    void dropOldest();

    std::deque<TimelineEvent> m_events; // as isBefore() says
};

} // namespace toystore
