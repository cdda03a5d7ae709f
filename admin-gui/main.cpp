// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "adminoptions.h"
#include "dashboard.h"

#include <QApplication>

#include <iostream>

using namespace toystore;

int main(int argc, char **argv)
{
    const Instant started = monotonicNow();
    AdminOptions options;
    Settings settings("toystore-admin", "Shows a toy store at work, and lets you break and mend it.");
    if (const std::optional<int> exitCode = options.parse(settings, argc, argv))
        return *exitCode;
    settings.installLogging("admin");
    const QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("toystore-admin"));
    QApplication::setDesktopFileName(QStringLiteral("toystore-admin"));
    QApplication::setStyle(QStringLiteral("Fusion"));
    const Result<std::unique_ptr<Dashboard>> dashboard = Dashboard::open(options, started);
    if (!dashboard) {
        std::cerr << "toystore-admin: " << dashboard.error().message.constData() << '\n';
        return 1;
    }
    return QApplication::exec();
}
