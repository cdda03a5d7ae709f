// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Puts one kind of load on a shop for some seconds and prints, as JSON, what it met.

#include "base/settings.h"
#include "load/loadengine.h"
#include "protocol/jsonwriter.h"

#include <QCoreApplication>
#include <QSet>
#include <QTimer>

#include <cstdio>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

struct Options {
    quint16 port = 8081;
    QString kind = QStringLiteral("query");
    QString toys = QStringLiteral("Tux");
    qint64 clients = 8;
    qint64 rate = 0; // per second; 0: the closed loop
    Milliseconds duration = 3000ms;
    Milliseconds warmUp = 300ms;

    void declare(Settings &settings)
    {
        settings.addPort("port", port, "Where the shop listens on this machine");
        settings.addText("kind", kind, "What is asked for: query or buy");
        settings.addText("toys", toys, "Names of toys, with commas between; each is asked for as often");
        settings.addInteger("clients", clients, 1, 10'000, "Connections");
        settings.addInteger("rate", rate, 0, 1'000'000,
                            "Requests per second, begun at even intervals (open loop); 0: each client asks as"
                            " soon as it is answered");
        settings.addMilliseconds("duration", duration, 1ms, 1h, "How long to measure");
        settings.addMilliseconds("warm-up", warmUp, 0ms, 1min, "How long to ask before that");
    }

    [[nodiscard]] LoadPlan plan() const
    {
        LoadPlan plan;
        plan.shop.port = port;
        plan.clients = static_cast<int>(clients);
        plan.mix.toys = toys.toUtf8().split(',');
        plan.mix.purchase = kind == QLatin1String("buy") ? 1 : 0;
        if (rate > 0)
            plan.rate = static_cast<double>(rate);
        return plan;
    }
};

/// Who got an answer, and how many answers there were, those of the warm-up among them.
class Served : public LoadObserver
{
public:
    void sent(qint64, const ShopRequest &, Instant) override {}
    void answered(qint64 client, const ShopAnswer &, Instant) override
    {
        m_clients.insert(client);
        ++m_answers;
    }
    void gaveUp(qint64) override {}

    [[nodiscard]] qint64 clients() const { return m_clients.size(); }
    [[nodiscard]] qint64 answers() const { return m_answers; }

private:
    QSet<qint64> m_clients;
    qint64 m_answers = 0;
};

double microseconds(LatencyHistogram::Duration duration)
{
    return std::chrono::duration<double, std::micro>(duration).count();
}

QByteArray report(const LoadFigures &figures, RequestKind kind, const Served &served)
{
    const LatencyHistogram &latency = figures.latencyOf(kind);
    JsonWriter writer;
    writer.beginObject();
    writer.key("requests").value(figures.answered());
    writer.key("seconds").value(std::chrono::duration<double>(figures.span).count());
    writer.key("per_second").value(figures.throughput());
    writer.key("p50_us").value(microseconds(latency.quantile(0.5)));
    writer.key("p99_us").value(microseconds(latency.quantile(0.99)));
    writer.key("p999_us").value(microseconds(latency.quantile(0.999)));
    writer.key("max_us").value(microseconds(latency.max()));
    writer.key("errors").value(figures.allErrors());
    writer.key("refused").value(figures.rejected + figures.mismatched + figures.notFound);
    writer.key("clients_served").value(served.clients());
    writer.key("requests_in_all").value(served.answers());
    writer.endObject();
    return writer.take();
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // GLib's event loop is slower
    const QCoreApplication application(argc, argv);
    Settings settings("benchload", "Puts a load on a shop and prints what it met.");
    Options options;
    options.declare(settings);
    if (const std::optional<int> exitCode = settings.parse(argc, argv))
        return *exitCode;

    Served served;
    LoadEngine engine(options.plan());
    engine.setObserver(&served);
    LoadFigures figures;
    QTimer::singleShot(options.warmUp, Qt::PreciseTimer, &engine, [&] {
        static_cast<void>(engine.takeFigures());
        QTimer::singleShot(options.duration, Qt::PreciseTimer, &engine, [&] {
            figures = engine.takeFigures();
            engine.stop();
        });
    });
    QObject::connect(&engine, &LoadEngine::finished, &application, &QCoreApplication::quit);
    engine.start();
    QCoreApplication::exec();
    const RequestKind kind = options.plan().mix.purchase > 0 ? RequestKind::Buy : RequestKind::Query;
    std::puts(report(figures, kind, served).constData());
    return 0;
}
