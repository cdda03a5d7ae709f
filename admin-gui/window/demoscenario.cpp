// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/demoscenario.h"

#include <algorithm>

namespace toystore::demo
{

namespace
{

enum Step {
    AtWork,
    KillLeader,
    StartAgain,
    PauseLeader,
    Resume,
    KillAll,
    Recover,
    End,
};

bool isReplica(const ServiceCard &card)
{
    return card.role == ServiceRole::OrderReplica;
}

bool isDown(const ServiceCard &card)
{
    return isReplica(card) && card.state == ServiceState::Down;
}

bool isRunning(const ServiceCard &card)
{
    return isReplica(card) && card.pid != 0;
}

bool leads(const ServiceCard &card)
{
    return card.state == ServiceState::Leader;
}

bool isPaused(const ServiceCard &card)
{
    return card.supervisorSays == "paused";
}

template <typename Condition>
bool isAny(const ClusterSnapshot &snapshot, Condition applies)
{
    return std::any_of(snapshot.services.begin(), snapshot.services.end(), applies);
}

/// The first reason why @p request is refused; empty if it is not.
QString refusalOf(const DemoRequest &request, const ClusterSnapshot &snapshot)
{
    for (const ActionView &view : snapshot.service(request.service)->actions) {
        if (view.action == request.action)
            return QString::fromUtf8(view.reason);
    }
    return {};
}

/// What of the store is not yet as step @p step finds it; empty if it is.
QString missing(Step step, const ClusterSnapshot &snapshot)
{
    switch (step) {
    case KillLeader:
    case PauseLeader:
        if (isAny(snapshot, isDown))
            return QStringLiteral("a replica is still down");
        return isAny(snapshot, leads) ? QString() : QStringLiteral("nobody leads yet");
    case StartAgain:
        return isAny(snapshot, isDown) ? QString() : QStringLiteral("no replica is down yet");
    case Resume:
        return isAny(snapshot, isPaused) ? QString() : QStringLiteral("nothing is paused yet");
    case KillAll:
        if (isAny(snapshot, isPaused))
            return QStringLiteral("a service is still paused");
        return isAny(snapshot, isRunning) ? QString() : QStringLiteral("no replica runs");
    case Recover:
        return isAny(snapshot, isRunning) ? QStringLiteral("a replica still runs") : QString();
    case End:
        return isAny(snapshot, isDown) ? QStringLiteral("a replica is still down") : QString();
    case AtWork:
        break;
    }
    return {};
}

template <typename Condition>
QList<DemoRequest> forAll(const ClusterSnapshot &snapshot, ServiceAction action, Condition applies)
{
    QList<DemoRequest> requests;
    for (const ServiceCard &card : snapshot.services) {
        if (applies(card))
            requests << DemoRequest{card.name, action};
    }
    return requests;
}

} // namespace

const QList<DemoStep> &steps()
{
    static const QList<DemoStep> told{
        {QStringLiteral("A store at work"),
         QStringLiteral("Clients buy; every order is in the catalog's ledger and in three logs before it is"
                        " acknowledged.")},
        {QStringLiteral("The leader is killed"),
         QStringLiteral("The frontend elects another and sends the waiting buys again. Clients noticed: 0.")},
        {QStringLiteral("It is started again"),
         QStringLiteral("It fetches what it missed from its neighbour; then the logs are identical again.")},
        {QStringLiteral("The leader is paused"),
         QStringLiteral("The process lives, but answers nobody: after 300 ms it is replaced.")},
        {QStringLiteral("It is resumed"),
         QStringLiteral("It still believes that it leads; the ledger knows better. Nothing is sold twice.")},
        {QStringLiteral("All replicas are killed"),
         QStringLiteral("Orders answer 500 at once; queries go on, from cache and catalog.")},
        {QStringLiteral("All are started"),
         QStringLiteral("Nothing that was acknowledged is lost: logs identical, stock conserved.")},
        {QStringLiteral("The end"), QStringLiteral("Break it as you like: every card has its buttons.")},
    };
    return told;
}

QString whyNotYet(qsizetype step, const ClusterSnapshot &snapshot)
{
    if (!snapshot.isLive())
        return QStringLiteral("no store is heard");
    QString reason = missing(static_cast<Step>(step), snapshot);
    for (const DemoRequest &request : requests(step, snapshot)) {
        if (reason.isEmpty())
            reason = refusalOf(request, snapshot);
    }
    return reason;
}

QList<DemoRequest> requests(qsizetype step, const ClusterSnapshot &snapshot)
{
    switch (step) {
    case KillLeader:
        return forAll(snapshot, ServiceAction::Kill, leads);
    case StartAgain:
    case Recover:
        return forAll(snapshot, ServiceAction::Start, isDown);
    case PauseLeader:
        return forAll(snapshot, ServiceAction::Pause, leads);
    case Resume:
        return forAll(snapshot, ServiceAction::Resume, isPaused);
    case KillAll:
        return forAll(snapshot, ServiceAction::Kill, isRunning);
    default:
        return {};
    }
}

} // namespace toystore::demo
