// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plot/report.h"

#include <QFile>
#include <QJsonValue>
#include <QSaveFile>

#include <map>
#include <tuple>

namespace toystore
{

namespace
{

constexpr char style[] =
    ":root{color-scheme:light dark;--ink:#1d1d1f;--paper:#fff;--line:#d5d5da;--soft:#5f5f66}"
    "@media (prefers-color-scheme:dark){:root{--ink:#e8e8ea;--paper:#17181b;--line:#3a3b40;--soft:#a5a5ad}}"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:52rem;"
    "margin:2rem auto;padding:0 1rem}"
    "figure{margin:2rem 0}svg{max-width:100%;height:auto}figcaption,.soft{color:var(--soft)}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:right}"
    "th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}";

Result<QString> inlineSvg(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed,
                       "can't read " + path.toUtf8() + ": " + file.errorString().toUtf8());
    QString svg = QString::fromUtf8(file.readAll());
    svg = svg.mid(svg.indexOf(QLatin1String("<svg")));
    return svg.replace(QLatin1String(chartInk), QLatin1String("currentColor"));
}

QString cell(const Estimate &value, int digits)
{
    return QStringLiteral("<td>%1 ± %2</td>")
        .arg(value.mean, 0, 'f', digits)
        .arg(value.halfWidth, 0, 'f', digits);
}

/// A row for each setting and kind of request, over all rounds.
QString resultRows(const ResultTable &results)
{
    struct Measured {
        QList<double> p50, p99, rate;
    };
    std::map<std::tuple<QByteArray, double, bool>, Measured> settings;
    for (qsizetype row = 0; row < results.rows(); ++row) {
        Measured &one = settings[{results.text(row, "kind"), results.number(row, "probability"),
                                  results.text(row, "cache") == "true"}];
        one.p50.append(results.number(row, "p50_us") / 1000);
        one.p99.append(results.number(row, "p99_us") / 1000);
        one.rate.append(results.number(row, "answers_per_second"));
    }
    QString text;
    for (const auto &[setting, measured] : settings) {
        const auto &[kind, probability, cache] = setting;
        text += QStringLiteral("<tr><td>%1</td><td>%2</td><td>%3</td>")
                    .arg(QString::fromLatin1(kind))
                    .arg(probability)
                    .arg(cache ? QStringLiteral("on") : QStringLiteral("off")) +
                cell(estimate(measured.p50), 3) + cell(estimate(measured.p99), 3) +
                cell(estimate(measured.rate), 0) + QStringLiteral("</tr>\n");
    }
    return text;
}

QString manifestRows(const QJsonObject &manifest)
{
    QString text;
    for (auto entry = manifest.begin(); entry != manifest.end(); ++entry)
        text += QStringLiteral("<tr><td>%1</td><td>%2</td></tr>\n")
                    .arg(entry.key().toHtmlEscaped(), entry->toVariant().toString().toHtmlEscaped());
    return text;
}

} // namespace

Result<void> writeReport(const QString &directory, const QList<Figure> &figures, const ResultTable &results,
                         const QJsonObject &manifest)
{
    QString page =
        QStringLiteral("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width\">\n"
                       "<title>Toystore: an evaluation</title>\n<style>%1</style>\n</head>\n<body>\n"
                       "<h1>Toystore: an evaluation</h1>\n")
            .arg(QLatin1String(style));
    const qint64 delayMs = manifest.value(QLatin1String("delay_ms")).toInteger();
    if (delayMs > 0)
        page +=
            QStringLiteral("<p><strong>Every message between frontend and catalog was made %1 ms late, as if"
                           " they were far apart.</strong></p>\n")
                .arg(delayMs);
    for (const Figure &figure : figures) {
        const Result<QString> svg = inlineSvg(directory + u'/' + figure.file + QStringLiteral(".svg"));
        if (!svg)
            return failure(svg.error());
        page += QStringLiteral("<figure>\n") + *svg + QStringLiteral("\n<figcaption>") +
                figure.caption.toHtmlEscaped() + QStringLiteral("</figcaption>\n</figure>\n");
    }
    page +=
        QStringLiteral("<h2>Results</h2>\n<p class=\"soft\">Means of all rounds, with the half width of their"
                       " 95 % confidence intervals.</p>\n<div class=\"wide\"><table>\n<tr><th>request</th>"
                       "<th>probability</th><th>cache</th><th>p50, ms</th><th>p99, ms</th>"
                       "<th>answers/s</th></tr>\n") +
        resultRows(results) +
        QStringLiteral("</table></div>\n<h2>How they came about</h2>\n<div class=\"wide\"><table>\n") +
        manifestRows(manifest) + QStringLiteral("</table></div>\n</body>\n</html>\n");
    QSaveFile file(directory + QStringLiteral("/report.html"));
    if (!file.open(QIODevice::WriteOnly) || file.write(page.toUtf8()) < 0 || !file.flush() || !file.commit())
        return failure(ErrorCode::StorageFailed,
                       "can't write " + file.fileName().toUtf8() + ": " + file.errorString().toUtf8());
    return {};
}

} // namespace toystore
