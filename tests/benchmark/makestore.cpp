// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Makes a data directory with many orders, for `toystore up --data`: see madestore.h.

#include "base/settings.h"
#include "benchmark/madestore.h"

#include <QCoreApplication>

#include <cstdio>

using namespace toystore;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Settings settings("makestore", "Makes the data directory of a store that has sold for a long time.");
    QString directory;
    qint64 orders = 1'000'000;
    settings.addArgument("DIRECTORY", directory, "The data directory to make; it must hold no store");
    settings.addInteger("orders", orders, 0, 100'000'000, "Orders that were sold");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;
    if (const Result<void> made = makeStore(directory, orders, {8091, 8092, 8093}); !made) {
        std::fprintf(stderr, "makestore: %s\n", made.error().message.constData());
        return 1;
    }
    return 0;
}
