// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "notices/statepage.h"

#include "theme/labels.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace toystore
{

StatePage::StatePage(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_icon(new QLabel(this)), m_title(new QLabel(this)),
      m_text(new QLabel(this)), m_start(new QPushButton(QStringLiteral("Start a store here"), this)),
      m_connect(new QPushButton(QStringLiteral("Connect…"), this))
{
    setObjectName(QStringLiteral("statePage"));
    m_start->setDefault(true);
    m_start->setToolTip(QStringLiteral("Opens a store on this machine, by 'toystore up'"));
    m_connect->setToolTip(QStringLiteral("Watches a store that is open, here or elsewhere"));
    m_text->setWordWrap(true);
    for (QLabel *label : {m_icon, m_title, m_text})
        label->setAlignment(Qt::AlignCenter);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_start);
    buttons->addWidget(m_connect);
    buttons->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->setContentsMargins(60, 0, 60, 0);
    column->addStretch(2);
    column->addWidget(m_icon);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addSpacing(6);
    column->addLayout(buttons);
    column->addStretch(3);
    connect(m_start, &QPushButton::clicked, this, &StatePage::startRequested);
    connect(m_connect, &QPushButton::clicked, this, &StatePage::connectRequested);
    connect(&m_theme, &Theme::changed, this, &StatePage::say);
    say();
}

void StatePage::show(const ClusterSnapshot &snapshot)
{
    if (snapshot.attachment == m_snapshot.attachment && snapshot.detail == m_snapshot.detail)
        return;
    m_snapshot = snapshot;
    say();
}

void StatePage::setOpening(bool isOpening, const QString &failure)
{
    m_isOpening = isOpening;
    m_failure = failure;
    say();
}

void StatePage::setReadOnly(bool isReadOnly)
{
    m_isReadOnly = isReadOnly;
    say();
}

void StatePage::say()
{
    const Colours &colours = m_theme.colours();
    const bool isConnecting = m_isOpening || m_snapshot.attachment == Attachment::Connecting;
    QString icon = QStringLiteral("toystore");
    QColor colour = colours.accent;
    if (!m_failure.isEmpty()) {
        icon = QStringLiteral("warning");
        colour = colours.of(Tone::Bad);
        m_title->setText(QStringLiteral("The store could not be opened"));
        m_text->setText(m_failure);
    } else if (m_isOpening) {
        m_title->setText(QStringLiteral("The store opens"));
        m_text->setText(QStringLiteral("Catalog, three order replicas, frontend: a moment."));
    } else if (isConnecting) {
        icon = QStringLiteral("connect");
        m_title->setText(QStringLiteral("Connecting"));
        m_text->setText(QStringLiteral("to the store at %1\n%2")
                            .arg(QString::fromUtf8(m_snapshot.store), QString::fromUtf8(m_snapshot.detail)));
    } else {
        m_title->setText(QStringLiteral("No store is open"));
        QString text =
            m_isReadOnly ? QStringLiteral("Connect to one that is open.")
                         : QStringLiteral("Start one on this machine and break it as you like, or connect to"
                                          " one that is open already.");
        if (!m_snapshot.detail.isEmpty()) // somebody looks
            text += QStringLiteral("\n%1 One that is opened there is shown at once.")
                        .arg(QString::fromUtf8(m_snapshot.detail));
        m_text->setText(text);
    }
    const int size = m_theme.length(72);
    m_icon->setPixmap(m_theme.icon(icon, colour).pixmap(QSize(size, size), devicePixelRatioF()));
    m_title->setFont(m_theme.font(1.7, QFont::DemiBold));
    m_text->setFont(m_theme.font(1.1));
    colourText(m_text, colours.mutedText);
    m_start->setVisible(!m_isOpening && !m_isReadOnly);
    m_connect->setVisible(!m_isOpening);
}

} // namespace toystore
