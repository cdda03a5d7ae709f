// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/ask.h"
#include "support/storeports.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

namespace toystore
{

class FakeStore;

/// A real toystore-frontend on free ports, in front of a FakeStore.
class FrontendProcess
{
public:
    /// @p mostDescriptors: the process's limit, hard and soft; 0: as this process has it.
    explicit FrontendProcess(const FakeStore &store, int mostDescriptors = 0);
    /// Kills it if it still runs.
    ~FrontendProcess();

    [[nodiscard]] quint16 httpPort() const { return m_httpPort.number(); }
    [[nodiscard]] quint16 adminPort() const { return m_adminPort.number(); }

    /// Whether it has told (by sd_notify) that it serves, waiting for it at most 5 s.
    [[nodiscard]] bool isReady();
    /// Whether it says that the catalog tells it of changes.
    [[nodiscard]] bool isSubscribed();
    /// Sends SIGTERM.
    void terminate() { m_process.terminate(); }
    /// Its exit code, if it ends within 8 s by itself.
    [[nodiscard]] std::optional<int> exitCode();
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }

    /// Asks the admin port.
    template <typename R>
    [[nodiscard]] Result<typename R::Answer> ask(const R &request)
    {
        return toystore::ask(adminPort(), request);
    }

private:
    const FreePort m_httpPort;
    const FreePort m_adminPort;
    QTemporaryDir m_directory;
    int m_notifySocket;
    QProcess m_process;
};

} // namespace toystore
