// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/sweepcommand.h"

#include "base/process.h"
#include "base/version.h"
#include "common/numberoption.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QSysInfo>
#include <QThread>

#include <cstdio>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr qint64 fullRounds = 8;
constexpr Milliseconds fullRun = 4s;
constexpr qint64 fullFailovers = 6;
constexpr qint64 quickRounds = 3;
constexpr Milliseconds quickRun = 1s;
constexpr qint64 quickFailovers = 3;
constexpr qint64 mostDelayMs = 1000;
constexpr int mostClients = 1000;
constexpr qint64 seeds = 1'000'000'000;
constexpr int plotTimeoutMs = 60'000;

constexpr char about[] =
    "\nOpens a store of its own and measures it: the probability of a purchase from 0 to 0.8 in steps of 0.2,"
    "\neach with the cache on and off, round after round in an order drawn from the seed; then the leader is"
    "\nkilled under load, several times. Into the directory go results.csv, failover.csv, manifest.json and, "
    "by"
    "\ntoystore-plot, plots (SVG and PNG, with 95 % confidence intervals) and report.html, a page of its own."
    "\n"
    "\nTakes six minutes, with --quick less than one. Use a machine that has nothing else to do.\n";

QByteArray cpuModel()
{
    QFile file(QStringLiteral("/proc/cpuinfo"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("model name"))
            return line.mid(line.indexOf(':') + 1).trimmed();
    }
    return {};
}

template <Fields Row>
QByteArray csvOf(const QList<Row> &rows)
{
    QByteArray text = csvHeader<Row>() + '\n';
    for (const Row &row : rows)
        text += csvLine(row) + '\n';
    return text;
}

Result<void> writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return failure(ErrorCode::StorageFailed,
                       "can't write " + path.toUtf8() + ": " + file.errorString().toUtf8());
    return {};
}

/// What `toystore sweep -o json` prints.
struct SweepReport {
    QByteArray directory;
    SweepManifest manifest;
    bool plotted = false;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("directory", self.directory);
        visit("manifest", self.manifest);
        visit("plotted", self.plotted);
    }
};

} // namespace

SweepCommand::SweepCommand(CLI::App &command, const GlobalOptions &)
{
    command.add_option("--out", m_out, "Directory for the results (toystore-sweep)")->type_name("DIR");
    command.add_flag("--quick", m_quick, "Fewer and shorter runs");
    addNumber(command, "--clients", m_clients, 1, mostClients, "Clients, in a closed loop");
    addNumber(command, "--delay", m_delayMs, qint64{0}, mostDelayMs,
              "Milliseconds by which every message between frontend and catalog is late, as if they were far"
              " apart (the plots say so)");
    command
        .add_option("--seed", m_seed, "Of the order and of what clients ask for (default: another each time)")
        ->type_name("NUMBER");
    command.footer(about + command.get_footer());
}

SweepRun::Options SweepCommand::wish() const
{
    SweepRun::Options wish;
    wish.seed = m_seed.value_or(static_cast<quint64>(QRandomGenerator::system()->bounded(seeds)));
    wish.clients = m_clients;
    wish.rounds = m_quick ? quickRounds : fullRounds;
    wish.run = m_quick ? quickRun : fullRun;
    wish.delay = Milliseconds(m_delayMs);
    wish.failovers = m_quick ? quickFailovers : fullFailovers;
    wish.tell = [](const QByteArray &line) { std::fputs((line + '\n').constData(), stderr); };
    return wish;
}

SweepManifest SweepCommand::manifest(const SweepRun::Options &wish) const
{
    SweepManifest manifest;
    manifest.version = version;
    manifest.cpu = cpuModel();
    manifest.cpus = QThread::idealThreadCount();
    manifest.kernel = QSysInfo::kernelVersion().toUtf8();
    manifest.build = TOYSTORE_BUILD_TYPE;
    manifest.startedAt = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toLatin1();
    manifest.seed = static_cast<qint64>(wish.seed);
    manifest.clients = wish.clients;
    manifest.rounds = wish.rounds;
    manifest.runMs = wish.run.count();
    manifest.delayMs = wish.delay.count();
    manifest.failovers = wish.failovers;
    manifest.command = "toystore sweep" + QByteArray(m_quick ? " --quick" : "") + " --clients " +
                       QByteArray::number(wish.clients) + " --delay " + QByteArray::number(m_delayMs) +
                       " --seed " + QByteArray::number(wish.seed);
    return manifest;
}

Result<void> SweepCommand::plot(const QString &directory)
{
    const QString beside = QCoreApplication::applicationDirPath() + QStringLiteral("/toystore-plot");
    QProcess plotting;
    plotting.setProcessChannelMode(QProcess::MergedChannels);
    plotting.start(QFile::exists(beside) ? beside : QStringLiteral("toystore-plot"), {directory});
    if (!plotting.waitForStarted())
        return failure(ErrorCode::Internal,
                       "toystore-plot can't be started: " + plotting.errorString().toUtf8());
    if (!plotting.waitForFinished(plotTimeoutMs) || plotting.exitCode() != 0)
        return failure(ErrorCode::Internal, "toystore-plot failed: " + plotting.readAll().trimmed());
    return {};
}

ExitCode SweepCommand::run(const Output &output) const
{
    const QString directory = QDir(QString::fromStdString(m_out)).absolutePath();
    const SweepRun::Options wish = this->wish();
    SweepReport report{directory.toUtf8(), manifest(wish), false};
    const Instant began = monotonicNow();
    SweepRun sweep(wish);
    QObject context;
    onTermination(&context, [&sweep] { sweep.interrupt(); });
    if (!QDir().mkpath(directory))
        return output.fail(
            {{ErrorCode::StorageFailed, "the directory " + directory.toUtf8() + " can't be made"},
             "keep the results",
             "--out names another one."});
    const Result<void> opened = sweep.open();
    const Result<QList<SweepRow>> rows = opened ? sweep.sweep() : failure(opened.error());
    const Result<QList<FailoverRow>> failovers = rows ? sweep.failovers() : failure(rows.error());
    if (!failovers)
        return output.fail({failovers.error(), "measure the store"});
    report.manifest.tookMs = std::chrono::duration_cast<Milliseconds>(monotonicNow() - began).count();
    for (const auto &[name, bytes] : {std::pair<const char *, QByteArray>{"results.csv", csvOf(*rows)},
                                      {"failover.csv", csvOf(*failovers)},
                                      {"manifest.json", toJson(report.manifest) + '\n'}}) {
        if (const auto written = writeFile(directory + u'/' + QLatin1String(name), bytes); !written)
            return output.fail({written.error(), "keep the results"});
    }
    if (const Result<void> plotted = plot(directory); !plotted)
        return output.fail({plotted.error(), "draw the plots",
                            "The figures are in " + directory.toUtf8() + "; 'toystore-plot " +
                                directory.toUtf8() + "' draws them."});
    report.plotted = true;
    if (output.isForPrograms())
        output.object(report);
    else
        output.line("The report is in " + directory.toUtf8() + "/report.html");
    return ExitCode::Ok;
}

} // namespace toystore
