// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"
#include "base/settings.h"
#include "faultproxy.h"
#include "protocol/storefiles.h"

#include <QCoreApplication>

#include <iostream>

using namespace toystore;

namespace
{

int refuse(const QByteArray &message, int exitCode)
{
    std::cerr << "toystore-faultproxy: " << message.constData() << '\n';
    return exitCode;
}

} // namespace

int main(int argc, char **argv)
{
    QString replicas;
    QString catalog = QStringLiteral("127.0.0.1:8084");
    QString store = defaultDataDirectory();
    FaultProxy::Options options;
    Settings settings("toystore-faultproxy",
                      "Stands between the toy store's services and delays, loses and cuts their messages.\n"
                      "'toystore up --allow-faults' starts it, 'toystore fault' tells it what to do.");
    settings.addArgument("REPLICAS", replicas, "The order replicas, as in 8091,8092,8093");
    settings.addText("catalog", catalog, "Where the catalog listens");
    settings.addPort("fault-port", options.port, "Port where it is told of faults");
    settings.addText("store", store, "Data directory of the store, whose token commands must carry");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;

    const Result<QList<ReplicaPlace>> places = parsePlaces(replicas);
    if (!places)
        return refuse("REPLICAS: " + places.error().message, 2);
    const Result<Endpoint> catalogPlace = parseEndpoint(catalog);
    if (!catalogPlace)
        return refuse("--catalog: " + catalogPlace.error().message, 2);
    const Result<QByteArray> token = readToken(store);
    if (!token)
        return refuse(token.error().message, 1);
    options.links = linksOf(*places, *catalogPlace);
    options.token = *token;

    settings.installLogging("faultproxy");
    raiseDescriptorLimit();
    QCoreApplication application(argc, argv);
    FaultProxy proxy(options);
    onTermination(&application, [] {
        notifyStopping();
        QCoreApplication::quit();
    });
    if (const Result<void> started = proxy.start(); !started)
        return refuse(started.error().message, 1);
    notifyReady("passing messages on");
    return QCoreApplication::exec();
}
