// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "topology/topologyview.h"

#include "topology/clientsnode.h"

#include <QHBoxLayout>
#include <QPaintEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr int clientsGap = 46;
constexpr int replicasGap = 96;
constexpr int cardGap = 7;
constexpr auto frameInterval = 16ms;
constexpr double dotRadius = 5.5;
constexpr double dotFont = 0.85; // of what is written beside it
constexpr int cornerSize = 10;   // of a card, which is round there
constexpr char frontend[] = "frontend";
constexpr char catalog[] = "catalog";

QPointF middleOfLeft(const QWidget &widget)
{
    return {static_cast<double>(widget.x()), widget.y() + widget.height() / 2.0};
}

QPointF middleOfRight(const QWidget &widget)
{
    return {static_cast<double>(widget.x() + widget.width()), widget.y() + widget.height() / 2.0};
}

/// A curve that leaves and arrives level.
QPainterPath levelCurve(const QPointF &from, const QPointF &to)
{
    QPainterPath path(from);
    const double bend = (to.x() - from.x()) * 0.55;
    path.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
    return path;
}

} // namespace

TopologyView::TopologyView(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_clients(new ClientsNode(theme, this)), m_middle(new QVBoxLayout),
      m_replicas(new QVBoxLayout)
{
    setObjectName(QStringLiteral("topology"));
    setAccessibleName(QStringLiteral("The store's services"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(4, 4, 4, 4);
    row->setSpacing(0);
    row->addWidget(m_clients, 0, Qt::AlignVCenter);
    row->addSpacing(clientsGap);
    row->addLayout(m_middle, 4);
    row->addSpacing(replicasGap);
    row->addLayout(m_replicas, 5);
    m_replicas->setSpacing(cardGap);
    m_frames.setTimerType(Qt::PreciseTimer);
    m_frames.setInterval(frameInterval);
    connect(&m_frames, &QTimer::timeout, this, &TopologyView::step);
    connect(&m_theme, &Theme::changed, this, [this] {
        m_links = {};
        update();
    });
}

void TopologyView::show(const ClusterSnapshot &snapshot)
{
    QByteArrayList names;
    for (const ServiceCard &service : snapshot.services)
        names << service.name;
    if (names != m_names)
        rebuild(snapshot.services);
    m_names = names;
    m_leader.clear();
    bool linksChanged = false;
    for (const ServiceCard &service : snapshot.services) {
        CardWidget *widget = card(service.name);
        linksChanged |= widget->card().state != service.state;
        widget->show(service);
        if (service.state == ServiceState::Leader)
            m_leader = service.name;
    }
    m_clients->setSessions(snapshot.sessions);
    if (linksChanged)
        update();
}

void TopologyView::showTravel(const OrderWay &way)
{
    if (!m_isAnimated || !isVisible())
        return;
    m_travels.add(way, monotonicNow());
    if (!m_frames.isActive())
        m_frames.start();
}

void TopologyView::setAnimated(bool isAnimated)
{
    m_isAnimated = isAnimated;
    if (!isAnimated) {
        m_travels.clear();
        m_dots.clear();
        m_frames.stop();
        update();
    }
}

void TopologyView::setReadOnly(bool isReadOnly)
{
    m_isReadOnly = isReadOnly;
    for (CardWidget *widget : std::as_const(m_cards))
        widget->setReadOnly(isReadOnly);
}

CardWidget *TopologyView::card(const QByteArray &service) const
{
    return m_cards.value(service);
}

void TopologyView::rebuild(const QList<ServiceCard> &services)
{
    qDeleteAll(m_cards);
    m_cards.clear();
    for (QBoxLayout *column : {m_middle, m_replicas}) {
        while (QLayoutItem *item = column->takeAt(0))
            delete item;
    }
    for (const ServiceCard &service : services)
        addCard(service);
    // The frontend above the catalog, with room for the link between them.
    m_middle->addStretch(1);
    if (CardWidget *widget = card(frontend))
        m_middle->addWidget(widget);
    m_middle->addSpacing(cardGap * 5);
    if (CardWidget *widget = card(catalog))
        m_middle->addWidget(widget);
    m_middle->addStretch(1);
    m_replicas->addStretch(1);
    QWidget *before = m_clients;
    for (const ServiceCard &service : services) {
        CardWidget *widget = card(service.name);
        if (service.role == ServiceRole::OrderReplica)
            m_replicas->addWidget(widget);
        setTabOrder(before, widget);
        before = widget;
    }
    m_replicas->addStretch(1);
}

void TopologyView::addCard(const ServiceCard &service)
{
    auto *widget = new CardWidget(m_theme, QString::fromUtf8(service.name), this);
    widget->setReadOnly(m_isReadOnly);
    widget->setVisible(true);
    connect(widget, &CardWidget::actionRequested, this, &TopologyView::actionRequested);
    m_cards.insert(service.name, widget);
}

const QWidget *TopologyView::place(const QByteArray &name) const
{
    if (name == TravellingOrders::clients)
        return m_clients;
    return card(name);
}

QPainterPath TopologyView::path(const QByteArray &from, const QByteArray &to) const
{
    const QWidget *start = place(from);
    const QWidget *target = place(to);
    if (start == nullptr || target == nullptr)
        return {};
    const bool isVertical = (from == frontend && to == catalog) || (from == catalog && to == frontend);
    if (isVertical) {
        const bool isUpwards = start->y() > target->y();
        QPainterPath path(
            QPointF(start->geometry().center().x(), isUpwards ? start->y() : start->y() + start->height()));
        path.lineTo(QPointF(target->geometry().center().x(),
                            isUpwards ? target->y() + target->height() : target->y()));
        return path;
    }
    if (start->x() == target->x()) { // between replicas
        const QPointF first = middleOfLeft(*start) + QPointF(0, 8);
        const QPointF last = middleOfLeft(*target) + QPointF(0, 8);
        QPainterPath path(first);
        path.cubicTo(first - QPointF(replicasGap * 0.5, 0), last - QPointF(replicasGap * 0.5, 0), last);
        return path;
    }
    return start->x() < target->x() ? levelCurve(middleOfRight(*start), middleOfLeft(*target))
                                    : levelCurve(middleOfLeft(*start), middleOfRight(*target));
}

void TopologyView::paintEvent(QPaintEvent *)
{
    drawLinks();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawPixmap(0, 0, m_links);
    paintDots(painter);
}

void TopologyView::drawLinks()
{
    LinksLook look{{}, m_clients->geometry(), m_leader, size(), devicePixelRatioF()};
    for (const CardWidget *widget : std::as_const(m_cards))
        look.cards.insert(widget->card().name, {widget->geometry(), widget->card().state});
    if (!m_links.isNull() && look == m_linksLook)
        return;
    m_links = QPixmap(size() * look.density);
    m_links.setDevicePixelRatio(look.density);
    m_links.fill(Qt::transparent);
    m_linksLook = std::move(look);
    QPainter painter(&m_links);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLinks(painter);
}

void TopologyView::paintLinks(QPainter &painter) const
{
    painter.setBrush(Qt::NoBrush);
    const QPen plain(m_theme.colours().border, 1.5);
    painter.setPen(plain);
    painter.drawPath(path(TravellingOrders::clients, frontend));
    painter.drawPath(path(frontend, catalog));
    for (CardWidget *widget : m_cards) {
        const ServiceCard &service = widget->card();
        if (service.role != ServiceRole::OrderReplica)
            continue;
        const bool leads = service.name == m_leader;
        painter.setPen(statePen(m_theme, service.state, leads ? 2.5 : 1.5));
        painter.drawPath(path(frontend, service.name));
        if (leads) {
            painter.setPen(QPen(m_theme.colours().leader.stroke, 1.5));
            painter.drawPath(path(service.name, catalog));
        } else if (!m_leader.isEmpty()) {
            painter.setPen(service.state == ServiceState::Follower ? plain
                                                                   : statePen(m_theme, service.state, 1.25));
            painter.drawPath(path(m_leader, service.name));
        }
    }
}

void TopologyView::paintDots(QPainter &painter) const
{
    const Colours &colours = m_theme.colours();
    painter.setFont(m_theme.font(dotFont, QFont::DemiBold));
    for (const PlacedDot &dot : m_dots) {
        painter.setPen(QPen(colours.window, 1.5));
        painter.setBrush(dot.isInvalidation ? colours.of(Tone::Warning) : colours.accent);
        painter.drawEllipse(dot.at, dotRadius, dotRadius);
        if (dot.text.isEmpty())
            continue;
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.window);
        painter.drawRoundedRect(dot.label, 3, 3);
        painter.setPen(colours.text);
        painter.drawText(dot.label, Qt::AlignCenter, dot.text);
    }
}

void TopologyView::placeDots()
{
    m_dots.clear();
    for (const TravellingOrders::Dot &dot : m_travels.dots(monotonicNow())) {
        if (std::optional<PlacedDot> seen = placed(dot))
            m_dots << *std::move(seen);
    }
}

std::optional<TopologyView::PlacedDot> TopologyView::placed(const TravellingOrders::Dot &dot) const
{
    const QPainterPath way = path(dot.from, dot.to);
    if (way.isEmpty())
        return std::nullopt;
    const QPointF at = way.pointAtPercent(std::clamp(dot.progress, 0.0, 1.0));
    PlacedDot seen{at, dot.isInvalidation, dot.label, {}};
    if (!dot.label.isEmpty()) {
        const QFontMetricsF metrics(m_theme.font(dotFont, QFont::DemiBold));
        seen.label.setSize({metrics.horizontalAdvance(dot.label) + 8, metrics.height() + 2});
        seen.label.moveCenter(at - QPointF(0, dotRadius + seen.label.height() / 2 + 2));
        moveBetweenCards(seen.label, dot);
    }
    return seen;
}

// Cards would hide what lies under them.
void TopologyView::moveBetweenCards(QRectF &label, const TravellingOrders::Dot &dot) const
{
    const QRect from = place(dot.from)->geometry();
    const QRect to = place(dot.to)->geometry();
    const double left = std::min(from.right(), to.right()) + 3.0;
    const double right = std::max(from.left(), to.left()) - 3.0;
    if (label.left() < left)
        label.moveLeft(left);
    if (label.right() > right)
        label.moveRight(right);
}

// The cards hide what is under them, but for their corners.
QRegion TopologyView::betweenCards() const
{
    QRegion between(rect());
    for (const CardWidget *widget : std::as_const(m_cards)) {
        const QRect card = widget->geometry();
        between -= card.adjusted(cornerSize, 0, -cornerSize, 0);
        between -= card.adjusted(0, cornerSize, 0, -cornerSize);
    }
    return between;
}

// Only where a dot was, or is now, anything has changed. Painted now: a request for an update would wait some
// milliseconds more for the window system to be idle, and pictures would come unevenly.
void TopologyView::step()
{
    if (!m_travels.advance(monotonicNow()))
        m_frames.stop();
    QRegion moved;
    const auto add = [this, &moved] {
        constexpr double reach = dotRadius + 2; // with its outline
        for (const PlacedDot &dot : std::as_const(m_dots)) {
            moved += QRectF(dot.at - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach)).toAlignedRect();
            moved += dot.label.toAlignedRect();
        }
    };
    add();
    placeDots();
    add();
    repaint(moved & betweenCards());
}

} // namespace toystore
