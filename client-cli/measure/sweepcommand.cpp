// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/sweepcommand.h"

#include "base/process.h"
#include "base/version.h"
#include "common/clientlimit.h"
#include "common/numberoption.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QStandardPaths>
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
constexpr char otherDirectory[] = "--out names another directory.";

constexpr char about[] =
    "\nOpens a store of its own and measures it: the probability of a purchase from 0 to 0.8 in steps of 0.2,"
    "\neach with the cache on and off, round after round in an order drawn from the seed; then the leader is"
    "\nkilled under load, several times. Into the directory go results.csv, failover.csv, manifest.json and, "
    "by"
    "\ntoystore-plot, plots (SVG and PNG, with 95 % confidence intervals) and report.html, a page of its own."
    "\n"
    "\nTakes six minutes, with --quick less than one. Use a machine that has nothing else to do. What is "
    "measured"
    "\nwhen Ctrl-C ends it is written, but not drawn.\n";

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

/// toystore-plot beside our own program, else as the PATH finds it; empty where there is none.
QString plotProgram()
{
    const QString name = QStringLiteral("toystore-plot");
    const QString beside = QStandardPaths::findExecutable(name, {QCoreApplication::applicationDirPath()});
    return beside.isEmpty() ? QStandardPaths::findExecutable(name) : beside;
}

Result<void> writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.flush() ||
        !file.commit())
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
    addSeed(command, m_seed, "Of the order and of what clients ask for (default: another each time)");
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

Result<void> SweepCommand::plot(const QString &program, const QString &directory)
{
    QProcess plotting;
    plotting.setProcessChannelMode(QProcess::MergedChannels);
    plotting.start(program, {directory});
    if (!plotting.waitForStarted())
        return failure(ErrorCode::Internal,
                       "toystore-plot can't be started: " + plotting.errorString().toUtf8());
    if (!plotting.waitForFinished(plotTimeoutMs) || plotting.exitCode() != 0)
        return failure(ErrorCode::Internal, "toystore-plot failed: " + plotting.readAll().trimmed());
    return {};
}

Result<void> SweepCommand::write(const QString &directory, const SweepManifest &manifest,
                                 const SweepFigures &figures)
{
    for (const auto &[name, bytes] : {std::pair<const char *, QByteArray>{"results.csv", csvOf(figures.rows)},
                                      {"failover.csv", csvOf(figures.failovers)},
                                      {"manifest.json", toJson(manifest) + '\n'}}) {
        if (Result<void> written = writeFile(directory + u'/' + QLatin1String(name), bytes); !written)
            return written;
    }
    return {};
}

ExitCode SweepCommand::run(const Output &output) const
{
    // Of all that goes wrong there is one exit code: a store of its own has nothing to tell apart.
    const auto fail = [&output](const Error &error, const QByteArray &tried, const QByteArray &hint) {
        return output.fail({error, tried, hint}, ExitCode::Other);
    };
    const QString directory = QDir(QString::fromStdString(m_out)).absolutePath();
    const SweepRun::Options wish = this->wish();
    SweepReport report{directory.toUtf8(), manifest(wish), false};
    const Instant began = monotonicNow();
    SweepRun sweep(wish);
    QObject context;
    onTermination(&context, [&sweep] { sweep.interrupt(); });
    if (!QDir().mkpath(directory))
        return fail({ErrorCode::StorageFailed, "the directory " + report.directory + " can't be made"},
                    "keep the results", otherDirectory);
    if (const Result<void> room = makeRoomFor(m_clients); !room)
        return output.fail({room.error(), "", "'toystore sweep --help' shows the options."});
    const QString plotter = plotProgram();
    if (plotter.isEmpty())
        return fail({ErrorCode::WrongState, "toystore-plot is neither beside toystore nor in the PATH"},
                    "draw the plots", "It comes with the dashboard (package toystore-admin).");
    SweepFigures figures;
    const Result<void> measured = sweep.run(figures);
    report.manifest.tookMs = std::chrono::duration_cast<Milliseconds>(monotonicNow() - began).count();
    report.manifest.complete = measured.has_value();
    const bool isWorthIt = !figures.rows.isEmpty(); // else what an earlier sweep has left is worth more
    if (const auto written = isWorthIt ? write(directory, report.manifest, figures) : Result<void>();
        !written)
        return fail(written.error(), "keep the results", otherDirectory);
    const QByteArray drawIt =
        "The figures are in " + report.directory + "; 'toystore-plot " + report.directory + "' draws them.";
    if (!measured)
        return fail(measured.error(), "measure the store",
                    isWorthIt ? "What was measured is kept. " + drawIt
                              : QByteArray("Nothing was measured, and nothing is written: try it again."));
    if (const Result<void> plotted = plot(plotter, directory); !plotted)
        return fail(plotted.error(), "draw the plots", drawIt);
    report.plotted = true;
    if (output.isForPrograms())
        output.object(report);
    else
        output.line("The report is in " + report.directory + "/report.html");
    return ExitCode::Ok;
}

} // namespace toystore
