// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/eventscommand.h"

#include "base/logging.h"
#include "base/process.h"
#include "common/numberoption.h"
#include "common/waiting.h"
#include "operate/openstore.h"

#include <QDateTime>
#include <QEventLoop>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

// Services push 20 times a second, each at a time of its own: so long we wait to print in their order.
constexpr Milliseconds printEvery = 100ms;
constexpr qint64 mostLast = 1'000'000;
constexpr qint64 lastBeforeFollowing = 10;
constexpr qsizetype serviceWidth = 12; // "order-8091" and two spaces
constexpr qsizetype kindWidth = 20;

constexpr char about[] =
    "\nEvery service keeps its last events, at most 4,096; this prints them in the order of their time. Of "
    "what"
    "\nhappens thousands of times a second a few are told, with how many each stands for. What a service had"
    "\nto forget before it could be told is a line of the kind 'missed'."
    "\n"
    "\nWith -f it goes on until Ctrl-C or the end of the store; a service that is gone and comes back is "
    "heard"
    "\nagain from where it was. With -o json each event is one object on a line of its own.\n";

QByteArray timeText(qint64 atMs)
{
    return QDateTime::fromMSecsSinceEpoch(atMs, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

QByteArray textOf(const ServiceEvent &event)
{
    QByteArrayList said;
    if (!event.subject.isEmpty())
        said.append(event.subject);
    if (event.orderNumber)
        said.append("order " + QByteArray::number(*event.orderNumber));
    if (event.epoch)
        said.append("epoch " + QByteArray::number(*event.epoch));
    if (event.count)
        said.append(QByteArray::number(*event.count) + 'x');
    if (!event.requestId.isEmpty())
        said.append(event.requestId);
    if (!event.message.isEmpty())
        said.append(event.message);
    return timeText(event.atMs) + "  " + event.service.leftJustified(serviceWidth) +
           event.kind.leftJustified(kindWidth) + printable(said.join(", "));
}

ServiceEvent missedEvent(const QByteArray &service, qint64 missed, qint64 atMs)
{
    ServiceEvent event;
    event.service = service;
    event.kind = "missed";
    event.atMs = atMs;
    event.count = missed;
    event.message = "these events are lost: the service had to forget them";
    return event;
}

bool isAmong(const std::vector<std::string> &names, const QByteArray &name)
{
    return names.empty() || std::find(names.begin(), names.end(), name.toStdString()) != names.end();
}

} // namespace

EventsCommand::EventsCommand(CLI::App &command, const GlobalOptions &options) : m_options(options)
{
    command.add_flag("-f,--follow", m_follow, "Go on, with what happens from now on");
    command
        .add_option("--service", m_services,
                    "Only of this one: supervisor, catalog, frontend or order-ID; may be given several times")
        ->type_name("SERVICE");
    command.add_option("--kind", m_kinds, "Only of this kind, as leader_changed; may be given several times")
        ->type_name("KIND");
    addNumber(command, "--last", m_last, qint64{0}, mostLast,
              "How many of the events that have happened before (all; with -f 10)");
    command.footer(about + command.get_footer());
}

ExitCode EventsCommand::run(const Output &output) const
{
    const StoreAccess access(m_options);
    StoreWatch watch(access);
    std::vector<ServiceEvent> events;
    watch.onEvents([&](const QByteArray &service, const QList<EventFields> &happened, qint64 missed) {
        if (missed > 0 && !happened.isEmpty())
            events.push_back(missedEvent(service, missed, happened.first().atMs));
        for (const EventFields &fields : happened)
            events.emplace_back(fields, service);
    });
    if (const Result<void> open = openStore(watch, access, m_options); !open)
        return tellNotOpen(access, open.error(), output);
    watch.awaitKeptEvents();

    std::erase_if(events, [this](const ServiceEvent &event) { return !isWanted(event); });
    sortByTime(events);
    const qint64 last = m_last.value_or(m_follow ? lastBeforeFollowing : mostLast);
    if (static_cast<qint64>(events.size()) > last)
        events.erase(events.begin(), events.end() - last);
    if (output.format() == Output::Format::Csv)
        output.line(csvHeader<ServiceEvent>());
    print(events, output);
    if (m_follow) {
        bool interrupted = false;
        onTermination(&watch, [&interrupted] { interrupted = true; });
        while (!waitFor(printEvery,
                        [&] { return interrupted || output.isLost() || !watch.isSupervisorHeard(); }))
            print(events, output);
        print(events, output);
    }
    return ExitCode::Ok;
}

bool EventsCommand::isWanted(const ServiceEvent &event) const
{
    return isAmong(m_services, event.service) && isAmong(m_kinds, event.kind);
}

void EventsCommand::print(std::vector<ServiceEvent> &events, const Output &output) const
{
    sortByTime(events);
    for (const ServiceEvent &event : std::exchange(events, {})) {
        if (!isWanted(event))
            continue;
        if (output.format() == Output::Format::Json)
            output.line(toJson(event));
        else if (output.format() == Output::Format::Csv)
            output.line(csvLine(event));
        else
            output.line(textOf(event));
    }
}

void sortByTime(std::vector<ServiceEvent> &events)
{
    std::stable_sort(events.begin(), events.end(), [](const ServiceEvent &left, const ServiceEvent &right) {
        return microsecondOf(left) < microsecondOf(right);
    });
}

qint64 microsecondOf(const Event &event)
{
    return event.atUs.value_or(event.atMs * 1000);
}

} // namespace toystore
