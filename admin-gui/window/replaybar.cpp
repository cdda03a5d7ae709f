// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/replaybar.h"

#include "theme/labels.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace toystore
{

namespace
{

/// As 3:07.
QString clockText(Milliseconds time)
{
    const auto seconds = time.count() / 1000;
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

ReplayBar::ReplayBar(Theme &theme, ReplaySource &replay, QAction &play, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_replay(replay), m_play(play), m_toggle(new QToolButton(this)),
      m_place(new QLabel(this)), m_text(new QLabel(this)), m_speed(new QComboBox(this)),
      m_again(new QPushButton(QStringLiteral("From the beginning"), this))
{
    setObjectName(QStringLiteral("replay"));
    setAutoFillBackground(true);
    m_toggle->setDefaultAction(&m_play);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setFocusPolicy(Qt::StrongFocus);
    m_toggle->setAccessibleName(QStringLiteral("Play or pause the recording"));
    m_text->setWordWrap(true);
    addSpeeds();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(9, 5, 9, 5);
    row->setSpacing(12);
    row->addWidget(m_toggle);
    row->addWidget(m_place);
    row->addWidget(m_text, 1);
    row->addWidget(m_speed);
    row->addWidget(m_again);
    connect(&m_play, &QAction::triggered, this, &ReplayBar::toggle);
    connect(m_again, &QPushButton::clicked, this, &ReplayBar::again);
    connect(m_speed, &QComboBox::activated, this, [this] {
        if (m_replay.isPlaying())
            m_replay.play(m_speed->currentData().toDouble());
    });
    connect(&m_replay, &ReplaySource::moved, this, &ReplayBar::say);
    connect(&m_theme, &Theme::changed, this, &ReplayBar::takeColours);
    takeColours();
}

void ReplayBar::addSpeeds()
{
    m_speed->setAccessibleName(QStringLiteral("Speed of the recording"));
    m_speed->setToolTip(QStringLiteral("How many times as fast as it was"));
    for (const int speed : {1, 2, 4, 10, 50})
        m_speed->addItem(QStringLiteral("%1 ×").arg(speed), double(speed));
}

void ReplayBar::toggle()
{
    if (m_replay.isOver())
        return again();
    if (m_replay.isPlaying())
        m_replay.pause();
    else
        m_replay.play(m_speed->currentData().toDouble());
}

void ReplayBar::again()
{
    m_replay.rewind();
    m_replay.play(m_speed->currentData().toDouble());
}

void ReplayBar::say()
{
    const bool isPlaying = m_replay.isPlaying();
    if (isPlaying && m_speed->currentData().toDouble() != m_replay.speed()) { // as asked for at the start
        if (m_speed->findData(m_replay.speed()) < 0)
            m_speed->addItem(QStringLiteral("%1 ×").arg(m_replay.speed()), m_replay.speed());
        m_speed->setCurrentIndex(m_speed->findData(m_replay.speed()));
    }
    m_play.setText(isPlaying ? QStringLiteral("Pause") : QStringLiteral("Play"));
    m_play.setIcon(m_theme.icon(isPlaying ? QStringLiteral("pause") : QStringLiteral("play")));
    m_place->setText(
        m_replay.length() > Milliseconds(0)
            ? QStringLiteral("%1 of %2").arg(clockText(m_replay.position()), clockText(m_replay.length()))
            : clockText(m_replay.position()));
    m_text->setText(!m_replay.wrong().isEmpty()
                        ? QStringLiteral("The recording can't be read on: %1").arg(m_replay.wrong())
                    : m_replay.isOver()
                        ? QStringLiteral("The recording is over: this is how things were then.")
                    : isPlaying ? QString()
                                : QStringLiteral("The recording pauses."));
}

void ReplayBar::takeColours()
{
    const Colours &colours = m_theme.colours();
    QPalette palette = this->palette();
    palette.setColor(QPalette::Window, colours.draining.tint);
    setPalette(palette);
    m_place->setFont(m_theme.font(1.0, QFont::Bold));
    colourText(m_text, colours.text);
    say();
}

} // namespace toystore
