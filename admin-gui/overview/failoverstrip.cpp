// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "overview/failoverstrip.h"

#include "topology/words.h"

#include <QPainter>

namespace toystore
{

namespace
{

constexpr int margin = 11;
constexpr double dotRadius = 5;

} // namespace

QList<FailoverStep> failoverSteps(const FailoverView &failover)
{
    QList<FailoverStep> steps;
    std::optional<qint64> before;
    for (const auto &[name, at] : {std::pair{QStringLiteral("last answer"), failover.lastGoodMs},
                                   {QStringLiteral("first failure"), failover.firstFailureMs},
                                   {QStringLiteral("detected"), failover.detectedMs},
                                   {QStringLiteral("new leader"), failover.newLeaderMs},
                                   {QStringLiteral("first success"), failover.firstSuccessMs}}) {
        FailoverStep step{name, {}, at.has_value()};
        if (at && before)
            step.afterMs = *at - *before;
        if (at)
            before = at;
        steps << step;
    }
    return steps;
}

FailoverStrip::FailoverStrip(Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("failover"));
    setAccessibleName(QStringLiteral("Last failover"));
    connect(&m_theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void FailoverStrip::show(const ClusterSnapshot &snapshot)
{
    if (snapshot.failover == m_failover)
        return;
    m_failover = snapshot.failover;
    m_steps = m_failover ? failoverSteps(*m_failover) : QList<FailoverStep>();
    setAccessibleDescription(title() + QStringLiteral(", ") + cost());
    setToolTip(m_failover
                   ? QStringLiteral("As the frontend lived through it. Resent: buys that were sent again to"
                                    " the new leader. Failed: buys that were answered 500 meanwhile.")
                   : QString());
    update();
}

QString FailoverStrip::title() const
{
    if (!m_failover)
        return QStringLiteral("No failover yet");
    const QString lost =
        m_failover->lostLeader == 0 ? QStringLiteral("none") : QString::number(m_failover->lostLeader);
    const QString now =
        m_failover->newLeader == 0 ? QStringLiteral("…") : QString::number(m_failover->newLeader);
    return QStringLiteral("%1 → %2").arg(lost, now);
}

QString FailoverStrip::cost() const
{
    if (!m_failover)
        return QStringLiteral("kill the leader to see one");
    QString cost = QStringLiteral("%1 resent, %2 failed").arg(m_failover->resent).arg(m_failover->failed);
    if (m_failover->detectedMs && m_failover->newLeaderMs)
        cost +=
            QStringLiteral(", no leader for %1 ms").arg(*m_failover->newLeaderMs - *m_failover->detectedMs);
    return cost;
}

QSize FailoverStrip::sizeHint() const
{
    const QFontMetrics small(m_theme.font(0.85));
    const QFontMetrics usual(m_theme.font(1.0, QFont::DemiBold));
    return {usual.horizontalAdvance(QStringLiteral("no leader for 1000 ms")) +
                5 * small.horizontalAdvance(QStringLiteral("first failure 000")),
            usual.height() + small.height() + 14};
}

void FailoverStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colours &colours = m_theme.colours();
    painter.setPen(QPen(colours.border, 1));
    painter.setBrush(colours.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);

    const QFont titleFont = m_theme.font(1.0, QFont::DemiBold);
    const QFont small = m_theme.font(0.85);
    const double textWidth = std::max(QFontMetricsF(titleFont).horizontalAdvance(title()),
                                      QFontMetricsF(small).horizontalAdvance(cost()));
    const QRectF words(margin, 6, textWidth + 4, height() - 12.0);
    painter.setFont(titleFont);
    painter.setPen(colours.text);
    painter.drawText(words, Qt::AlignTop | Qt::AlignLeft, title());
    painter.setFont(small);
    painter.setPen(m_failover && m_failover->failed > 0 ? colours.of(Tone::Bad) : colours.mutedText);
    painter.drawText(words, Qt::AlignBottom | Qt::AlignLeft, cost());

    const double begin = words.right() + 2.0 * margin;
    const double room = (width() - margin - begin) / std::max<double>(1, static_cast<double>(m_steps.size()));
    for (qsizetype i = 0; i < m_steps.size(); ++i)
        paintStep(painter, i, begin + static_cast<double>(i) * room,
                  begin + static_cast<double>(i + 1) * room);
}

void FailoverStrip::paintStep(QPainter &painter, qsizetype index, double x, double nextX) const
{
    const Colours &colours = m_theme.colours();
    const FailoverStep &step = m_steps[index];
    const double dotY = 6 + QFontMetricsF(m_theme.font(1.0, QFont::DemiBold)).height() / 2;
    const bool isBad = index == 1 || index == 2;
    const QColor colour = !step.happened ? colours.border
                          : isBad        ? colours.of(Tone::Bad)
                                         : colours.of(Tone::Good);
    if (index + 1 < m_steps.size()) {
        const FailoverStep &next = m_steps[index + 1];
        painter.setPen(QPen(colours.border, 2, next.happened ? Qt::SolidLine : Qt::DotLine));
        painter.drawLine(QPointF(x + 2 * dotRadius + 3, dotY), QPointF(nextX - 3, dotY));
        if (next.afterMs) {
            const QString text = QStringLiteral("%1 ms").arg(*next.afterMs);
            painter.setFont(m_theme.font(0.85, QFont::DemiBold));
            QRectF label(0, 0, painter.fontMetrics().horizontalAdvance(text) + 8,
                         painter.fontMetrics().height());
            label.moveCenter(QPointF((x + 2 * dotRadius + nextX) / 2, dotY));
            painter.setPen(Qt::NoPen);
            painter.setBrush(colours.surface);
            painter.drawRect(label);
            painter.setPen(colours.text);
            painter.drawText(label, Qt::AlignCenter, text);
        }
    }
    painter.setPen(QPen(colour, 2));
    painter.setBrush(step.happened ? colour : colours.surface);
    painter.drawEllipse(QPointF(x + dotRadius, dotY), dotRadius - 1, dotRadius - 1);
    painter.setFont(m_theme.font(0.85));
    painter.setPen(step.happened ? colours.text : colours.disabledText);
    painter.drawText(QRectF(x, 6, nextX - x, height() - 12.0), Qt::AlignBottom | Qt::AlignLeft, step.name);
}

} // namespace toystore
