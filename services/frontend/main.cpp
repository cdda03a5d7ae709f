// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"
#include "base/settings.h"
#include "frontend.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <cstdio>

using namespace toystore;

namespace
{

constexpr int usageExitCode = 2;
constexpr qint64 reservedDescriptors = 256; // for all that is no session
constexpr qint64 mostSessions = 20'000;

int usageError(const Error &error)
{
    std::fprintf(stderr, "toystore-frontend: %s\n", error.message.constData());
    return usageExitCode;
}

} // namespace

int main(int argc, char **argv)
{
    QString replicas;
    QString catalog = QStringLiteral("127.0.0.1:8084");
    QString httpAddress = QStringLiteral("any");
    QString cache = QStringLiteral("true");
    Frontend::Options options;
    Settings settings("toystore-frontend",
                      "The toy store's shop window: HTTP in front of catalog and orders");
    settings.addArgument("REPLICAS", replicas,
                         "The order replicas, as in 8091,8092,8093 or ID@HOST:PORT,...");
    settings.addText("catalog", catalog, "Where the catalog listens: PORT or HOST:PORT");
    settings.addText("http-address", httpAddress, "The address to serve the shop on, or 'any'");
    settings.addPort("http-port", options.httpPort, "The shop's port");
    settings.addPort("admin-port", options.adminPort, "The admin port, on this machine only");
    settings.addBoolean("cache", options.cacheEnabled, "Whether products are cached: true or false");
    settings.addInteger("cache-capacity", options.cacheCapacity, 1, 1'000'000, "Products kept in the cache");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;
    settings.installLogging("frontend");

    const Result<QList<ReplicaPlace>> places = parsePlaces(replicas);
    if (!places)
        return usageError(places.error());
    const Result<Endpoint> endpoint = parseEndpoint(catalog);
    if (!endpoint)
        return usageError(endpoint.error());
    options.httpAddress =
        httpAddress == QLatin1String("any") ? QHostAddress(QHostAddress::Any) : QHostAddress(httpAddress);
    if (options.httpAddress.isNull())
        return usageError(
            {ErrorCode::InvalidField, "http-address: '" + httpAddress.toUtf8() + "' is no address"});
    options.replicas = *places;
    options.catalog = *endpoint;
    options.seed = QRandomGenerator::system()->generate();
    options.maxSessions =
        static_cast<int>(std::clamp(raiseDescriptorLimit() - reservedDescriptors, qint64(16), mostSessions));

    QCoreApplication app(argc, argv);
    Frontend frontend(options);
    QObject::connect(&frontend, &Frontend::ready, &app, [] { notifyReady("serving"); });
    notifyWaitingFor("the catalog and a leader among the order replicas");
    QObject::connect(&frontend, &Frontend::drained, &app, &QCoreApplication::quit);
    onTermination(&frontend, [&frontend] {
        notifyStopping();
        frontend.drain();
    });
    if (const Result<void> started = frontend.start(); !started) {
        std::fprintf(stderr, "toystore-frontend: %s\n", started.error().message.constData());
        notifyFailed(started.error().message);
        return 1;
    }
    return QCoreApplication::exec();
}
