// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plot/figures.h"
#include "plot/report.h"

#include "base/settings.h"

#include <QApplication>
#include <QFile>
#include <QFont>
#include <QJsonDocument>

#include <iostream>

using namespace toystore;

namespace
{

Result<QJsonObject> readManifest(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed,
                       "can't read " + path.toUtf8() + ": " + file.errorString().toUtf8());
    QJsonParseError problem;
    const QJsonDocument manifest = QJsonDocument::fromJson(file.readAll(), &problem);
    if (!manifest.isObject())
        return failure(ErrorCode::MalformedMessage,
                       path.toUtf8() + " is no JSON object: " + problem.errorString().toUtf8());
    return manifest.object();
}

Result<void> plot(const QString &directory)
{
    const Result<ResultTable> results = ResultTable::read(directory + QStringLiteral("/results.csv"));
    const Result<ResultTable> failovers = ResultTable::read(directory + QStringLiteral("/failover.csv"));
    const Result<QJsonObject> manifest = readManifest(directory + QStringLiteral("/manifest.json"));
    if (!results || !failovers || !manifest)
        return failure(!results ? results.error() : !failovers ? failovers.error() : manifest.error());
    const QList<Figure> figures =
        figuresOf(*results, *failovers, manifest->value(QLatin1String("delay_ms")).toInteger());
    for (const Figure &figure : figures) {
        if (Result<void> drawn = draw(figure, directory); !drawn)
            return drawn;
    }
    return writeReport(directory, figures, *results, *manifest);
}

} // namespace

int main(int argc, char **argv)
{
    QString directory;
    Settings settings("toystore-plot", "Draws the results of 'toystore sweep', and writes the report.");
    settings.addArgument("DIRECTORY", directory, "Where the results are, and the plots go");
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;
    settings.installLogging("toystore-plot");
    qputenv("QT_QPA_PLATFORM", "offscreen"); // it draws, and shows nothing
    const QApplication application(argc, argv);
    QApplication::setFont(QFont(QStringLiteral("sans-serif"), 9)); // a name that browsers know, too
    if (const Result<void> plotted = plot(directory); !plotted) {
        std::cerr << "toystore-plot: " << plotted.error().message.constData() << '\n';
        return 1;
    }
    return 0;
}
