// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/loadpanel.h"

#include "theme/labels.h"
#include "theme/spinbox.h"
#include "topology/words.h"

#include <QBoxLayout>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

namespace toystore
{

namespace
{

constexpr int maxClients = 1000;
constexpr int maxRate = 100'000;

QString sayNews(const LoadNews &news)
{
    if (news.answered == 0 && !news.isRunning)
        return QStringLiteral("Clients of this dashboard's own, to see what they notice of a fault.");
    QString said = QStringLiteral("%1 requests/s\n%2 answered, %3 of them rejected\n%4 errors")
                       .arg(numberText(qRound64(news.perSecond)), numberText(news.answered),
                            numberText(news.rejected), numberText(news.errors));
    if (news.p50Ms && news.p99Ms)
        said += QStringLiteral("\np50 %1, p99 %2").arg(latencyText(*news.p50Ms), latencyText(*news.p99Ms));
    return said;
}

} // namespace

LoadPanel::LoadPanel(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme),
      m_clients(addSpin(QStringLiteral("Clients"), 1, maxClients, 1, QString())),
      m_buys(addSpin(QStringLiteral("Buys"), 0, 100, 5, QStringLiteral(" %"))),
      m_rate(addSpin(QStringLiteral("Requests"), 0, maxRate, 50, QStringLiteral(" /s"))),
      m_toggle(new QPushButton(QStringLiteral("Start load"), this)), m_said(new QLabel(this)),
      m_controls(new QBoxLayout(QBoxLayout::TopToBottom)),
      m_parts(new QBoxLayout(QBoxLayout::TopToBottom, this))
{
    m_rate->setSpecialValueText(QStringLiteral("as fast as answered"));
    m_rate->setToolTip(
        QStringLiteral("Sent at this rate whether or not answers come (open loop); 0: each client"
                       " waits for its answer and asks again"));
    setWish(LoadWish());
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(10); // not that of the layout it lies in
    for (QSpinBox *spin : {m_clients, m_buys, m_rate})
        form->addRow(spin->accessibleName(), spin);
    m_controls->addLayout(form);
    m_controls->addWidget(m_toggle, 0, Qt::AlignLeft | Qt::AlignTop);
    m_controls->addStretch();
    m_parts->setContentsMargins(10, 8, 10, 8);
    m_parts->addLayout(m_controls);
    m_parts->addWidget(m_said, 1);
    m_said->setWordWrap(true);
    m_said->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    connect(m_toggle, &QPushButton::clicked, this, &LoadPanel::toggle);
    // A running load follows the controls.
    for (QSpinBox *spin : {m_clients, m_buys, m_rate}) {
        connect(spin, &QSpinBox::valueChanged, this, [this] {
            if (m_news.isRunning)
                Q_EMIT startRequested(wish());
        });
    }
    connect(&m_theme, &Theme::changed, this, &LoadPanel::takeColours);
    takeColours();
    show(LoadNews());
}

QSpinBox *LoadPanel::addSpin(const QString &name, int least, int most, int step, const QString &suffix)
{
    auto *spin = new SpinBox(m_theme, this);
    spin->setRange(least, most);
    spin->setSingleStep(step);
    spin->setSuffix(suffix);
    spin->setKeyboardTracking(false);
    spin->setAccessibleName(name);
    return spin;
}

LoadWish LoadPanel::wish() const
{
    return {m_clients->value(), m_buys->value(), m_rate->value()};
}

void LoadPanel::setWish(const LoadWish &wish)
{
    m_clients->setValue(wish.clients);
    m_buys->setValue(wish.buyPercent);
    m_rate->setValue(wish.perSecond);
}

void LoadPanel::show(const LoadNews &news)
{
    if (news.isRunning != m_news.isRunning)
        Q_EMIT runningChanged(news.isRunning);
    m_news = news;
    m_toggle->setText(news.isRunning ? QStringLiteral("Stop load") : QStringLiteral("Start load"));
    m_said->setText(sayNews(news));
}

void LoadPanel::toggle()
{
    if (m_news.isRunning)
        Q_EMIT stopRequested();
    else if (m_toggle->isEnabled())
        Q_EMIT startRequested(wish());
}

void LoadPanel::setUnavailable(const QString &reason)
{
    m_toggle->setEnabled(reason.isEmpty());
    m_toggle->setToolTip(reason);
}

// Below the overview there is more room beside the controls than under them.
void LoadPanel::resizeEvent(QResizeEvent *event)
{
    const bool isFlat = width() > 2 * height();
    for (QBoxLayout *layout : {m_controls, m_parts}) {
        layout->setDirection(isFlat ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
        layout->setSpacing(isFlat ? 40 : 10);
    }
    m_said->setWordWrap(!isFlat); // else it asks for the height that it would have in a narrow column
    QWidget::resizeEvent(event);
}

void LoadPanel::takeColours()
{
    colourText(m_said, m_theme.colours().mutedText);
}

} // namespace toystore
