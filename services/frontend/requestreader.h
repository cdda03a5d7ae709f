// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

#include <QByteArray>

#include <variant>

namespace toystore
{

/// A request that is complete, within its limits and unambiguous.
struct CheckedRequest {
    QByteArray method; ///< GET, HEAD, POST or OPTIONS; any other became PATCH, which the store knows no more
    QByteArray path; ///< begins with '/'; percent-encoded wherever anybody could want it, UTF-8 when decoded
    QByteArray headers; ///< those the store reads, one line each
    QByteArray body;
    QByteArray requestId; ///< its X-Request-Id; empty: none, or none that may be repeated
    ConnectionHeader connection = ConnectionHeader::None; ///< what its answer has to say

    /// The request in the one form that all parsers understand alike: no transfer coding, no upgrade, no
    /// query, no host.
    [[nodiscard]] QByteArray canonical() const;
};

/// Reads the requests of one HTTP/1.x connection, strictly, however their bytes were split on the way
/// (RFC 9112). Pure.
///
/// What a proxy in front of us might read in another way than we do is refused, not guessed: a bare LF, a
/// space before a colon, a folded line, a length given twice or beside a transfer coding. After a refusal the
/// stream is out of step, and its connection has to end.
///
/// Holds the head's fields and the body read so far, both bounded, and what was fed and not read yet: who
/// feeds no more than once between two next() that want more bounds that, too.
class RequestReader
{
public:
    static constexpr qsizetype maxHeadBytes = 16 * 1024; ///< from the request line to the empty line
    static constexpr int maxHeaders = 64;
    static constexpr qsizetype maxBodyBytes = 64 * 1024;
    static constexpr qsizetype maxChunkLineBytes = 256; ///< a chunk's size and its extensions
    static constexpr qsizetype maxRequestIdBytes = 128; ///< of an X-Request-Id; visible ASCII

    /// What has come is not a whole request.
    struct Incomplete {
    };
    /// The client waits for `100 Continue` before it sends the body. Said once a request.
    struct ContinueWanted {
    };
    /// What to answer to what is no request; from then on next() says nothing else.
    using Refusal = HttpAnswer;
    using Step = std::variant<Incomplete, ContinueWanted, CheckedRequest, Refusal>;

    /// Adds bytes as they came from the socket.
    void feed(QByteArrayView bytes);

    /// What the bytes amount to; to be called again until it says Incomplete, or a refusal.
    [[nodiscard]] Step next();

    /// No byte of a next request has come.
    [[nodiscard]] bool isBetweenRequests() const
    {
        return m_state == State::RequestLine && m_begin == m_buffer.size();
    }
    /// The X-Request-Id of the request that is being read, or was refused, as far as it has come.
    [[nodiscard]] const QByteArray &requestId() const { return m_request.requestId; }
    /// Fed, and not read yet.
    [[nodiscard]] qsizetype bufferedBytes() const { return m_buffer.size() - m_begin; }

private:
    enum class State { RequestLine, Headers, Body, ChunkSize, ChunkData, ChunkEnd, Trailers, Complete };

    [[nodiscard]] bool advance();
    [[nodiscard]] std::optional<QByteArrayView> takeLine(qsizetype limit, const HttpAnswer &tooLong);
    [[nodiscard]] std::optional<QByteArrayView> takeHeadLine();
    [[nodiscard]] bool readRequestLine();
    [[nodiscard]] bool readVersion(QByteArrayView version);
    [[nodiscard]] bool readTarget(QByteArrayView target);
    [[nodiscard]] bool readHeader();
    [[nodiscard]] bool takeHeader(QByteArrayView name, QByteArrayView value);
    [[nodiscard]] bool readConnection(QByteArrayView value);
    [[nodiscard]] bool readRequestId(QByteArrayView value);
    [[nodiscard]] bool readContentLength(QByteArrayView value);
    [[nodiscard]] bool finishHead();
    [[nodiscard]] bool readBody();
    [[nodiscard]] bool readChunkSize();
    [[nodiscard]] bool readChunkData();
    [[nodiscard]] bool readChunkEnd();
    [[nodiscard]] bool readTrailer();
    bool refuse(int status, const QByteArray &message);
    void begin();

    QByteArray m_buffer;
    qsizetype m_begin = 0;   // of what is not read yet
    qsizetype m_scanned = 0; // no LF between m_begin and here

    State m_state = State::RequestLine;
    CheckedRequest m_request;
    quint32 m_seen = 0; // which of the headers that may be given once
    qsizetype m_headBytes = 0;
    int m_headers = 0;
    qint64 m_bodyLeft = 0; // of the declared length, or of the chunk
    bool m_isChunked = false;
    bool m_isHttp10 = false;
    bool m_wantsClose = false;
    bool m_wantsKeepAlive = false;
    bool m_wantsContinue = false;
    bool m_hasRequestId = false;
    bool m_skippedEmptyLine = false;
    std::optional<Refusal> m_refusal;
};

/// The bytes of a path whose percent-encoding is resolved; nothing if an escape is malformed or the bytes are
/// no UTF-8.
[[nodiscard]] std::optional<QByteArray> decodePath(QByteArrayView path);

} // namespace toystore
