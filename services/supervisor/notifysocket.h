// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"

#include <QObject>

#include <functional>

class QSocketNotifier;

namespace toystore
{

/// Where one child says by sd_notify(3) how it is: an abstract unix datagram socket of its own. What comes
/// from any other process is not believed: the kernel says who sent it.
class NotifySocket : public QObject
{
public:
    /// @p heard is called with the lines of each message ("READY=1", "STOPPING=1" ...), on this thread.
    /// Errors: internal (no socket to be had).
    [[nodiscard]] static Result<std::unique_ptr<NotifySocket>>
    create(std::function<void(const QList<QByteArray> &)> heard);
    ~NotifySocket() override;

    /// The value for the child's NOTIFY_SOCKET.
    [[nodiscard]] const QByteArray &name() const { return m_name; }

    /// Only what process @p pid says is passed on. Before the child can say anything that matters.
    void listenTo(qint64 pid) { m_pid = pid; }

    /// Passes on what has arrived and was not read yet.
    void readAll();

private:
    NotifySocket(int descriptor, QByteArray name, std::function<void(const QList<QByteArray> &)> heard);
    /// Whether there was anything to read.
    bool read();

    const int m_descriptor;
    const QByteArray m_name;
    const std::function<void(const QList<QByteArray> &)> m_heard;
    QSocketNotifier *m_notifier;
    qint64 m_pid = 0;
};

} // namespace toystore
