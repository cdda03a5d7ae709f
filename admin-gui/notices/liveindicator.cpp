// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "notices/liveindicator.h"

#include "theme/labels.h"
#include "topology/words.h"

#include <QHBoxLayout>

namespace toystore
{

LiveText liveText(const ClusterSnapshot &snapshot)
{
    const QString age = spanText(snapshot.ageMs) + QStringLiteral(" ago");
    switch (snapshot.attachment) {
    case Attachment::Live:
        return {QStringLiteral("LIVE"), age, QStringLiteral("record"), ServiceState::Follower};
    case Attachment::NotPermitted:
        return {QStringLiteral("LOOK ONLY"), age, QStringLiteral("lock"), ServiceState::Syncing};
    case Attachment::Disconnected:
        return {QStringLiteral("DISCONNECTED"), QStringLiteral("last data %1").arg(age),
                QStringLiteral("disconnected"), ServiceState::Down};
    case Attachment::Connecting:
        return {QStringLiteral("CONNECTING"), QString::fromUtf8(snapshot.store), QStringLiteral("connect"),
                ServiceState::Syncing};
    case Attachment::Empty:
        break;
    }
    return {QStringLiteral("NO STORE"), {}, QStringLiteral("toystore"), ServiceState::Draining};
}

LiveIndicator::LiveIndicator(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_icon(new QLabel(this)), m_word(new QLabel(this)),
      m_detail(new QLabel(this))
{
    setObjectName(QStringLiteral("live"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(6);
    for (QLabel *label : {m_icon, m_word, m_detail})
        row->addWidget(label);
    connect(&m_theme, &Theme::changed, this, &LiveIndicator::takeColours);
    m_text = liveText(ClusterSnapshot());
    takeColours();
}

void LiveIndicator::show(const ClusterSnapshot &snapshot)
{
    if (m_isRecording)
        return; // how old the news was then is no news
    const LiveText text = liveText(snapshot);
    setToolTip(QString::fromUtf8(snapshot.detail));
    if (text == m_text)
        return;
    const bool sameState = text.word == m_text.word;
    m_text = text;
    m_detail->setText(text.detail);
    if (!sameState)
        takeColours();
}

void LiveIndicator::setRecording(bool isRecording)
{
    m_isRecording = isRecording;
    if (!isRecording)
        return;
    m_text = {QStringLiteral("RECORDING"), {}, QStringLiteral("play"), ServiceState::Draining};
    setToolTip(QStringLiteral("What is shown was recorded before"));
    takeColours();
}

void LiveIndicator::takeColours()
{
    const Colours &colours = m_theme.colours();
    const int size = m_theme.length(16);
    m_icon->setPixmap(m_theme.icon(m_text.icon, colours.of(m_text.looksLike).stroke)
                          .pixmap(QSize(size, size), devicePixelRatioF()));
    m_word->setText(m_text.word);
    m_detail->setText(m_text.detail);
    m_word->setFont(m_theme.font(1.0, QFont::Bold));
    m_detail->setFont(m_theme.font(0.95));
    colourText(m_word, colours.text);
    colourText(m_detail, colours.mutedText);
    setAccessibleName(m_text.word + u' ' + m_text.detail);
    m_detail->setVisible(!m_text.detail.isEmpty());
    // Wide enough for any age: the tool bar does not dance.
    m_detail->setMinimumWidth(m_detail->fontMetrics().horizontalAdvance(QStringLiteral("99.9 s ago")));
}

} // namespace toystore
