// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "notices/banner.h"

#include "theme/labels.h"
#include "topology/words.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace toystore
{

Banner::Banner(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_icon(new QLabel(this)), m_text(new QLabel(this)),
      m_action(new QPushButton(this))
{
    setObjectName(QStringLiteral("banner"));
    setAutoFillBackground(true);
    setVisible(false);
    m_text->setWordWrap(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(14, 6, 9, 6);
    row->setSpacing(10);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    connect(m_action, &QPushButton::clicked, this, [this] {
        if (m_attachment == Attachment::NotPermitted)
            Q_EMIT tokenRequested();
        else
            Q_EMIT connectRequested();
    });
    connect(&m_theme, &Theme::changed, this, &Banner::takeColours);
}

void Banner::show(const ClusterSnapshot &snapshot)
{
    const bool isOld = snapshot.attachment == Attachment::Disconnected;
    const bool isRefused = snapshot.attachment == Attachment::NotPermitted;
    setVisible(isOld || isRefused);
    const QString detail = QString::fromUtf8(snapshot.detail);
    m_text->setToolTip(detail);
    if (isOld)
        m_text->setText(
            QStringLiteral("Disconnected: last data %1 ago. %2").arg(spanText(snapshot.ageMs), detail));
    else if (isRefused) // a projector has one line for it: what is wrong, not also what follows from that
        m_text->setText(QStringLiteral("You may look, but not act. %1").arg(detail.section(u';', 0, 0)));
    if (snapshot.attachment == m_attachment)
        return;
    m_attachment = snapshot.attachment;
    m_action->setText(isRefused ? QStringLiteral("Enter token…") : QStringLiteral("Connect…"));
    takeColours();
}

void Banner::takeColours()
{
    const bool isRefused = m_attachment == Attachment::NotPermitted;
    const Colours &colours = m_theme.colours();
    const StateColours &state = isRefused ? colours.syncing : colours.down;
    QPalette palette = this->palette();
    palette.setColor(QPalette::Window, state.tint);
    setPalette(palette);
    colourText(m_text, colours.text);
    const int size = m_theme.length(18);
    m_icon->setPixmap(
        m_theme.icon(isRefused ? QStringLiteral("lock") : QStringLiteral("disconnected"), state.stroke)
            .pixmap(QSize(size, size), devicePixelRatioF()));
}

} // namespace toystore
