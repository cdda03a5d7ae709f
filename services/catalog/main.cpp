// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "catalogservice.h"

#include "base/process.h"
#include "base/settings.h"
#include "protocol/storefiles.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcMain, "toystore.catalog")

using namespace toystore;

namespace
{

constexpr qint64 maxToysFileBytes = 4'194'304;

struct Flags {
    CatalogOptions options;
    QString data = QDir(defaultDataDirectory()).filePath(QStringLiteral("catalog"));
    QString toys;
    QString ledger;
};

void declare(Settings &settings, Flags &flags)
{
    using namespace std::chrono_literals;
    settings.addPort("catalog-port", flags.options.port, "Port on the loopback address");
    settings.addText("data", flags.data, "Directory of the ledger");
    settings.addText("toys", flags.toys, "JSON file of the toys on offer; a dozen are built in");
    settings.addInteger("stock", flags.options.stock, 0, maxStock,
                        "Stock of each toy when the store is opened");
    settings.addMilliseconds("restock-interval", flags.options.restockInterval, 0ms, 86'400'000ms,
                             "How often sold-out toys are restocked, 0 for never");
    settings.addInteger("restock-level", flags.options.restockLevel, 1, maxStock,
                        "Stock of a toy after a restock");
    settings.addFlag("resume", flags.options.resume, "Go on with the stock there is; do not open the store");
    settings.addText("ledger", flags.ledger,
                     "URL of the ledger, sqlite:/PATH or postgresql://USER@HOST:PORT/DATABASE; the default is"
                     " ledger.sqlite in the data directory");
}

/// The toys given, those installed, or those built in.
Result<QList<Toy>> readToys(QString path)
{
    if (path.isEmpty()) {
        path = QCoreApplication::applicationDirPath() + QStringLiteral("/../share/toystore/catalog.json");
        if (!QFile::exists(path))
            path = QStringLiteral(":/toystore/catalog.json");
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::InvalidField,
                       "can't read the toys from '" + path.toUtf8() + "': " + file.errorString().toUtf8());
    if (file.size() > maxToysFileBytes)
        return failure(ErrorCode::MessageTooLarge, "the toys file '" + path.toUtf8() + "' is over 4 MiB");
    Result<QList<Toy>> toys = parseToys(file.readAll());
    if (!toys)
        return failure(toys.error().code, "the toys file '" + path.toUtf8() + "': " + toys.error().message);
    return toys;
}

Result<CatalogOptions> optionsFrom(const Flags &flags)
{
    CatalogOptions options = flags.options;
    Result<QList<Toy>> toys = readToys(flags.toys);
    if (!toys)
        return failure(toys.error());
    options.toys = *std::move(toys);
    if (!flags.ledger.isEmpty()) {
        options.ledger = QUrl(flags.ledger, QUrl::StrictMode);
        return options;
    }
    const QDir directory(flags.data);
    if (!directory.mkpath(QStringLiteral(".")))
        return failure(ErrorCode::StorageFailed,
                       "can't make the data directory '" + flags.data.toUtf8() + '\'');
    options.ledger.setScheme(QStringLiteral("sqlite"));
    options.ledger.setPath(directory.absoluteFilePath(QStringLiteral("ledger.sqlite")));
    return options;
}

int fail(const Error &error)
{
    qCCritical(lcMain, "%s", error.message.constData());
    notifyFailed(error.message);
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    Settings settings("toystore-catalog", "The catalog: toys, their stock, and the ledger of all orders");
    Flags flags;
    declare(settings, flags);
    if (const std::optional<int> code = settings.parse(argc, argv))
        return *code;
    settings.installLogging("catalog");
    const QCoreApplication application(argc, argv);
    raiseDescriptorLimit();

    Result<CatalogOptions> options = optionsFrom(flags);
    if (!options)
        return fail(options.error());
    CatalogService service(*std::move(options));
    if (const Result<void> started = service.start(); !started)
        return fail(started.error());
    onTermination(&service, [&service] {
        notifyStopping();
        service.drain([] { QCoreApplication::quit(); });
    });
    notifyReady("serving");
    return QCoreApplication::exec();
}
