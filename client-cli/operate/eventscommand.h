// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "common/storeaccess.h"
#include "protocol/eventmessages.h"

#include <string>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// An event, and the service that it happened in; what `toystore events -o json` prints a line of each.
struct ServiceEvent : EventFields {
    ServiceEvent() = default;
    ServiceEvent(const EventFields &event, QByteArray in) : EventFields(event), service(std::move(in)) {}

    QByteArray service;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("service", self.service);
        EventFields::fields(self, visit);
    }
};

/// `toystore events`: what has happened in all services, one line an event.
class EventsCommand
{
public:
    /// Declares the subcommand's options at @p command. Both must outlive the command.
    EventsCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed. With -f it ends by Ctrl-C, or when the store is closed.
    [[nodiscard]] ExitCode run(const Output &output) const;

private:
    [[nodiscard]] bool isWanted(const ServiceEvent &event) const;
    void print(std::vector<ServiceEvent> &events, const Output &output) const;

    const GlobalOptions &m_options;
    bool m_follow = false;
    std::vector<std::string> m_services;
    std::vector<std::string> m_kinds;
    std::optional<qint64> m_last;
};

/// By when they happened.
void sortByTime(std::vector<ServiceEvent> &events);

/// The microsecond of @p event, as far as it is known.
[[nodiscard]] qint64 microsecondOf(const Event &event);

} // namespace toystore
