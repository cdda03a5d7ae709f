// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "demo/democommand.h"

#include "base/logging.h"
#include "base/process.h"
#include "common/waiting.h"
#include "shop/shopclient.h"
#include "shop/shopmessages.h"
#include "verify/storelogs.h"
#include "verify/verifycommand.h"

#include <CLI/CLI.hpp>

#include <QSocketNotifier>
#include <QTemporaryFile>
#include <QUuid>

#include <unistd.h>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds shopTimeout = 10s;
constexpr Milliseconds before = 500ms; // so long clients shop before something is done to the store
constexpr Milliseconds after = 500ms;  // and afterwards
constexpr Milliseconds pauseFor = 1500ms;
constexpr int followers = 2;
constexpr Milliseconds longestPatience = 1h; // for Enter

constexpr char about[] =
    "\nOpens a store of its own, on free ports and in a temporary directory, and closes it in the end, after"
    "\nCtrl-C, too. Takes about ten seconds, and ends with 8 if a step fails.\n";

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

QByteArray nameOf(ReplicaId replica)
{
    return "order-" + number(replica.value);
}

QByteArray ms(qint64 value)
{
    return number(value) + " ms";
}

tl::unexpected<Error> fails(const QByteArray &why)
{
    return failure(ErrorCode::Internal, why);
}

Result<qint64> buyOne(const QByteArray &shop)
{
    const Result<ShopClient::Answer> answer =
        ShopClient(shop, shopTimeout)
            .post("/orders", toJson(BuyRequest{"Tux", 1}),
                  QUuid::createUuid().toByteArray(QUuid::WithoutBraces));
    if (!answer)
        return failure(answer.error());
    const Result<BuyAnswer> bought = decodeFields<BuyAnswer>(answer->body.root());
    if (!bought)
        return fails("the buy was answered with status " + number(answer->status));
    return bought->data.orderNumber;
}

QByteArray noticedText(const LoadFigures &figures)
{
    const auto wait = std::chrono::duration_cast<Milliseconds>(figures.longestWait);
    return "clients that noticed: " + number(figures.noticedBy.size()) + " of " + number(DemoStore::clients) +
           "; longest wait " + ms(wait.count()) + "; " + number(figures.acknowledged()) + " orders";
}

} // namespace

const DemoCommand::Step DemoCommand::steps[] = {
    {"The store is opened",
     "A catalog, three order replicas and a frontend start; one of the replicas leads.", &DemoCommand::open},
    {"A query, and again",
     "The first is a miss: the frontend asks the catalog. The second is a hit: it has the answer.",
     &DemoCommand::query},
    {"A buy", "The order is in the catalog's ledger and in three logs before it is acknowledged.",
     &DemoCommand::buy},
    {"The leader is killed", "The frontend elects another and sends the waiting buys again.",
     &DemoCommand::killLeader},
    {"It is started again", "It fetches what it missed; then the logs are identical again.",
     &DemoCommand::startAgain},
    {"The leader is paused, and resumed",
     "The process lives, but answers nobody: it is replaced. Resumed, it still believes that it leads; the"
     " ledger knows better.",
     &DemoCommand::pauseAndResume},
    {"The store is judged", "Every call of all clients, the ledger and the logs are compared.",
     &DemoCommand::judge},
};

DemoCommand::DemoCommand(CLI::App &command, const GlobalOptions &)
{
    command.add_flag("--step", m_byStep, "Wait for Enter before each step");
    command.footer(about + command.get_footer());
}

ExitCode DemoCommand::run(const Output &output)
{
    QObject context;
    onTermination(&context, [this] { m_store.interrupt(); });
    const Instant began = monotonicNow();
    DemoReport report;
    report.holds = true;
    for (const Step &step : steps) {
        report.steps.append(perform(step, report.steps.size() + 1, output));
        report.holds = report.steps.last().verdict == "PASS";
        if (!report.holds)
            break;
    }
    report.tookMs = std::chrono::duration_cast<Milliseconds>(monotonicNow() - began).count();
    if (output.isForPrograms())
        output.object(report, report.steps);
    else
        output.line(output.toned(report.holds ? "PASS" : "FAIL", report.holds ? Tone::Good : Tone::Bad) +
                    ": " + number(report.steps.size() - !report.holds) + " of " + number(std::size(steps)) +
                    " steps, " + QByteArray::number(static_cast<double>(report.tookMs) / 1000, 'f', 1) +
                    " s");
    if (m_store.isInterrupted())
        return ExitCode::Other;
    return report.holds ? ExitCode::Ok : ExitCode::InvariantBroken;
}

DemoReport::Step DemoCommand::perform(const Step &step, qint64 number, const Output &output)
{
    if (!output.isForPrograms())
        output.line(QByteArray::number(number) + ". " + step.title + "\n   " + step.watch);
    if (m_byStep)
        awaitEnter();
    const Instant began = monotonicNow();
    const Verdict verdict = m_store.isInterrupted() ? Verdict(fails("interrupted")) : (this->*step.act)();
    const QByteArray said = verdict ? *verdict : verdict.error().message;
    const QByteArray word = verdict ? "PASS" : "FAIL";
    if (!output.isForPrograms())
        output.line("   " + output.toned(word, verdict ? Tone::Good : Tone::Bad) + "  " + printable(said) +
                    '\n');
    return {number, step.title, word, said,
            std::chrono::duration_cast<Milliseconds>(monotonicNow() - began).count()};
}

void DemoCommand::awaitEnter() const
{
    bool entered = false;
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &input, [&] {
        char byte = 0;
        entered = ::read(STDIN_FILENO, &byte, 1) <= 0 || byte == '\n'; // also at the input's end
        input.setEnabled(!entered);                                    // the next Enter is the next step's
    });
    static_cast<void>(waitFor(longestPatience, [&] { return entered || m_store.isInterrupted(); }));
}

DemoCommand::Verdict DemoCommand::open()
{
    const Instant began = monotonicNow();
    if (const Result<void> opened = m_store.open(); !opened)
        return failure(opened.error());
    const auto took = std::chrono::duration_cast<Milliseconds>(monotonicNow() - began);
    const auto status = m_store.frontend();
    if (!status)
        return failure(status.error());
    if (status->leaderId.isNone())
        return fails("nobody leads");
    return nameOf(status->leaderId) + " leads in epoch " + number(status->epoch) + "; ready after " +
           ms(took.count());
}

DemoCommand::Verdict DemoCommand::query()
{
    const auto first = m_store.frontend();
    const ShopClient shop(m_store.access().shop().value_or(QByteArray()), shopTimeout);
    const Result<ShopClient::Answer> missed = shop.get("/products/Tux");
    const auto between = m_store.frontend();
    const Result<ShopClient::Answer> hit = shop.get("/products/Tux");
    const auto last = m_store.frontend();
    if (!missed || !hit || !first || !between || !last)
        return fails("somebody did not answer");
    if (between->cacheMisses != first->cacheMisses + 1 || last->cacheHits != between->cacheHits + 1)
        return fails("misses " + number(between->cacheMisses - first->cacheMisses) + ", then hits " +
                     number(last->cacheHits - between->cacheHits));
    return QByteArray("a miss, then a hit");
}

DemoCommand::Verdict DemoCommand::buy()
{
    const Result<qint64> order = buyOne(m_store.access().shop().value_or(QByteArray()));
    if (!order)
        return failure(order.error());
    const auto status = m_store.frontend();
    if (!status)
        return failure(status.error());
    int copies = 0;
    for (const ReplicaPlace &replica : m_store.access().replicas()) {
        const auto one = m_store.ask(replica.endpoint, OrderStatus());
        copies += one && replica.id != status->leaderId && one->durableOrderNumber >= *order;
    }
    const QByteArray said = "order " + number(*order) + ", replicated to " + number(copies) + " of " +
                            number(followers) + " followers";
    return copies == followers ? Verdict(said) : fails(said);
}

DemoCommand::Verdict DemoCommand::killLeader()
{
    m_store.startClients();
    if (const Result<void> shopped = m_store.shopFor(before); !shopped)
        return failure(shopped.error());
    const auto leading = m_store.frontend();
    if (!leading)
        return failure(leading.error());
    const qint64 killedMs = wallClockMs();
    const Result<ProcessView> killed = m_store.command<KillService>(nameOf(leading->leaderId));
    if (!killed)
        return failure(killed.error());
    m_killed = killed->service;
    const Result<LogCopy> log = readLogOf(m_store.options().data, QString::fromUtf8(m_killed), false, 0);
    if (!log)
        return failure(log.error());
    m_killedAt = log->bytes.count('\n') - 1;
    const auto status = m_store.awaitLeaderAfter(leading->leaderId);
    if (!status)
        return failure(status.error());
    if (const Result<void> shopped = m_store.shopFor(after); !shopped)
        return failure(shopped.error());
    const Result<LoadFigures> figures = m_store.stopClients();
    if (!figures)
        return failure(figures.error());
    const qint64 detected = std::max<qint64>(status->failover->detectedMs.value_or(killedMs) - killedMs, 0);
    const QByteArray said = "detected in " + ms(detected) + "; " + nameOf(status->leaderId) +
                            " leads in epoch " + number(status->epoch) + "; " + noticedText(*figures);
    return figures->noticedBy.isEmpty() ? Verdict(said) : fails(said);
}

DemoCommand::Verdict DemoCommand::startAgain()
{
    const Result<ProcessView> started = m_store.command<StartService>(m_killed);
    if (!started)
        return failure(started.error());
    const Result<LogChecksum::Answer> logs = m_store.awaitEqualLogs();
    if (!logs)
        return failure(logs.error());
    return m_killed + " fetched " + number(logs->upTo - m_killedAt) + " orders; three identical logs of " +
           number(logs->upTo) + " orders, SHA-256 " + logs->sha256.left(16) + "...";
}

DemoCommand::Verdict DemoCommand::pauseAndResume()
{
    const auto leading = m_store.frontend();
    if (!leading)
        return failure(leading.error());
    const QByteArray former = nameOf(leading->leaderId);
    m_store.startClients();
    if (const Result<ProcessView> paused = m_store.command<PauseService>(former); !paused)
        return failure(paused.error());
    const auto status = m_store.awaitLeaderAfter(leading->leaderId);
    if (!status)
        return failure(status.error());
    if (const Result<void> shopped = m_store.shopFor(pauseFor); !shopped)
        return failure(shopped.error());
    if (const Result<ProcessView> resumed = m_store.command<ResumeService>(former); !resumed)
        return failure(resumed.error());
    const Result<LoadFigures> figures = m_store.stopClients();
    if (!figures)
        return failure(figures.error());
    // What it would do if it still believed that it leads.
    Sell late{leading->epoch, leading->leaderId, 1, 0, {}};
    const Result<Sell::Answer> sold = m_store.ask(m_store.access().catalog(), late);
    if (sold || sold.error().code != ErrorCode::StaleEpoch)
        return fails("a sale in epoch " + number(leading->epoch) + " was not refused");
    const QByteArray said = nameOf(status->leaderId) + " leads in epoch " + number(status->epoch) + "; " +
                            former + " is fenced: the ledger refuses epoch " + number(leading->epoch) + "; " +
                            noticedText(*figures);
    return figures->noticedBy.isEmpty() ? Verdict(said) : fails(said);
}

DemoCommand::Verdict DemoCommand::judge()
{
    if (const Result<LogChecksum::Answer> logs = m_store.awaitEqualLogs(); !logs)
        return failure(logs.error());
    QTemporaryFile history;
    if (!history.open())
        return fails("can't write the calls: " + history.errorString().toUtf8());
    if (const Result<void> written = writeHistory(history.fileName(), m_store.calls()); !written)
        return failure(written.error());
    const Result<Verification> verified = verification(m_store.options(), {history.fileName(), true});
    if (!verified)
        return failure(verified.error());
    QByteArrayList kept;
    for (const VerifyReport::Promise &promise : verified->report.invariants) {
        if (promise.violations > 0)
            return fails(promise.invariant + " is broken: " + promise.promise);
        if (!promise.undecided)
            kept.append(promise.invariant);
    }
    return number(static_cast<qint64>(m_store.calls().size())) + " calls: the store keeps its promises (" +
           kept.join(", ") + ')';
}

} // namespace toystore
