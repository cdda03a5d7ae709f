// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "notices/toast.h"

#include "theme/labels.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr auto readingTime = 8s;
constexpr int aboveEdge = 118; // over failover and timeline, which tell of what was just done

} // namespace

Toast::Toast(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_text(new QLabel(this)), m_action(new QPushButton(this)),
      m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("toast"));
    setVisible(false);
    m_close->setAccessibleName(QStringLiteral("Close this message"));
    m_close->setToolTip(m_close->accessibleName());
    m_close->setFocusPolicy(Qt::StrongFocus);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 8, 8);
    row->setSpacing(12);
    row->addWidget(m_text);
    row->addWidget(m_action);
    row->addWidget(m_close);
    m_time.setSingleShot(true);
    connect(&m_time, &QTimer::timeout, this, &Toast::leave);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        if (m_act)
            m_act();
    });
    connect(&m_theme, &Theme::changed, this, &Toast::takeColours);
    parent->installEventFilter(this);
    takeColours();
}

void Toast::tell(const QString &text, const QString &action, std::function<void()> act)
{
    m_text->setText(text);
    setAccessibleName(text);
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    m_act = std::move(act);
    adjustSize();
    place();
    show();
    raise();
    m_time.start(readingTime);
}

QString Toast::text() const
{
    return m_text->text();
}

void Toast::leave()
{
    if (underMouse() || m_action->hasFocus() || m_close->hasFocus())
        m_time.start(readingTime);
    else
        hide();
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(watched, event);
}

void Toast::place()
{
    const QSize room = parentWidget()->size();
    move((room.width() - width()) / 2, room.height() - height() - m_theme.length(aboveEdge));
}

void Toast::takeColours()
{
    const Colours &colours = m_theme.colours();
    colourText(m_text, colours.toastInk);
    m_close->setIcon(m_theme.icon(QStringLiteral("close"), colours.toastInk));
    m_action->setStyleSheet(
        QStringLiteral("QPushButton { background: transparent; color: %1; border: 1px solid"
                       " %1; font-weight: bold; } QPushButton:focus { border-width: 2px; }")
            .arg(colours.toastLink.name()));
    m_close->setStyleSheet(
        QStringLiteral("QToolButton { background: transparent; border: 1px solid transparent; }"
                       "QToolButton:focus { border-color: %1; }")
            .arg(colours.toastLink.name()));
    update();
}

void Toast::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.colours().toast);
    painter.drawRoundedRect(rect(), 9, 9);
}

} // namespace toystore
