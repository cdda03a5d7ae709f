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
    say();
}

void DemoBar::advance()
{
    if (m_step + 1 >= demo::steps().size())
        return;
    ++m_step;
    for (const DemoRequest &request : demo::requests(m_step, m_source.snapshot()))
        m_source.act(request.action, request.service);
    say();
}

void DemoBar::say()
{
    const DemoStep &step = demo::steps()[m_step];
    const Colours &colours = m_theme.colours();
    m_count->setText(QStringLiteral("%1 of %2").arg(m_step + 1).arg(demo::steps().size()));
    m_title->setText(step.title);
    m_watch->setText(step.watch);
    m_next->defaultAction()->setEnabled(m_step + 1 < demo::steps().size());
    m_title->setFont(m_theme.font(1.15, QFont::Bold));
    m_watch->setFont(m_theme.font());
    m_count->setFont(m_theme.font(0.9));
    colourText(m_count, colours.mutedText);
    QPalette palette = this->palette();
    palette.setColor(QPalette::Window, colours.leader.tint);
    setPalette(palette);
}

} // namespace toystore
