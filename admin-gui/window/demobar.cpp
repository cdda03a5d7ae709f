// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/demobar.h"

#include "theme/labels.h"
#include "window/demoscenario.h"

#include <QAction>
#include <QHBoxLayout>
#include <QToolButton>

namespace toystore
{

DemoBar::DemoBar(Theme &theme, ClusterSource &source, QAction &next, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_source(source), m_count(new QLabel(this)), m_title(new QLabel(this)),
      m_watch(new QLabel(this)), m_next(new QToolButton(this))
{
    setObjectName(QStringLiteral("demo"));
    setAutoFillBackground(true);
    m_watch->setWordWrap(true);
    m_next->setDefaultAction(&next);
    m_next->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_next->setFocusPolicy(Qt::StrongFocus);
    m_next->setAccessibleName(QStringLiteral("Next step of the demonstration"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(14, 7, 9, 7);
    row->setSpacing(14);
    row->addWidget(m_count);
    row->addWidget(m_title);
    row->addWidget(m_watch, 1);
    row->addWidget(m_next);
    connect(&m_theme, &Theme::changed, this, &DemoBar::say);
    connect(&m_source, &ClusterSource::snapshotChanged, this, [this] { Q_EMIT readinessTold(whyNotNext()); });
    connect(&m_source, &ClusterSource::actionFinished, this, &DemoBar::take);
    say();
}

void DemoBar::advance()
{
    if (!whyNotNext().isEmpty())
        return;
    ++m_step;
    m_asked.clear();
    for (const DemoRequest &request : demo::requests(m_step, m_source.snapshot()))
        m_asked << m_source.act(request.action, request.service);
    say();
}

QString DemoBar::nextTitle() const
{
    return demo::steps().value(m_step + 1).title;
}

QString DemoBar::whyNotNext() const
{
    if (m_step + 1 >= demo::steps().size())
        return QStringLiteral("this is the end");
    return demo::whyNotYet(m_step + 1, m_source.snapshot());
}

void DemoBar::take(const ActionOutcome &outcome)
{
    if (!m_asked.remove(outcome.action) || outcome.succeeded)
        return;
    m_asked.clear();
    --m_step; // it did not happen
    say();
}

void DemoBar::say()
{
    const DemoStep &step = demo::steps()[m_step];
    const Colours &colours = m_theme.colours();
    m_count->setText(QStringLiteral("%1 of %2").arg(m_step + 1).arg(demo::steps().size()));
    m_title->setText(step.title);
    m_watch->setText(step.watch);
    Q_EMIT readinessTold(whyNotNext());
    m_title->setFont(m_theme.font(1.15, QFont::Bold));
    m_watch->setFont(m_theme.font());
    m_count->setFont(m_theme.font(0.9));
    colourText(m_count, colours.mutedText);
    QPalette palette = this->palette();
    palette.setColor(QPalette::Window, colours.leader.tint);
    setPalette(palette);
}

} // namespace toystore
