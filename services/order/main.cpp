// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"
#include "base/settings.h"
#include "orderservice.h"
#include "protocol/storefiles.h"

#include <QCoreApplication>
#include <QDir>
#include <QLoggingCategory>

#include <algorithm>
#include <iostream>

using namespace toystore;

namespace
{

int refuse(const QByteArray &message, int exitCode)
{
    std::cerr << "toystore-order: " << message.constData() << '\n';
    notifyFailed(message);
    return exitCode;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    Settings settings("toystore-order",
                      "One order replica of the toy store: takes buys when it leads, copies them when it"
                      " follows.");
    QString id;
    QString replicas;
    QString data;
    QString catalog = QStringLiteral("127.0.0.1:8084");
    OrderService::Options options;
    settings.addArgument("ID", id, "This replica's id, one of REPLICAS");
    settings.addArgument("REPLICAS", replicas,
                         "All replicas, as PORT, HOST:PORT or ID@HOST:PORT, with commas between");
    settings.addText("data", data,
                     "Directory of the order log; the default is order-ID in the store's data directory, " +
                         defaultDataDirectory().toStdString());
    settings.addText("catalog", catalog, "Where the catalog listens");
    settings.addFlag(
        "rebuild-from-available", options.rebuildFromAvailable,
        "Give a lost ledger its orders back even if a replica that may have more does not answer");
    settings.addFlag("repair", options.repair,
                     "Set a damaged or diverged log aside and fetch it anew from a peer");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;

    const Result<QList<ReplicaPlace>> places = parsePlaces(replicas);
    if (!places)
        return refuse("REPLICAS: " + places.error().message, 2);
    const Result<Endpoint> catalogPlace = parseEndpoint(catalog);
    if (!catalogPlace)
        return refuse("--catalog: " + catalogPlace.error().message, 2);
    options.id.value = id.toLongLong();
    options.places = *places;
    options.catalog = *catalogPlace;
    if (std::none_of(places->begin(), places->end(),
                     [&](const auto &place) { return place.id == options.id; }))
        return refuse("ID: '" + id.toUtf8() + "' is none of the replicas " + replicas.toUtf8(), 2);
    options.dataDirectory =
        data.isEmpty() ? QDir(defaultDataDirectory()).filePath(QStringLiteral("order-") + id) : data;

    settings.installLogging("order-" + id.toUtf8());
    raiseDescriptorLimit();
    OrderService service;
    onTermination(&service, [&] {
        notifyStopping();
        service.drain([] { QCoreApplication::quit(); });
    });
    if (const Result<void> started = service.start(options); !started)
        return refuse(started.error().message, 1);
    return QCoreApplication::exec();
}
