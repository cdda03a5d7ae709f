// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "topology/clientsnode.h"

#include "theme/labels.h"
#include "topology/words.h"

#include <QLabel>
#include <QVBoxLayout>

namespace toystore
{

ClientsNode::ClientsNode(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_icon(new QLabel(this)),
      m_title(new QLabel(QStringLiteral("clients"), this)), m_count(new QLabel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    for (QLabel *label : {m_icon, m_title, m_count}) {
        label->setAlignment(Qt::AlignCenter);
        column->addWidget(label);
    }
    connect(&m_theme, &Theme::changed, this, &ClientsNode::takeColours);
    takeColours();
    setSessions(std::nullopt);
}

void ClientsNode::setSessions(std::optional<qint64> sessions)
{
    m_count->setText(sessions == 1
                         ? QStringLiteral("1 session")
                         : QStringLiteral("%1 sessions").arg(sessions ? numberText(*sessions) : unknown));
    setToolTip(sessions
                   ? QStringLiteral("Connections that are open to the shop")
                   : QStringLiteral("Connections that are open to the shop: only the frontend knows them"));
}

void ClientsNode::takeColours()
{
    const int icon = m_theme.length(34);
    m_icon->setPixmap(m_theme.icon(QStringLiteral("clients")).pixmap(QSize(icon, icon), devicePixelRatioF()));
    m_title->setFont(m_theme.font(1.0, QFont::Bold));
    m_count->setFont(m_theme.font(0.9));
    colourText(m_count, m_theme.colours().mutedText);
    setMinimumWidth(m_count->fontMetrics().horizontalAdvance(QStringLiteral("1,000 sessions")));
}

} // namespace toystore
