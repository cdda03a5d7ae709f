// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "topology/words.h"

#include <QLocale>
#include <QStringList>

namespace toystore
{

namespace
{

QString text(const QByteArray &utf8)
{
    return QString::fromUtf8(utf8);
}

QString downFacts(const ServiceCard &card)
{
    const QString cause = card.exitCause.isEmpty() ? QStringLiteral("not running") : text(card.exitCause);
    return QStringLiteral("%1, %2 ago").arg(cause, spanText(card.forMs));
}

QString catchUpFacts(const CatchUp &catchUp)
{
    return QStringLiteral("%1 of %2").arg(numberText(catchUp.now), numberText(catchUp.target));
}

QString runningFacts(const ServiceCard &card)
{
    QStringList facts;
    if (card.epoch)
        facts << QStringLiteral("epoch %1").arg(*card.epoch);
    if (card.state == ServiceState::Syncing && card.catchUp)
        facts << catchUpFacts(*card.catchUp);
    else if (card.state == ServiceState::Follower)
        facts << (card.lag.value_or(0) == 0 ? QStringLiteral("in step")
                                            : QStringLiteral("%1 behind").arg(numberText(*card.lag)));
    if (card.pid != 0)
        facts << QStringLiteral("pid %1").arg(card.pid);
    if (card.role != ServiceRole::OrderReplica)
        facts << QStringLiteral("port %1").arg(card.port);
    return facts.join(QStringLiteral(" · "));
}

QString factsOf(const ServiceCard &card)
{
    if (card.state == ServiceState::Down)
        return downFacts(card);
    if (card.state == ServiceState::Stale)
        return QStringLiteral("as of %1 ago").arg(spanText(card.ageMs));
    return runningFacts(card);
}

QString viewsOf(const ServiceCard &card)
{
    QStringList views;
    if (!card.supervisorSays.isEmpty())
        views << QStringLiteral("process %1").arg(text(card.supervisorSays));
    if (!card.frontendSees.isEmpty())
        views << QStringLiteral("frontend sees %1").arg(text(card.frontendSees));
    return views.join(QStringLiteral(" · "));
}

QString detailsOf(const ServiceCard &card)
{
    QStringList details;
    details << QStringLiteral("%1, port %2").arg(text(card.name)).arg(card.port);
    details << QStringLiteral("%1 for %2").arg(text(card.stateText), spanText(card.forMs));
    details << QStringLiteral("last heard %1 ago").arg(spanText(card.ageMs));
    if (card.restarts > 0)
        details << QStringLiteral("started %1 times").arg(card.restarts + 1);
    if (!card.supervisorReason.isEmpty())
        details << text(card.supervisorReason);
    return details.join(u'\n');
}

} // namespace

QString spanText(qint64 milliseconds)
{
    const qint64 seconds = milliseconds / 1000;
    if (milliseconds < 10'000)
        return QStringLiteral("%1 s").arg(static_cast<double>(std::max<qint64>(0, milliseconds)) / 1000, 0,
                                          'f', 1);
    if (seconds < 120)
        return QStringLiteral("%1 s").arg(seconds);
    if (seconds < 7200)
        return QStringLiteral("%1 min").arg(seconds / 60);
    return QStringLiteral("%1 h").arg(seconds / 3600);
}

QString latencyText(double milliseconds)
{
    if (milliseconds < 1)
        return QStringLiteral("%1 ms").arg(milliseconds, 0, 'f', 2);
    if (milliseconds < 100)
        return QStringLiteral("%1 ms").arg(milliseconds, 0, 'f', 1);
    if (milliseconds < 1000)
        return QStringLiteral("%1 ms").arg(milliseconds, 0, 'f', 0);
    return QStringLiteral("%1 s").arg(milliseconds / 1000, 0, 'f', 1);
}

QString numberText(qint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

QString actionText(ServiceAction action)
{
    switch (action) {
    case ServiceAction::Start:
        return QStringLiteral("Start");
    case ServiceAction::Stop:
        return QStringLiteral("Stop");
    case ServiceAction::Kill:
        return QStringLiteral("Kill");
    case ServiceAction::Pause:
        return QStringLiteral("Pause");
    case ServiceAction::Resume:
        return QStringLiteral("Resume");
    case ServiceAction::Restart:
        break;
    }
    return QStringLiteral("Restart");
}

CardText cardText(const ServiceCard &card)
{
    CardText said;
    said.title = text(card.name);
    said.badge = text(card.stateText);
    if (card.lastOrder)
        said.figure = QStringLiteral("#%1").arg(numberText(*card.lastOrder));
    said.facts = factsOf(card);
    said.views = viewsOf(card);
    QStringList spoken{said.title, said.badge};
    if (card.lastOrder)
        spoken << QStringLiteral("last order %1").arg(*card.lastOrder);
    spoken << said.facts << said.views;
    spoken.removeAll(QString());
    said.spoken = spoken.join(QStringLiteral(", "));
    said.details = detailsOf(card);
    return said;
}

} // namespace toystore
