// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

namespace toystore
{

/// An answer over HTTP.
struct HttpResponse {
    int status = 0;
    QByteArrayView head; ///< status line and fields, the last CRLF included
    QByteArrayView body; ///< without its transfer coding
};

/// Reads the answers of an HTTP/1.1 or 1.0 server, one after the other, from bytes as they come (RFC 9112):
/// with a Content-Length, chunked, or up to the connection's end; what a status of 100 announces is passed
/// over. Strict: what could be read in two ways is malformed. Its buffers are kept from answer to answer.
///
/// Pure; one thread.
class HttpResponseParser
{
public:
    static constexpr qsizetype maxHeadBytes = 16'384; ///< also of trailers
    static constexpr qsizetype maxBodyBytes = 1'048'576;

    enum class State { Incomplete, Complete, Malformed };

    /// Makes ready for the answer to the next request; not one to HEAD.
    void begin();
    /// Takes what came. More than the answer is malformed: nobody has asked for it.
    State feed(QByteArrayView bytes);
    /// The connection has ended; that completes an answer of no stated length.
    State end();

    /// Of a complete answer; valid until begin().
    [[nodiscard]] HttpResponse response() const;
    /// Whether the connection may be used for another request.
    [[nodiscard]] bool keepsAlive() const { return m_keepsAlive; }

private:
    enum class Framing { Length, Chunked, UntilClose };

    bool takeHead();
    bool readHead(QByteArrayView head);
    bool readField(QByteArrayView line);
    State takeBody();
    State takeChunks();
    void takeTrailers();
    State become(State state) { return m_state = state; }

    State m_state = State::Incomplete;
    QByteArray m_received;     // head and body; of a chunked answer what was decoded
    QByteArray m_coded;        // chunks that are not decoded yet
    qsizetype m_bodyBegin = 0; // 0: the head is not complete
    int m_status = 0;
    Framing m_framing = Framing::UntilClose;
    qsizetype m_length = -1; // stated; -1: not
    bool m_chunked = false;
    bool m_inTrailers = false;
    bool m_keepsAlive = true;
};

} // namespace toystore
