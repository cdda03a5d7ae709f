// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "overview/tile.h"

#include <QWidget>

namespace toystore
{

/// What the tiles say of a snapshot, in their order: leader, replicas, orders, throughput, latency, cache.
/// Pure.
[[nodiscard]] QList<TileContent> tileContents(const ClusterSnapshot &snapshot);

/// The store's figures in a row.
class TileBar : public QWidget
{
    Q_OBJECT

public:
    explicit TileBar(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;

private:
    QList<Tile *> m_tiles;
};

} // namespace toystore
