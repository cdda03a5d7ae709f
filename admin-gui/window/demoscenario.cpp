// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/demoscenario.h"

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

bool isPaused(const ServiceCard &card)
{
    return card.supervisorSays == "paused";
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

QList<DemoRequest> requests(qsizetype step, const ClusterSnapshot &snapshot)
{
    const auto leads = [](const ServiceCard &card) { return card.state == ServiceState::Leader; };
    switch (step) {
    case KillLeader:
        return forAll(snapshot, ServiceAction::Kill, leads);
    case StartAgain:
    case Recover:
        return forAll(snapshot, ServiceAction::Start, [](const ServiceCard &card) {
            return isReplica(card) && card.state == ServiceState::Down;
        });
    case PauseLeader:
        return forAll(snapshot, ServiceAction::Pause, leads);
    case Resume:
        return forAll(snapshot, ServiceAction::Resume, isPaused);
    case KillAll:
        return forAll(snapshot, ServiceAction::Kill,
                      [](const ServiceCard &card) { return isReplica(card) && card.pid != 0; });
    default:
        return {};
    }
}

} // namespace toystore::demo
