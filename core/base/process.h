// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <chrono>
#include <functional>

class QObject;

namespace toystore
{

/// What a service's main() does about the process it is in. All for the main thread.

/// Raises the soft limit of open descriptors to the hard one; returns what it is now.
qint64 raiseDescriptorLimit();

/// Calls @p handler on @p context's thread after the first SIGTERM or SIGINT; the second one ends the process
/// at once. Ignores SIGPIPE and SIGXFSZ. Once a process, with an event loop to come.
void onTermination(QObject *context, std::function<void()> handler);

/// Tells who started us (the supervisor or systemd, by sd_notify) that we serve now, and @p status, one line
/// for people. Nothing happens where nobody asked (NOTIFY_SOCKET unset).
void notifyReady(const QByteArray &status);

/// Tells who started us what we wait for before we can serve, as "the catalog".
void notifyWaitingFor(const QByteArray &what);

/// Tells who started us that our start takes its time but goes on: @p what it does, as "reads the log", and
/// that it is worth waiting for @p more from now on (EXTEND_TIMEOUT_USEC of sd_notify(3)).
void notifyProgress(const QByteArray &what, std::chrono::microseconds more);

/// Tells who started us why we can't serve and end, for where our log can't be read: on a full disk it is not
/// written.
void notifyFailed(const QByteArray &why);

/// Tells who started us that we drain.
void notifyStopping();

} // namespace toystore
