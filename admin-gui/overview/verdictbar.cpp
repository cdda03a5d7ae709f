// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "overview/verdictbar.h"

#include "theme/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace toystore
{

namespace
{

constexpr int iconSize = 17;

Tone toneOf(VerdictState state)
{
    switch (state) {
    case VerdictState::Ok:
        return Tone::Good;
    case VerdictState::Partial:
        return Tone::Warning;
    case VerdictState::Broken:
        return Tone::Bad;
    case VerdictState::Unknown:
        break;
    }
    return Tone::Neutral;
}

QString iconOf(VerdictState state)
{
    switch (state) {
    case VerdictState::Ok:
        return QStringLiteral("check");
    case VerdictState::Partial:
        return QStringLiteral("syncing");
    case VerdictState::Broken:
        return QStringLiteral("warning");
    case VerdictState::Unknown:
        break;
    }
    return QStringLiteral("question");
}

} // namespace

Verdict::Verdict(Theme &theme, const QString &subject, const QString &question, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_subject(subject), m_icon(new QLabel(this)),
      m_text(new QLabel(question, this))
{
    setObjectName(question);
    setAccessibleName(question);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(10, 4, 12, 4);
    row->setSpacing(7);
    row->addWidget(m_icon);
    row->addWidget(m_text);
    row->addStretch();
    connect(&m_theme, &Theme::changed, this, &Verdict::takeColours);
    takeColours();
}

void Verdict::show(const VerdictView &verdict, bool isOld)
{
    if (verdict == m_verdict && isOld == m_isOld)
        return;
    m_verdict = verdict;
    m_isOld = isOld;
    m_text->setText(words());
    setToolTip(QString::fromUtf8(verdict.tooltip));
    setAccessibleDescription(m_text->text() + QStringLiteral(". ") + toolTip());
    takeColours();
}

QString Verdict::words() const
{
    const QString said = QString::fromUtf8(m_verdict.text);
    if (said.isEmpty())
        return objectName();
    // "identical to #7" wants it; what is not well speaks for itself, as "logs differ".
    return m_verdict.state == VerdictState::Ok && !m_subject.isEmpty() ? m_subject + u' ' + said : said;
}

QColor Verdict::colour() const
{
    return m_theme.colours().of(m_isOld ? Tone::Neutral : toneOf(m_verdict.state));
}

void Verdict::takeColours()
{
    const int icon = m_theme.length(iconSize);
    m_icon->setPixmap(m_theme.icon(m_isOld ? QStringLiteral("stale") : iconOf(m_verdict.state), colour())
                          .pixmap(QSize(icon, icon), devicePixelRatioF()));
    m_text->setFont(m_theme.font(1.0, QFont::DemiBold));
    colourText(m_text, colour());
    update();
}

void Verdict::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(m_verdict.state == VerdictState::Unknown || m_isOld ? m_theme.colours().border : colour(), 1));
    painter.setBrush(m_theme.colours().surface);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2);
}

VerdictBar::VerdictBar(Theme &theme, QWidget *parent)
    : QWidget(parent),
      m_logs(new Verdict(theme, QStringLiteral("logs"), QStringLiteral("logs identical?"), this)),
      m_stock(new Verdict(theme, QStringLiteral("stock"), QStringLiteral("stock conserved?"), this)),
      m_clients(new Verdict(theme, QString(), QStringLiteral("clients noticed?"), this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(7);
    for (Verdict *verdict : {m_logs, m_stock, m_clients})
        row->addWidget(verdict, 1);
}

void VerdictBar::show(const ClusterSnapshot &snapshot)
{
    const bool isOld = snapshot.attachment == Attachment::Disconnected;
    m_logs->show(snapshot.logsIdentical, isOld);
    m_stock->show(snapshot.stockConserved, isOld);
    m_clients->show(snapshot.clientsNoticed, isOld);
}

} // namespace toystore
