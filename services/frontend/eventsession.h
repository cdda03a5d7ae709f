// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>

namespace toystore
{

class EventStream;

/// A client's connection whose answer does not end: took it over from its Session, and writes what its stream
/// has to say. What the client sends is dropped; when it ends its half, it is gone.
///
/// What a client can cost is bounded: only when it has taken everything is the stream asked for more, and who
/// takes nothing for a while is cut off. A client that vanished without a word is noticed, because there is
/// always something to say: the kernel gives a connection up whose bytes nobody confirms.
///
/// Lives on its session thread, which it never blocks.
class EventSession : public QObject
{
    Q_OBJECT

public:
    static constexpr Milliseconds interval{100};        ///< between two looks for what is new
    static constexpr Milliseconds takeLimit{5000};      ///< for some byte to be taken, if any waits
    static constexpr Milliseconds confirmLimit{10'000}; ///< for the client's machine to confirm one

    /// Takes over @p descriptor, a connected socket, and sends @p head first.
    EventSession(int descriptor, QByteArray head, std::shared_ptr<EventStream> stream, QObject *parent);
    ~EventSession() override;

Q_SIGNALS:
    /// The connection is gone. The session deletes itself, later.
    void closed();

private:
    void goOn();
    void readSome();
    [[nodiscard]] bool flush();
    void close();

    const int m_descriptor;
    const std::shared_ptr<EventStream> m_stream;
    QSocketNotifier m_readable;
    QTimer m_timer;
    QByteArray m_unsent;
    Instant m_lastTaken;
    bool m_isClosed = false;
};

} // namespace toystore
