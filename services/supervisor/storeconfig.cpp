// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storeconfig.h"

#include <CLI/CLI.hpp>

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <iostream>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// What is checked beyond its form only after all settings are read.
struct Texts {
    QString replicas = QStringLiteral("8091,8092,8093");
    QString restart = QStringLiteral("never");
    QString repair;
};

void declare(StoreConfig &config, Texts &texts, Settings &settings)
{
    settings.addText("data", config.data, "Directory of the store's ledger, order logs and log files");
    settings.addPort("http-port", config.httpPort, "Port of the shop (HTTP)");
    settings.addPort("admin-port", config.adminPort, "Port where the frontend is watched");
    settings.addPort("supervisor-port", config.supervisorPort, "Port where the store is operated");
    settings.addPort("catalog-port", config.catalogPort, "Port of the catalog");
    settings.addFlag("allow-faults", config.allowFaults,
                     "Let links between services be delayed, lossy and cut ('toystore fault'); all their"
                     " messages then go through a proxy");
    settings.addPort("fault-port", config.faultPort, "Port of that proxy; used with --allow-faults only");
    settings.addText("replicas", texts.replicas,
                     "Order replicas: PORT, 127.0.0.1:PORT or ID@PORT, separated by commas");
    settings.addInteger("stock", config.stock, 0, 1'000'000'000, "Every toy's stock when the store opens");
    settings.addMilliseconds("restock-interval", config.restockInterval, 10ms, 24h,
                             "How often sold-out toys are restocked");
    settings.addInteger("restock-level", config.restockLevel, 1, 1'000'000'000, "Stock after a restock");
    settings.addText("toys", config.toys, "File of the toys on sale (default: the built-in ones)");
    settings.addText("ledger", config.ledger,
                     "URL of the ledger's database (default: a file of the catalog's)");
    settings.addBoolean("cache", config.cache, "Whether the frontend caches queries: true or false");
    settings.addInteger("cache-capacity", config.cacheCapacity, 1, 1'000'000, "Toys the cache may hold");
    settings.addText("restart", texts.restart,
                     "never: what ended stays down; on-failure: what crashed or was killed is started again,"
                     " what was stopped stays down");
    settings.addMilliseconds("ready-within", config.readyWithin, 100ms, 1h,
                             "A service that is not ready by then and tells of no progress has failed");
    settings.addText("repair", texts.repair,
                     "Order replicas, as in order-8091,order-8092, whose damaged logs are set aside and"
                     " fetched anew");
    settings.addFlag("rebuild-from-available", config.rebuildFromAvailable,
                     "Give a lost ledger its orders back even if a replica that may have more is missing");
    settings.addFlag("show-logs", config.showLogs,
                     "The services' logs go to this terminal instead of the data directory's logs/");
    settings.addText("programs", config.programs,
                     "Directory of the services' programs (default: that of toystore-supervisor)");
}

/// Reads replicas' names or ids, as in order-8091,8092.
Result<QList<ReplicaId>> parseReplicaNames(const QString &text, const QList<ReplicaPlace> &replicas)
{
    QList<ReplicaId> ids;
    for (QString name : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const ReplicaId id{name.remove(QStringLiteral("order-")).toLongLong()};
        if (std::none_of(replicas.begin(), replicas.end(),
                         [id](const auto &place) { return place.id == id; }))
            return failure(ErrorCode::InvalidField,
                           '\'' + name.toUtf8() + "' is no order replica of this store");
        ids.append(id);
    }
    return ids;
}

Result<void> readTexts(StoreConfig &config, const Texts &texts)
{
    Result<QList<ReplicaPlace>> replicas = parsePlaces(texts.replicas);
    if (!replicas)
        return failure(replicas.error().code, "--replicas: " + replicas.error().message);
    for (const ReplicaPlace &place : *replicas) {
        if (place.endpoint.host != QStringLiteral("127.0.0.1"))
            return failure(ErrorCode::InvalidField,
                           "--replicas: " + place.endpoint.toByteArray() +
                               " is not on this machine; the supervisor starts services on 127.0.0.1 only");
    }
    config.replicas = *std::move(replicas);
    const Result<QList<ReplicaId>> repair = parseReplicaNames(texts.repair, config.replicas);
    if (!repair)
        return failure(repair.error().code, "--repair: " + repair.error().message);
    config.repair = *repair;
    if (texts.restart != QStringLiteral("never") && texts.restart != QStringLiteral("on-failure"))
        return failure(ErrorCode::InvalidField,
                       "--restart: '" + texts.restart.toUtf8() + "' is neither never nor on-failure");
    config.restart =
        texts.restart == QStringLiteral("never") ? RestartPolicy::Never : RestartPolicy::OnFailure;
    return {};
}

QStringList commonArguments(const CLI::App &app)
{
    QStringList arguments;
    for (const char *name : {"--config", "--log-format"}) {
        if (const CLI::Option *option = app.get_option(name); option->count() > 0)
            arguments << QString::fromLatin1(name) + QLatin1Char('=') +
                             QString::fromStdString(option->as<std::string>());
    }
    if (app.get_option("--verbose")->count() > 0)
        arguments << QStringLiteral("--verbose");
    return arguments;
}

} // namespace

std::optional<int> StoreConfig::parse(Settings &settings, int argc, const char *const *argv)
{
    Texts texts;
    declare(*this, texts, settings);
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return exitCode;
    if (const Result<void> read = readTexts(*this, texts); !read) {
        std::cerr << "toystore-supervisor: " << read.error().message.constData() << '\n';
        return 2;
    }
    // The services run in directories of their own: what they are given must mean the same there.
    data = QDir::cleanPath(QFileInfo(data).absoluteFilePath());
    if (!toys.isEmpty())
        toys = QFileInfo(toys).absoluteFilePath();
    if (programs.isEmpty())
        programs =
            QFileInfo(QStringLiteral("/proc/self/exe")).symLinkTarget().section(QLatin1Char('/'), 0, -2);
    programs = QFileInfo(programs).absoluteFilePath();
    this->commonArguments = toystore::commonArguments(settings.app());
    return std::nullopt;
}

} // namespace toystore
