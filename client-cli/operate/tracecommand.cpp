// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/tracecommand.h"

#include "base/logging.h"
#include "common/rpccall.h"
#include "operate/eventscommand.h"
#include "operate/openstore.h"

#include <CLI/CLI.hpp>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds catalogTimeout = 5s;
constexpr char wayKind[] = "order_way";

constexpr char about[] =
    "\nA buy is named by its order's number, by its request id (f-...), or by the key that it was sent with. "
    "Of a"
    "\nkey that is a number, too, put c- before it: a number is an order's first."
    "\n"
    "\nThe way: received (the frontend has it), sent (to the leader), decided (by the catalog, in its "
    "ledger),"
    "\ncopied (on a follower's disk), stored (on the leader's and those of all its followers in sync), "
    "answered."
    "\nInvalidated: the toy's entry in the frontend's cache had to go first. Services follow about twenty "
    "buys"
    "\na second, of more than that a part, and keep their last 4,096 events: of another order there is only "
    "what"
    "\nthe ledger says.\n";

struct Stage {
    QByteArray stage;
    QByteArray service;
    qint64 atUs = 0;    ///< microseconds since 1970 UTC
    double afterMs = 0; ///< since the first
    QByteArray note;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("stage", self.stage);
        visit("service", self.service);
        visit("at_us", self.atUs);
        visit("after_ms", self.afterMs);
        visit("note", self.note);
    }
};

/// What `toystore trace -o json` prints.
struct Trace {
    std::optional<Order> order;          ///< as the ledger has it; absent: it was not sold, or not asked for
    std::optional<QByteArray> requestId; ///< absent: nobody knows
    QList<Stage> stages;                 ///< none: it was not followed, or that is forgotten

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("order", self.order);
        visit("request_id", self.requestId);
        visit("stages", self.stages);
    }
};

Result<std::optional<Order>> ledgerRow(const Endpoint &catalog, qint64 number)
{
    OrdersAfter request;
    request.after = number - 1;
    request.limit = 1;
    const Result<OrdersAfter::Answer> answer = callAndWait(catalog, request, catalogTimeout);
    if (!answer)
        return failure(answer.error());
    if (answer->orders.isEmpty() || answer->orders.first().number != number)
        return std::optional<Order>();
    return std::optional(answer->orders.first());
}

bool isOf(const ServiceEvent &event, const QByteArray &requestId)
{
    return !event.requestId.isEmpty() && event.requestId == requestId;
}

/// The request of order @p number, by the events.
std::optional<QByteArray> requestOfOrder(const std::vector<ServiceEvent> &events, qint64 number)
{
    for (const ServiceEvent &event : events) {
        if (event.kind == wayKind && event.orderNumber == number)
            return event.requestId;
    }
    return std::nullopt;
}

/// The request whose id or key @p name is, by the events.
std::optional<QByteArray> requestNamed(const std::vector<ServiceEvent> &events, const QByteArray &name)
{
    for (const ServiceEvent &event : events) {
        if (event.kind == wayKind && (event.requestId == name || event.requestId == "c-" + name))
            return event.requestId;
    }
    return std::nullopt;
}

/// What the ledger says of the order of @p requestId, whose number the events tell; nothing where they don't,
/// or the catalog does not answer.
std::optional<Order> orderOf(const Endpoint &catalog, const std::vector<ServiceEvent> &events,
                             const QByteArray &requestId)
{
    const auto decided = std::find_if(events.begin(), events.end(), [&](const ServiceEvent &event) {
        return isOf(event, requestId) && event.orderNumber;
    });
    if (decided == events.end())
        return std::nullopt;
    const Result<std::optional<Order>> row = ledgerRow(catalog, *decided->orderNumber);
    return row && *row && (*row)->requestId == requestId ? *row : std::nullopt;
}

Stage stageOf(const ServiceEvent &event)
{
    Stage stage{event.kind == wayKind ? event.subject : QByteArray(event.kind).replace('_', ' '),
                event.service,
                microsecondOf(event),
                0,
                {}};
    if (event.subject == "sent")
        stage.note = "to " + event.message;
    else if (event.subject == "decided" && event.orderNumber)
        stage.note = "order " + QByteArray::number(*event.orderNumber) + ", epoch " +
                     QByteArray::number(event.epoch.value_or(0));
    else if (event.kind != wayKind || event.subject == "received")
        stage.note = event.message.isEmpty() ? event.subject : event.message;
    return stage;
}

/// Those of the request, and between its first and its last what was invalidated of its toy.
QList<Stage> stagesOf(std::vector<ServiceEvent> &events, const QByteArray &requestId)
{
    sortByTime(events);
    const auto isOurs = [&](const ServiceEvent &event) { return isOf(event, requestId); };
    const auto first = std::find_if(events.begin(), events.end(), isOurs);
    const auto last = std::find_if(events.rbegin(), events.rend(), isOurs).base();
    QByteArray toy;
    QList<Stage> stages;
    for (auto event = first; event < last; ++event) {
        if (isOurs(*event) && event->subject == "received")
            toy = event->message;
        if (isOurs(*event) || (event->kind == "invalidated" && event->subject == toy))
            stages.append(stageOf(*event));
    }
    for (Stage &stage : stages)
        stage.afterMs = static_cast<double>(stage.atUs - stages.first().atUs) / 1000;
    return stages;
}

/// What is known of the buy that @p what names: an order's number first, and only where there is no such
/// order a request id or a key. Errors: order_not_found, and those of asking the catalog.
Result<Trace> follow(const Endpoint &catalog, std::vector<ServiceEvent> &events, const QByteArray &what)
{
    Trace trace;
    bool isNumber = false;
    const qint64 number = what.toLongLong(&isNumber);
    if (isNumber && number > 0) {
        const Result<std::optional<Order>> row = ledgerRow(catalog, number);
        if (row)
            trace.order = *row;
        trace.requestId = trace.order ? trace.order->requestId : requestOfOrder(events, number);
        if (!row && !trace.requestId)
            return failure(row.error());
    }
    if (!trace.requestId)
        trace.requestId = requestNamed(events, what);
    if (!trace.requestId)
        return failure(ErrorCode::OrderNotFound,
                       "no order has the number '" + what + "', and no service remembers such a request");
    trace.stages = stagesOf(events, *trace.requestId);
    if (!trace.order)
        trace.order = orderOf(catalog, events, *trace.requestId);
    return trace;
}

QByteArray textOf(const Trace &trace)
{
    QByteArray text;
    if (trace.order)
        text += "Order " + QByteArray::number(trace.order->number) + ": " +
                QByteArray::number(trace.order->quantity) + " x " + printable(trace.order->name) +
                ", decided " + trace.order->at + " in epoch " + QByteArray::number(trace.order->epoch) + '\n';
    if (trace.requestId)
        text += "Request " + printable(*trace.requestId) + '\n';
    if (trace.stages.isEmpty())
        return text + "\nIts way was not followed, or the services have forgotten it.";
    Table table({{"AFTER ms", Table::Align::Right}, {"SERVICE"}, {"STAGE"}, {"NOTE"}});
    for (const Stage &stage : trace.stages)
        table.add({QByteArray::number(stage.afterMs, 'f', 3), stage.service, stage.stage, stage.note});
    return text + '\n' + table.text();
}

} // namespace

TraceCommand::TraceCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command.add_option("WHAT", m_what, "An order's number, a request id, or a key")->required();
    command.footer(about + command.get_footer());
}

ExitCode TraceCommand::run(const Output &output) const
{
    const StoreAccess access(m_options);
    StoreWatch watch(access);
    std::vector<ServiceEvent> events;
    watch.onEvents([&](const QByteArray &service, const QList<EventFields> &happened, qint64) {
        for (const EventFields &fields : happened)
            events.emplace_back(fields, service);
    });
    if (const Result<void> open = openStore(watch, access, m_options); !open)
        return tellNotOpen(access, open.error(), output);
    watch.awaitKeptEvents();

    const QByteArray what = QByteArray::fromStdString(m_what);
    const Result<Trace> trace = follow(access.catalog(), events, what);
    if (!trace) {
        const bool isUnknown = trace.error().code == ErrorCode::OrderNotFound;
        return output.fail(
            {trace.error(), isUnknown ? QByteArray("follow it") : "ask the catalog for order " + what,
             isUnknown
                 ? QByteArray("'toystore logs' lists orders, 'toystore events --kind order_way' the buys"
                              " that are remembered.")
                 : QByteArray("'toystore status' shows which service is down or paused.")});
    }
    if (output.isForPrograms())
        output.object(*trace, trace->stages);
    else
        output.line(textOf(*trace));
    return ExitCode::Ok;
}

} // namespace toystore
