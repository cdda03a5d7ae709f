// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "topology/cardwidget.h"

#include "theme/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace toystore
{

namespace
{

constexpr int iconSize = 22;
constexpr int presenterIconSize = 26; // as high as the name beside it
constexpr int buttonIconSize = 15;
constexpr int radius = 9;
// What every card has a button for; Start takes the place of Restart while the service is down.
constexpr std::array cardActions = {ServiceAction::Kill, ServiceAction::Pause, ServiceAction::Resume,
                                    ServiceAction::Stop, ServiceAction::Restart};

QString iconOf(ServiceAction action)
{
    switch (action) {
    case ServiceAction::Kill:
        return QStringLiteral("kill");
    case ServiceAction::Pause:
        return QStringLiteral("pause");
    case ServiceAction::Resume:
        return QStringLiteral("resume");
    case ServiceAction::Stop:
        return QStringLiteral("stop");
    case ServiceAction::Start:
        return QStringLiteral("power");
    case ServiceAction::Restart:
        break;
    }
    return QStringLiteral("restart");
}

const ActionView *viewOf(const ServiceCard &card, ServiceAction action)
{
    for (const ActionView &view : card.actions) {
        if (view.action == action)
            return &view;
    }
    return nullptr;
}

} // namespace

QPen statePen(const Theme &theme, ServiceState state, double width)
{
    QPen pen(theme.colours().of(state).stroke, width);
    pen.setCapStyle(Qt::FlatCap);
    switch (state) {
    case ServiceState::Syncing:
        pen.setDashPattern({4, 2.5});
        break;
    case ServiceState::NotAnswering:
        pen.setDashPattern({7, 2.5, 1.5, 2.5});
        break;
    case ServiceState::Down:
        pen.setDashPattern({1.2, 2});
        break;
    default:
        break;
    }
    return pen;
}

CardWidget::CardWidget(Theme &theme, const QString &service, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_icon(new QLabel(this)), m_title(new QLabel(service, this)),
      m_badge(new QLabel(this)), m_figure(new QLabel(this)), m_facts(new QLabel(this)),
      m_views(new QLabel(this)), m_lines(new QBoxLayout(QBoxLayout::TopToBottom)),
      m_buttonRow(new QWidget(this))
{
    setObjectName(service);
    setAccessibleName(service);
    setFocusPolicy(Qt::StrongFocus);
    auto *head = new QHBoxLayout;
    head->setSpacing(7);
    head->addWidget(m_icon);
    head->addWidget(m_title);
    head->addWidget(m_badge);
    head->addStretch();
    head->addWidget(m_figure);
    addButtons(m_buttonRow);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 10, 6);
    column->setSpacing(3);
    column->addLayout(head);
    m_lines->addWidget(m_facts);
    m_lines->addWidget(m_views, 1);
    column->addLayout(m_lines);
    column->addWidget(m_buttonRow);
    connect(&m_theme, &Theme::changed, this, &CardWidget::takeColours);
    takeColours();
}

void CardWidget::addButtons(QWidget *row)
{
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 2, 0, 0);
    layout->setSpacing(3);
    for (const ServiceAction action : cardActions) {
        auto *button = new QToolButton(row);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAutoRaise(true);
        const bool isMain = action == ServiceAction::Kill || action == ServiceAction::Restart;
        button->setToolButtonStyle(isMain ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
        connect(button, &QToolButton::clicked, this, [this, action] {
            Q_EMIT actionRequested(m_card.name, action == ServiceAction::Restart ? startAction() : action);
        });
        layout->addWidget(button);
        m_buttons[action] = button;
    }
    layout->addStretch();
}

QToolButton *CardWidget::button(ServiceAction action) const
{
    return m_buttons.at(action == ServiceAction::Start ? ServiceAction::Restart : action);
}

ServiceAction CardWidget::startAction() const
{
    const ActionView *start = viewOf(m_card, ServiceAction::Start);
    return m_card.pid == 0 || (start != nullptr && start->allowed) ? ServiceAction::Start
                                                                   : ServiceAction::Restart;
}

void CardWidget::show(const ServiceCard &card)
{
    const bool looksDifferent = card.state != m_card.state || m_text.title.isEmpty();
    const bool isPaintedAnew =
        looksDifferent || card.stateText != m_card.stateText || card.catchUp != m_card.catchUp;
    m_card = card;
    const CardText text = cardText(card);
    showButtons();
    if (isPaintedAnew)
        update();
    if (text == m_text && !looksDifferent)
        return;
    m_text = text;
    m_title->setText(text.title);
    m_badge->setText(text.badge);
    m_figure->setText(text.figure);
    m_facts->setText(text.facts);
    m_views->setText(text.views);
    setToolTip(text.details);
    setAccessibleName(text.title);
    setAccessibleDescription(text.spoken);
    if (looksDifferent)
        takeColours();
}

// A projector has room for what is told twice only where the two differ: a paused leader is alive to one and
// dead to the other. And beside the facts, not below them.
void CardWidget::showViews()
{
    m_lines->setDirection(m_theme.isPresenter() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_lines->setSpacing(m_theme.isPresenter() ? 14 : 3);
    m_views->setVisible(!m_theme.isPresenter() || m_card.state == ServiceState::NotAnswering);
}

void CardWidget::setReadOnly(bool isReadOnly)
{
    m_buttonRow->setVisible(!isReadOnly);
}

void CardWidget::showButtons()
{
    for (const auto &[usual, button] : m_buttons) {
        const ServiceAction action = usual == ServiceAction::Restart ? startAction() : usual;
        const ActionView *view = viewOf(m_card, action);
        const QString what = actionText(action) + u' ' + QString::fromUtf8(m_card.name);
        const QString reason = view == nullptr ? QString() : QString::fromUtf8(view->reason);
        button->setEnabled(view != nullptr && view->allowed);
        if (button->accessibleName() == what && button->accessibleDescription() == reason)
            continue;
        button->setText(actionText(action));
        button->setIcon(m_theme.icon(iconOf(action)));
        button->setAccessibleName(what);
        button->setAccessibleDescription(reason);
        button->setToolTip(reason.isEmpty() ? what : what + QStringLiteral(": ") + reason);
    }
}

void CardWidget::takeColours()
{
    const Colours &colours = m_theme.colours();
    const StateColours &state = colours.of(m_card.state);
    const int icon = m_theme.isPresenter() ? presenterIconSize : iconSize;
    m_icon->setPixmap(
        m_theme.icon(iconName(m_card.state), state.stroke).pixmap(QSize(icon, icon), devicePixelRatioF()));
    m_title->setFont(m_theme.font(1.15, QFont::Bold));
    m_figure->setFont(m_theme.font(1.15, QFont::DemiBold));
    m_badge->setFont(m_theme.font(0.8, QFont::Bold));
    m_facts->setFont(m_theme.font());
    m_views->setFont(m_theme.font(0.9));
    showViews();
    QPalette badge = m_badge->palette();
    badge.setColor(QPalette::Window, state.badge);
    badge.setColor(QPalette::WindowText, state.badgeInk);
    m_badge->setPalette(badge);
    m_badge->setContentsMargins(m_theme.length(7), m_theme.length(2), m_theme.length(7), m_theme.length(2));
    for (QLabel *label : {m_title, m_figure})
        colourText(label, m_card.state == ServiceState::Stale ? colours.mutedText : colours.text);
    colourText(m_facts, m_card.state == ServiceState::Down ? colours.of(Tone::Bad) : colours.text);
    colourText(m_views, colours.mutedText);
    for (const auto &[usual, button] : m_buttons) {
        button->setFont(m_theme.font(0.9));
        button->setIcon(m_theme.icon(iconOf(usual == ServiceAction::Restart ? startAction() : usual)));
        button->setIconSize(QSize(m_theme.length(buttonIconSize), m_theme.length(buttonIconSize)));
    }
    update();
}

void CardWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const StateColours &state = m_theme.colours().of(m_card.state);
    const QRectF frame = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
    painter.setPen(statePen(m_theme, m_card.state, m_card.state == ServiceState::Leader ? 2.5 : 1.75));
    painter.setBrush(state.tint);
    painter.drawRoundedRect(frame, radius, radius);
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.colours().accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), radius - 3, radius - 3);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(state.badge);
    if (!m_text.badge.isEmpty())
        painter.drawRoundedRect(m_badge->geometry(), 4, 4);
    paintProgress(painter);
}

void CardWidget::paintProgress(QPainter &painter) const
{
    if (m_card.state != ServiceState::Syncing || !m_card.catchUp ||
        m_card.catchUp->target <= m_card.catchUp->from)
        return;
    const CatchUp &catchUp = *m_card.catchUp;
    const double share = std::clamp(static_cast<double>(catchUp.now - catchUp.from) /
                                        static_cast<double>(catchUp.target - catchUp.from),
                                    0.0, 1.0);
    const QRectF bar(radius + 3, height() - 6.0, width() - 2.0 * (radius + 3), 3);
    painter.setBrush(m_theme.colours().border);
    painter.drawRoundedRect(bar, 1.5, 1.5);
    painter.setBrush(m_theme.colours().syncing.stroke);
    painter.drawRoundedRect(QRectF(bar.topLeft(), QSizeF(bar.width() * share, bar.height())), 1.5, 1.5);
}

} // namespace toystore
