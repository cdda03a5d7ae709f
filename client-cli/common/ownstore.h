// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "common/storeaccess.h"
#include "common/supervisorprogram.h"
#include "protocol/supervisormessages.h"

#include <QTemporaryDir>

#include <functional>
#include <memory>

namespace toystore
{

/// A store of our own, on free ports and in a temporary directory, that may be broken. Closed at the end,
/// also if we are killed, and the directory removed, unless it is to be kept.
class OwnStore
{
public:
    /// Opens it and waits until all services are ready. @p arguments: more for the supervisor.
    /// @p isInterrupted: looked at meanwhile; it is then closed again. Before any thread is started. Errors:
    /// what kept it from being ready, in the supervisor's words.
    [[nodiscard]] static Result<std::unique_ptr<OwnStore>> open(const QStringList &arguments,
                                                                const std::function<bool()> &isInterrupted);
    ~OwnStore();
    OwnStore(const OwnStore &) = delete;
    OwnStore &operator=(const OwnStore &) = delete;

    [[nodiscard]] QString dataDirectory() const { return m_directory.path(); }
    /// Its directory stays.
    void keep() { m_directory.setAutoRemove(false); }
    /// Closes it, if it is open, and waits for its end.
    void close();

private:
    OwnStore();
    [[nodiscard]] Result<void> start(const QStringList &arguments);
    [[nodiscard]] Result<void> awaitReady(const std::function<bool()> &isInterrupted);
    /// As its supervisor says they are; none as long as it says nothing.
    [[nodiscard]] QList<ProcessView> processes() const;

    QTemporaryDir m_directory;
    std::optional<SupervisorProgram> m_supervisor;
};

} // namespace toystore
