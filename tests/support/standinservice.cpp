// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A stand-in for any of the three services, for the tests of those who start and operate them: it takes the
// service's command line, listens where the service would, says that it is ready, answers who leads, pushes
// how it is, and ends on SIGTERM. Which service it is, its file name says. STANDIN_<SERVICE> in the
// environment (as STANDIN_ORDER_8092) makes it misbehave: slow (tells its progress for 1 s before it is
// ready), never-ready, exit (1, at once, with two lines on stderr), or deaf (to SIGTERM). Every start is
// noted in the environment's STANDIN_JOURNAL: a line with the service's name and its arguments.

#include "base/instant.h"
#include "base/process.h"
#include "net/eventpublisher.h"
#include "net/rpcserver.h"
#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QTimer>

#include <csignal>
#include <iostream>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr ReplicaId leader{8093};

struct Role {
    QByteArray name;
    quint16 port = 0;
    quint16 adminPort = 0;
    QList<ReplicaId> replicas = {};
};

QString optionAfter(const QStringList &arguments, const char *flag)
{
    const qsizetype at = arguments.indexOf(QLatin1String(flag));
    return at < 0 ? QString() : arguments.value(at + 1);
}

Role roleOf(const QStringList &arguments)
{
    const QString program = QFileInfo(arguments.first()).fileName();
    if (program == QStringLiteral("toystore-catalog"))
        return {"catalog", optionAfter(arguments, "--catalog-port").toUShort()};
    if (program == QStringLiteral("toystore-frontend")) {
        Role role{"frontend", optionAfter(arguments, "--http-port").toUShort(),
                  optionAfter(arguments, "--admin-port").toUShort()};
        const QList<ReplicaPlace> places = parsePlaces(arguments.value(1)).value();
        for (const ReplicaPlace &place : places)
            role.replicas.append(place.id);
        return role;
    }
    const QByteArray id = arguments.value(1).toUtf8();
    Role role{"order-" + id};
    const QList<ReplicaPlace> places = parsePlaces(arguments.value(2)).value();
    for (const ReplicaPlace &place : places) {
        if (place.id.value == id.toLongLong())
            role.port = place.endpoint.port;
    }
    return role;
}

QByteArray misbehaviour(const QByteArray &name)
{
    return qgetenv(("STANDIN_" + name.toUpper().replace('-', '_')).constData());
}

void note(const QByteArray &name, const QStringList &arguments)
{
    QFile journal(qEnvironmentVariable("STANDIN_JOURNAL", QStringLiteral("/dev/null")));
    if (journal.open(QIODevice::Append))
        journal.write(name + ' ' + arguments.mid(1).join(QLatin1Char(' ')).toUtf8() + '\n');
}

void answerAs(RpcServer &server)
{
    server.handle<Leadership>([](const Leadership &, const Reply<Leadership::Answer> &reply) {
        reply.succeed({3, leader, 192});
    });
    server.handle<ProductsQuery>([](const ProductsQuery &request, const Reply<ProductsQuery::Answer> &reply) {
        // Two pages, so that who forgets to ask for the second is found out.
        if (request.after)
            reply.succeed({{{"Tux", 19.9, 100, 1}}, false});
        else
            reply.succeed({{{"Bouncing Ball", 4.5, 0, 7}}, true});
    });
}

CatalogStatus::Answer catalogStatus()
{
    return {3, leader, 192, 10, 1, 0, 5000, QCoreApplication::applicationPid(), "test"};
}

OrderStatus::Answer orderStatus(ReplicaId id)
{
    const QByteArray role = id == leader ? "leader" : "follower";
    return {id, role, leader, 3, 192, 192, {}, 0, QCoreApplication::applicationPid(), "test"};
}

FrontendStatus::Answer frontendStatus(const Role &role)
{
    FrontendStatus::Answer status;
    status.leaderId = leader;
    status.epoch = 3;
    status.catalogConnected = true;
    status.subscribed = true;
    status.cacheEntries = 2;
    status.cacheHits = 30;
    status.cacheMisses = 10;
    for (const ReplicaId id : role.replicas)
        status.replicas.append({id, true, id == leader ? "leader" : "follower", 3, 192});
    return status;
}

template <typename Push>
QByteArray pushOf(const typename Push::Answer &status)
{
    Push push;
    static_cast<typename Push::Answer &>(push) = status;
    return requestLine(std::nullopt, push);
}

/// How the service says it is.
QByteArray statusLine(const Role &role)
{
    if (role.name == "catalog")
        return pushOf<CatalogStatusPush>(catalogStatus());
    if (role.name == "frontend")
        return pushOf<FrontendStatusPush>(frontendStatus(role));
    return pushOf<OrderStatusPush>(orderStatus({role.name.mid(6).toLongLong()}));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const Role role = roleOf(QCoreApplication::arguments());
    note(role.name, QCoreApplication::arguments());
    const QByteArray how = misbehaviour(role.name);
    if (how == "exit") {
        std::cerr << "the disk is on fire\nline 7 of orders.log is damaged\n";
        notifyFailed("the disk is on fire");
        return 1;
    }
    RpcServer server;
    answerAs(server);
    RpcServer admin;
    admin.handle<FrontendStatus>([&role](const FrontendStatus &, const Reply<FrontendStatus::Answer> &reply) {
        reply.succeed(frontendStatus(role));
    });
    EventRing events;
    events.add({.kind = "stands_in", .subject = role.name});
    EventPublisher publisher(role.adminPort == 0 ? server : admin, events);
    publisher.setStatus([&role](const EventPublisher::TakeStatus &take) { take(statusLine(role)); });
    const bool listens = server.listen(QHostAddress::LocalHost, role.port) &&
                         (role.adminPort == 0 || admin.listen(QHostAddress::LocalHost, role.adminPort));
    if (!listens)
        return 1;
    if (how == "deaf")
        ::signal(SIGTERM, SIG_IGN);
    else
        onTermination(&application, [] { QCoreApplication::quit(); });
    QTimer progress;
    if (how == "slow") {
        QObject::connect(&progress, &QTimer::timeout, &application, [&progress, until = monotonicNow() + 1s] {
            if (monotonicNow() < until)
                return notifyProgress("counts its orders", 400ms);
            progress.stop();
            notifyReady("stands in");
        });
        progress.start(100ms);
    } else if (how == "never-ready") {
        notifyWaitingFor("the moon");
    } else {
        notifyReady("stands in");
    }
    return QCoreApplication::exec();
}
