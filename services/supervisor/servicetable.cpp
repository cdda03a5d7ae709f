// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "servicetable.h"

#include "faults/links.h"

#include <QHash>
#include <QTcpServer>

#include <thread>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds portPatience = 1s;
constexpr Milliseconds portRetry = 10ms;

QString number(qint64 value)
{
    return QString::number(value);
}

QByteArray loopback(quint16 port)
{
    return Endpoint{QStringLiteral("127.0.0.1"), port}.toByteArray();
}

QString placesText(const QList<ReplicaPlace> &replicas)
{
    QStringList places;
    for (const ReplicaPlace &place : replicas)
        places << number(place.id.value) + QLatin1Char('@') + QString::fromUtf8(place.endpoint.toByteArray());
    return places.join(QLatin1Char(','));
}

ServiceDefinition catalog(const StoreConfig &config)
{
    ServiceDefinition service{"catalog", 0, config.programs + QStringLiteral("/toystore-catalog")};
    service.arguments = {QStringLiteral("--catalog-port"),
                         number(config.catalogPort),
                         QStringLiteral("--stock"),
                         number(config.stock),
                         QStringLiteral("--restock-interval"),
                         number(config.restockInterval.count()),
                         QStringLiteral("--restock-level"),
                         number(config.restockLevel)};
    if (!config.toys.isEmpty())
        service.arguments << QStringLiteral("--toys") << config.toys;
    if (!config.ledger.isEmpty())
        service.arguments << QStringLiteral("--ledger") << config.ledger;
    service.resumeArguments = {QStringLiteral("--resume")};
    service.address = loopback(config.catalogPort);
    service.ports = {{config.catalogPort, false, "the catalog", "--catalog-port"}};
    return service;
}

/// Where @p service finds the others.
struct Surroundings {
    Surroundings(const StoreConfig &config, const QByteArray &service)
        : catalog{QStringLiteral("127.0.0.1"), config.catalogPort}, replicas(config.replicas)
    {
        if (!config.allowFaults)
            return;
        const QList<Link> links = linksOf(config.replicas, catalog);
        replicas = placesFor(service, config.replicas, links);
        catalog = placeOf("catalog", service, links);
    }

    Endpoint catalog;
    QList<ReplicaPlace> replicas;
};

ServiceDefinition faultProxy(const StoreConfig &config)
{
    ServiceDefinition service{"faultproxy", 0, config.programs + QStringLiteral("/toystore-faultproxy")};
    service.arguments = {placesText(config.replicas),
                         QStringLiteral("--catalog"),
                         QString::fromUtf8(loopback(config.catalogPort)),
                         QStringLiteral("--fault-port"),
                         number(config.faultPort),
                         QStringLiteral("--store"),
                         config.data};
    service.address = loopback(config.faultPort);
    service.ports = {{config.faultPort, false, "the fault proxy", "--fault-port"}};
    return service;
}

ServiceDefinition order(const StoreConfig &config, const ReplicaPlace &place)
{
    const QByteArray name = "order-" + QByteArray::number(place.id.value);
    const Surroundings seen(config, name);
    ServiceDefinition service{name, 1, config.programs + QStringLiteral("/toystore-order")};
    service.isReplica = true;
    service.openingArguments =
        replicaArguments({config.repair.contains(place.id), config.rebuildFromAvailable});
    service.arguments = {number(place.id.value), placesText(seen.replicas), QStringLiteral("--catalog"),
                         QString::fromUtf8(seen.catalog.toByteArray())};
    service.address = place.endpoint.toByteArray();
    service.ports = {{place.endpoint.port, false, name, "--replicas"}};
    return service;
}

ServiceDefinition frontend(const StoreConfig &config)
{
    const Surroundings seen(config, "frontend");
    ServiceDefinition service{"frontend", 2, config.programs + QStringLiteral("/toystore-frontend")};
    service.arguments = {placesText(seen.replicas),
                         QStringLiteral("--http-port"),
                         number(config.httpPort),
                         QStringLiteral("--admin-port"),
                         number(config.adminPort),
                         QStringLiteral("--catalog"),
                         QString::fromUtf8(seen.catalog.toByteArray()),
                         QStringLiteral("--cache=") + QLatin1String(config.cache ? "true" : "false"),
                         QStringLiteral("--cache-capacity"),
                         number(config.cacheCapacity)};
    service.address = "http://" + loopback(config.httpPort);
    service.ports = {{config.httpPort, true, "the shop (HTTP)", "--http-port"},
                     {config.adminPort, false, "the frontend's admin port", "--admin-port"}};
    return service;
}

Result<void> checkFree(const PortUse &use)
{
    const QHostAddress address(use.everyAddress ? QHostAddress::Any : QHostAddress::LocalHost);
    const Instant until = monotonicNow() + portPatience;
    while (true) {
        QTcpServer probe;
        if (probe.listen(address, use.port))
            return {};
        const QByteArray port = QByteArray::number(use.port);
        if (probe.serverError() != QAbstractSocket::AddressInUseError)
            return failure(ErrorCode::CannotConnect, "can't listen on port " + port + " for " + use.purpose +
                                                         ": " + probe.errorString().toUtf8() +
                                                         "; choose another port with " + use.setting);
        if (monotonicNow() >= until)
            return failure(ErrorCode::AlreadyInUse,
                           "port " + port + " for " + use.purpose +
                               " is in use: stop what listens there ('ss -ltnp sport = :" + port +
                               "' names it) or choose another port with " + use.setting);
        std::this_thread::sleep_for(portRetry);
    }
}

} // namespace

QStringList replicaArguments(const StartWishes &wishes)
{
    QStringList arguments;
    if (wishes.repair)
        arguments << QStringLiteral("--repair");
    if (wishes.rebuildFromAvailable)
        arguments << QStringLiteral("--rebuild-from-available");
    return arguments;
}

QList<ServiceDefinition> serviceTable(const StoreConfig &config)
{
    QList<ServiceDefinition> table = {catalog(config)};
    for (const ReplicaPlace &place : config.replicas)
        table.append(order(config, place));
    table.append(frontend(config));
    if (config.allowFaults) {
        for (ServiceDefinition &service : table)
            ++service.stage;
        table.prepend(faultProxy(config));
    }
    for (ServiceDefinition &service : table) {
        const QString name = QString::fromUtf8(service.name);
        service.dataDirectory = config.data + QLatin1Char('/') + name;
        if (service.name != "frontend" && service.name != "faultproxy") // they keep nothing on disk
            service.arguments << QStringLiteral("--data") << service.dataDirectory;
        service.arguments += config.commonArguments;
        if (!config.showLogs)
            service.logFile = logDirectory(config.data) + QLatin1Char('/') + name + QStringLiteral(".log");
    }
    return table;
}

Result<void> checkPorts(const StoreConfig &config, const QList<ServiceDefinition> &table)
{
    QList<PortUse> uses = {{config.supervisorPort, false, "the supervisor", "--supervisor-port"}};
    for (const ServiceDefinition &service : table)
        uses += service.ports;
    QHash<quint16, QByteArray> wanted;
    for (const PortUse &use : uses) {
        const auto other = wanted.constFind(use.port);
        if (other != wanted.constEnd())
            return failure(ErrorCode::AlreadyInUse, "port " + QByteArray::number(use.port) +
                                                        " is wanted by " + *other + " and by " + use.purpose +
                                                        ": choose another with " + use.setting);
        wanted.insert(use.port, use.purpose);
    }
    for (const PortUse &use : uses) {
        if (const Result<void> free = checkFree(use); !free)
            return free;
    }
    return {};
}

} // namespace toystore
