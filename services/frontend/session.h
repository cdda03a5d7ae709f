// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "requestreader.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QSocketNotifier;

namespace toystore
{

class RequestPort;
class SessionServer;

/// One client's connection: reads requests from its socket, has the server handle them one at a time, in
/// their order, and writes the answers.
///
/// What a client can cost is bounded: the reader's limits for what it sends (while an answer is awaited or
/// not taken nothing is handled, and soon not even read), one answer for what it does not read, and a limit
/// for each kind of waiting, which expire() enforces.
///
/// Lives on its session thread.
class Session : public QObject
{
    Q_OBJECT

public:
    static constexpr Milliseconds requestLimit{5000}; ///< from a request's first byte to its last
    static constexpr Milliseconds idleLimit{60'000};  ///< between requests, and for an answer to be taken
    static constexpr Milliseconds lingerLimit{2000};  ///< for a client to see why its connection ends

    /// Takes over @p descriptor, a connected socket, and the @p port that @p server already knows. @p server
    /// must outlive the session.
    Session(int descriptor, RequestPort *port, SessionServer &server, QObject *parent);
    ~Session() override;

    /// The answer to the request that was handed to the server last.
    void answer(const HttpAnswer &answer);

    /// When expire() is due; Instant::max() while the store owes an answer.
    [[nodiscard]] Instant deadline() const { return m_deadline; }
    /// Ends what has lasted too long.
    void expire();

Q_SIGNALS:
    /// The answer is a stream: @p descriptor belongs to the receiver, and the session ends. @p head: what the
    /// client is to be sent first.
    void streamBegan(int descriptor, const QByteArray &head, const std::shared_ptr<EventStream> &stream);
    void deadlineChanged();
    /// The connection is gone; any call may bring it about. The session deletes itself, later.
    void closed();

private:
    enum class Phase {
        Reading,   ///< or idle
        Answering, ///< a request is at the server
        Ending,    ///< its last answer is on its way
        Lingering, ///< sent; what still comes is dropped
        Closed,
    };

    void readSome();
    void onEndOfInput();
    void advance();
    void hand(CheckedRequest request);
    void refuse(const HttpAnswer &answer);
    void handOver(const HttpAnswer &answer);
    [[nodiscard]] QByteArray bytesOf(const HttpAnswer &answer);
    void send(const QByteArray &bytes);
    void flush();
    void linger();
    void close();
    void updateReading();
    void updateDeadline();

    int m_descriptor; // -1: handed over
    SessionServer &m_server;
    QPointer<RequestPort> m_port;
    QSocketNotifier *m_readable;
    QSocketNotifier *m_writable = nullptr; // made for the first client that reads too slowly
    RequestReader m_reader;
    QByteArray m_unsent;
    Phase m_phase = Phase::Reading;
    // Of the request at the server:
    QByteArray m_requestId; // empty: to be made
    bool m_isHead = false;
    ConnectionHeader m_connection = ConnectionHeader::None;
    bool m_inputEnded = false; // the client sends no more; it may still read
    bool m_advancing = false;
    Instant m_lastEvent;
    std::optional<Instant> m_requestBegan;
    Instant m_deadline;
};

} // namespace toystore
