// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "overview/tilebar.h"

#include "topology/words.h"

#include <QHBoxLayout>

#include <algorithm>

namespace toystore
{

namespace
{

QString durationOr(const std::optional<double> &milliseconds)
{
    return milliseconds ? latencyText(*milliseconds) : unknown;
}

const ShopTraffic *trafficOf(const ClusterSnapshot &snapshot, TrafficKind kind)
{
    for (const ShopTraffic &traffic : snapshot.traffic) {
        if (traffic.kind == kind)
            return &traffic;
    }
    return nullptr;
}

/// A tile of which nothing is known yet.
TileContent unknownTile(const QString &caption, const QString &help)
{
    return {caption, unknown, QString(), Tone::Neutral, help, false};
}

TileContent leaderTile(const ClusterSnapshot &snapshot)
{
    TileContent tile =
        unknownTile(QStringLiteral("Leader"),
                    QStringLiteral("The replica that decides with the catalog, and the epoch it leads"));
    tile.detail = QStringLiteral("none");
    if (snapshot.leader != 0) {
        tile.value = QString::number(snapshot.leader);
        tile.detail = QStringLiteral("epoch %1").arg(snapshot.epoch);
    } else if (snapshot.isLive()) {
        tile.value = QStringLiteral("none");
        tile.detail = QStringLiteral("after epoch %1").arg(snapshot.epoch);
        tile.tone = Tone::Bad;
    }
    return tile;
}

TileContent replicasTile(const ClusterSnapshot &snapshot)
{
    TileContent tile = unknownTile(QStringLiteral("Replicas"),
                                   QStringLiteral("Order replicas that lead, follow or catch up"));
    if (snapshot.replicas == 0)
        return tile;
    tile.value = QStringLiteral("%1 of %2").arg(snapshot.replicasUp).arg(snapshot.replicas);
    const qint64 down = snapshot.replicas - snapshot.replicasUp;
    const qint64 unheard =
        std::count_if(snapshot.services.begin(), snapshot.services.end(), [](const ServiceCard &card) {
            return card.role == ServiceRole::OrderReplica && card.state == ServiceState::Syncing &&
                   !card.lastOrder;
        });
    if (unheard > 0 && unheard == down) {
        tile.detail = QStringLiteral("%1 not heard yet").arg(unheard);
        return tile;
    }
    tile.detail = down == 0 ? QStringLiteral("all up") : QStringLiteral("%1 missing").arg(down);
    tile.tone = down == 0 ? Tone::Good : snapshot.replicasUp == 0 ? Tone::Bad : Tone::Warning;
    return tile;
}

TileContent ordersTile(const ClusterSnapshot &snapshot)
{
    TileContent tile = unknownTile(
        QStringLiteral("Orders"),
        QStringLiteral("The last order's number, and buys in the last second, failed ones left out"));
    if (!snapshot.services.isEmpty())
        tile.value = QStringLiteral("#%1").arg(numberText(snapshot.lastOrder));
    if (const ShopTraffic *buys = trafficOf(snapshot, TrafficKind::Buy))
        tile.detail =
            QStringLiteral("%1 buys/s").arg(numberText(qRound64(buys->perSecond - buys->errorsPerSecond)));
    return tile;
}

TileContent throughputTile(const ClusterSnapshot &snapshot)
{
    TileContent tile =
        unknownTile(QStringLiteral("Throughput"),
                    QStringLiteral("Requests answered in the last second, and answers of 500 and above"));
    if (snapshot.traffic.isEmpty())
        return tile;
    double rate = 0;
    double errors = 0;
    for (const ShopTraffic &traffic : snapshot.traffic) {
        rate += traffic.perSecond;
        errors += traffic.errorsPerSecond;
    }
    tile.value = QStringLiteral("%1/s").arg(numberText(qRound64(rate)));
    tile.detail = QStringLiteral("%1 errors/s").arg(numberText(qRound64(errors)));
    tile.tone = errors > 0 ? Tone::Bad : Tone::Neutral;
    return tile;
}

TileContent latencyTile(const ClusterSnapshot &snapshot)
{
    const ShopTraffic *queries = trafficOf(snapshot, TrafficKind::Query);
    const ShopTraffic *buys = trafficOf(snapshot, TrafficKind::Buy);
    return {QStringLiteral("p99 of buys"),
            buys == nullptr ? unknown : durationOr(buys->p99Ms),
            QStringLiteral("queries %1").arg(queries == nullptr ? unknown : durationOr(queries->p99Ms)),
            Tone::Neutral,
            QStringLiteral("99 of 100 requests of the last second were answered within this time"),
            false};
}

TileContent cacheTile(const ClusterSnapshot &snapshot)
{
    TileContent tile = unknownTile(QStringLiteral("Cache"),
                                   QStringLiteral("Queries that the frontend answered from its cache"));
    if (!snapshot.cache)
        return tile;
    const CacheFigures &cache = *snapshot.cache;
    if (!cache.enabled) {
        tile.value = QStringLiteral("off");
    } else {
        tile.value =
            cache.hitPercent ? QStringLiteral("%1 % hit").arg(*cache.hitPercent, 0, 'f', 0) : unknown;
        tile.detail = cache.bypassed ? QStringLiteral("bypassed")
                                     : QStringLiteral("%1 entries").arg(numberText(cache.entries));
        tile.tone = cache.bypassed ? Tone::Warning : Tone::Neutral;
    }
    return tile;
}

} // namespace

QList<TileContent> tileContents(const ClusterSnapshot &snapshot)
{
    QList<TileContent> tiles{leaderTile(snapshot),     replicasTile(snapshot), ordersTile(snapshot),
                             throughputTile(snapshot), latencyTile(snapshot),  cacheTile(snapshot)};
    for (TileContent &tile : tiles)
        tile.isOld = snapshot.attachment == Attachment::Disconnected;
    return tiles;
}

TileBar::TileBar(Theme &theme, QWidget *parent) : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(7);
    for (const TileContent &content : tileContents({})) {
        m_tiles << new Tile(theme, content.caption, this);
        m_tiles.last()->show(content);
        row->addWidget(m_tiles.last(), 1);
    }
}

void TileBar::show(const ClusterSnapshot &snapshot)
{
    const QList<TileContent> contents = tileContents(snapshot);
    for (qsizetype i = 0; i < contents.size(); ++i)
        m_tiles[i]->show(contents[i]);
}

} // namespace toystore
