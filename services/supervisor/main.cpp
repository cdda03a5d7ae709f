// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"
#include "commandserver.h"
#include "console.h"
#include "datadirectory.h"
#include "supervisor.h"

#include <QCoreApplication>

#include <iostream>

using namespace toystore;

namespace
{

int fail(const Error &error)
{
    std::cerr << "toystore-supervisor: " << error.message.constData() << '\n';
    return 1;
}

int run(QCoreApplication &application, const StoreConfig &config)
{
    const Result<std::unique_ptr<DataDirectory>> directory = DataDirectory::open(config.data);
    if (!directory)
        return fail(directory.error());
    const QList<ServiceDefinition> table = serviceTable(config);
    if (const Result<void> free = checkPorts(config, table); !free)
        return fail(free.error());

    EventRing events;
    Supervisor supervisor(config, table, events);
    CommandServer commands(config, (*directory)->token(), supervisor, events);
    if (const Result<void> listening = commands.listen(config.supervisorPort); !listening)
        return fail(listening.error());
    if (const Result<void> announced = (*directory)->announce(config); !announced)
        return fail(announced.error());

    const Console console(config);
    QObject::connect(&supervisor, &Supervisor::happened, &application,
                     [&console](const Event &event) { console.show(event); });
    QObject::connect(&supervisor, &Supervisor::opened, &application,
                     [] { notifyReady("the store is open"); });
    QObject::connect(&supervisor, &Supervisor::closed, &application, [&](bool wasOpen) {
        commands.storeClosed();
        QMetaObject::invokeMethod(
            &application, [wasOpen] { QCoreApplication::exit(wasOpen ? 0 : 1); }, Qt::QueuedConnection);
    });
    onTermination(&application, [&supervisor] {
        notifyStopping();
        supervisor.close();
    });
    supervisor.open();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    StoreConfig config;
    Settings settings(
        "toystore-supervisor",
        "Opens a toy store on this machine: the catalog, the order replicas and the frontend, each"
        " a process\nof its own that ends with the supervisor. Operate it with 'toystore'.");
    if (const std::optional<int> exitCode = config.parse(settings, argc, argv))
        return *exitCode;
    settings.installLogging("supervisor");
    raiseDescriptorLimit();
    QCoreApplication application(argc, argv);
    return run(application, config);
}
