// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "topology/cardwidget.h"
#include "topology/travellingorders.h"

#include <QPainterPath>
#include <QPixmap>
#include <QTimer>

#include <optional>

class QBoxLayout;

namespace toystore
{

class ClientsNode;

/// The store as a drawing: clients, frontend, catalog and replicas, each a widget, with the links between
/// them, and orders on their way.
class TopologyView : public QWidget
{
    Q_OBJECT

public:
    /// @p theme must outlive it.
    explicit TopologyView(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    using QWidget::show;
    /// Lets an order travel, unless that is switched off.
    void showTravel(const OrderWay &way);
    void setAnimated(bool isAnimated);
    void setReadOnly(bool isReadOnly);

    /// The card of a service; null if there is none.
    [[nodiscard]] CardWidget *card(const QByteArray &service) const;
    [[nodiscard]] const TravellingOrders &travels() const { return m_travels; }

Q_SIGNALS:
    void actionRequested(const QByteArray &service, toystore::ServiceAction action);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// An order on its way, where it is seen.
    struct PlacedDot {
        QPointF at;
        bool isInvalidation = false;
        QString text;
        QRectF label; ///< of the text
    };
    /// All that the links depend on but the colours.
    struct LinksLook {
        QMap<QByteArray, std::pair<QRect, ServiceState>> cards;
        QRect clients;
        QByteArray leader;
        QSize size;
        qreal density = 1;

        bool operator==(const LinksLook &) const = default;
    };

    void rebuild(const QList<ServiceCard> &services);
    void addCard(const ServiceCard &service);
    [[nodiscard]] const QWidget *place(const QByteArray &name) const;
    [[nodiscard]] QPainterPath path(const QByteArray &from, const QByteArray &to) const;
    void drawLinks();
    void paintLinks(QPainter &painter) const;
    void paintDots(QPainter &painter) const;
    void placeDots();
    [[nodiscard]] std::optional<PlacedDot> placed(const TravellingOrders::Dot &dot) const;
    void moveBetweenCards(QRectF &label, const TravellingOrders::Dot &dot) const;
    [[nodiscard]] QRegion betweenCards() const;
    void step();

    Theme &m_theme;
    ClientsNode *m_clients;
    QBoxLayout *m_middle;
    QBoxLayout *m_replicas;
    QMap<QByteArray, CardWidget *> m_cards;
    QByteArrayList m_names; // of the services shown, in their order
    QByteArray m_leader;
    bool m_isReadOnly = false;
    bool m_isAnimated = true;
    LinksLook m_linksLook;
    QPixmap m_links; // as m_linksLook says; drawn anew only when that changes, not with every picture
    TravellingOrders m_travels;
    QList<PlacedDot> m_dots;
    QTimer m_frames;
};

} // namespace toystore
