// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/output.h"
#include "demo/demoreport.h"
#include "demo/demostore.h"

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// `toystore demo`: shows in seven steps, in a store of its own, what the store promises, and judges each.
class DemoCommand
{
public:
    /// Declares the subcommand's options at @p command.
    DemoCommand(CLI::App &command, const GlobalOptions &options);

    /// After the options are parsed, before any thread is started. Ctrl-C closes the store and ends it.
    [[nodiscard]] ExitCode run(const Output &output);

private:
    /// What was seen; the error says why it is not what it should be.
    using Verdict = Result<QByteArray>;
    struct Step {
        const char *title;
        const char *watch; ///< what happens, before it does
        Verdict (DemoCommand::*act)();
    };
    static const Step steps[];

    [[nodiscard]] DemoReport::Step perform(const Step &step, qint64 number, const Output &output);
    void awaitEnter() const;

    [[nodiscard]] Verdict open();
    [[nodiscard]] Verdict query();
    [[nodiscard]] Verdict buy();
    [[nodiscard]] Verdict killLeader();
    [[nodiscard]] Verdict startAgain();
    [[nodiscard]] Verdict pauseAndResume();
    [[nodiscard]] Verdict judge();

    bool m_byStep = false;
    DemoStore m_store;
    QByteArray m_killed;   // the service
    qint64 m_killedAt = 0; // the last order in its log then
};

} // namespace toystore
