// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "requestreader.h"

#include "base/logging.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace toystore
{

namespace
{

constexpr qsizetype keptBufferBytes = 1024; // what an idle connection may hold on to
constexpr qsizetype maxQuotedBytes = 64;

/// The headers that mean something to us. Each may be given once: of two, somebody else might take the other.
enum class Header { Host, Length, Coding, Type, Encoding, Expect, Key, EventId, Count };
constexpr std::array<QByteArrayView, static_cast<std::size_t>(Header::Count)> headerNames = {
    "Host",   "Content-Length",  "Transfer-Encoding", "Content-Type", "Content-Encoding",
    "Expect", "Idempotency-Key", "Last-Event-ID",
};

enum : quint8 { TokenChar = 1, PathChar = 2, HexDigit = 4 };

// RFC 9110 5.6.2 (token) and RFC 3986 3.3 (pchar, and the slash between segments; '%' is looked at aside).
constexpr std::array<quint8, 256> makeCharTable()
{
    std::array<quint8, 256> table{};
    const auto mark = [&table](std::string_view chars, quint8 kind) {
        for (const char c : chars)
            table[static_cast<unsigned char>(c)] |= kind;
    };
    constexpr std::string_view alphanumerics =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    mark(alphanumerics, TokenChar | PathChar);
    mark("!#$%&'*+-.^_`|~", TokenChar);
    mark("-._~!$&'()*+,;=:@/", PathChar);
    mark("0123456789abcdefABCDEF", HexDigit);
    return table;
}
constexpr std::array<quint8, 256> charTable = makeCharTable();

bool isA(char c, quint8 kind)
{
    return (charTable[static_cast<unsigned char>(c)] & kind) != 0;
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return isA(c, TokenChar); });
}

bool isVisible(char c)
{
    return c > ' ' && c < 0x7f;
}

bool equals(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

QByteArrayView trimmed(QByteArrayView text)
{
    const auto isSpace = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isSpace(text.back()))
        text.chop(1);
    return text;
}

/// A piece of what a client sent, for a message.
QByteArray quoted(QByteArrayView text)
{
    return '\'' + printable(text.first(std::min(text.size(), maxQuotedBytes))) + '\'';
}

/// Whether every '%' begins an escape.
bool hasGoodEscapes(QByteArrayView text)
{
    for (qsizetype i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
        if (i + 2 >= text.size() || !isA(text[i + 1], HexDigit) || !isA(text[i + 2], HexDigit))
            return false;
    }
    return true;
}

/// The absolute form (`http://shop:8081/orders`) without scheme and host.
QByteArrayView withoutAuthority(QByteArrayView target)
{
    for (const QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (target.size() >= scheme.size() && equals(target.first(scheme.size()), scheme)) {
            const QByteArrayView rest = target.sliced(scheme.size());
            const auto end =
                std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
            const qsizetype authority = end - rest.begin();
            if (authority == 0)
                return {};
            return authority == rest.size() || *end == '?' ? QByteArrayView("/") : rest.sliced(authority);
        }
    }
    return target;
}

/// @p path with everything escaped that a URL's path does not hold as it is. A second slash would make what
/// follows the name of a host.
QByteArray escaped(QByteArrayView path)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    QByteArray result;
    result.reserve(path.size());
    for (qsizetype i = 0; i < path.size(); ++i) {
        const auto byte = static_cast<unsigned char>(path[i]);
        if (path[i] == '%' || (isA(path[i], PathChar) && !(i == 1 && path[i] == '/')))
            result += path[i];
        else
            result.append('%').append(digits[byte >> 4U]).append(digits[byte & 0xfU]);
    }
    return result;
}

} // namespace

std::optional<QByteArray> decodePath(QByteArrayView path)
{
    if (!hasGoodEscapes(path))
        return std::nullopt;
    QByteArray decoded =
        path.contains('%') ? QByteArray::fromPercentEncoding(path.toByteArray()) : path.toByteArray();
    if (!decoded.isValidUtf8())
        return std::nullopt;
    return decoded;
}

QByteArray CheckedRequest::canonical() const
{
    QByteArray bytes;
    bytes.reserve(64 + path.size() + headers.size() + body.size());
    bytes.append(method).append(' ').append(path).append(" HTTP/1.1\r\n").append(headers);
    if (!body.isEmpty())
        bytes.append("Content-Length: ").append(QByteArray::number(body.size())).append("\r\n");
    bytes.append("\r\n").append(body);
    return bytes;
}

void RequestReader::feed(QByteArrayView bytes)
{
    if (m_begin == m_buffer.size() && m_buffer.capacity() > keptBufferBytes)
        m_buffer = {};
    else if (m_begin > 0)
        m_buffer.remove(0, m_begin);
    m_scanned = std::max(qsizetype(0), m_scanned - m_begin);
    m_begin = 0;
    m_buffer.append(bytes);
}

RequestReader::Step RequestReader::next()
{
    while (!m_refusal && m_state != State::Complete && advance()) {
    }
    if (m_refusal)
        return *m_refusal;
    if (m_state == State::Complete) {
        CheckedRequest request = std::move(m_request);
        begin();
        return request;
    }
    const bool atBody = m_state == State::Body || m_state == State::ChunkSize;
    if (atBody && bufferedBytes() == 0 && std::exchange(m_wantsContinue, false))
        return ContinueWanted();
    if (bufferedBytes() == 0 && m_buffer.capacity() > keptBufferBytes) {
        m_buffer = {};
        m_begin = m_scanned = 0;
    }
    return Incomplete();
}

void RequestReader::begin()
{
    m_state = State::RequestLine;
    m_request = {};
    m_seen = 0;
    m_headBytes = 0;
    m_headers = 0;
    m_bodyLeft = 0;
    m_isChunked = m_isHttp10 = m_wantsClose = m_wantsKeepAlive = m_wantsContinue = m_hasRequestId = false;
    m_skippedEmptyLine = false;
}

// One step on; whether there may be another.
bool RequestReader::advance()
{
    switch (m_state) {
    case State::RequestLine:
        return readRequestLine();
    case State::Headers:
        return readHeader();
    case State::Body:
        return readBody();
    case State::ChunkSize:
        return readChunkSize();
    case State::ChunkData:
        return readChunkData();
    case State::ChunkEnd:
        return readChunkEnd();
    case State::Trailers:
        return readTrailer();
    case State::Complete:
        break;
    }
    return false;
}

bool RequestReader::refuse(int status, const QByteArray &message)
{
    m_refusal = HttpAnswer::error(status, message);
    m_buffer = {};
    m_begin = m_scanned = 0;
    return false;
}

std::optional<QByteArrayView> RequestReader::takeLine(qsizetype limit, const HttpAnswer &tooLong)
{
    const qsizetype end = m_buffer.indexOf('\n', std::max(m_begin, m_scanned));
    if ((end < 0 ? m_buffer.size() : end + 1) - m_begin > limit) {
        m_refusal = tooLong;
        return std::nullopt;
    }
    if (end < 0) {
        m_scanned = m_buffer.size();
        return std::nullopt;
    }
    const QByteArrayView line = QByteArrayView(m_buffer).sliced(m_begin, end - m_begin);
    m_begin = m_scanned = end + 1;
    if (!line.endsWith('\r')) {
        refuse(400, "a line does not end in CR LF");
        return std::nullopt;
    }
    return line.chopped(1);
}

std::optional<QByteArrayView> RequestReader::takeHeadLine()
{
    static const HttpAnswer tooLong =
        HttpAnswer::error(431, "the request line and the headers are longer than " +
                                   QByteArray::number(maxHeadBytes) + " bytes");
    const std::optional<QByteArrayView> line = takeLine(maxHeadBytes - m_headBytes, tooLong);
    if (line)
        m_headBytes += line->size() + 2;
    return line;
}

bool RequestReader::readRequestLine()
{
    if (bufferedBytes() == 0)
        return false;
    // What can't become a request need not be waited for: a TLS handshake, for instance, has no lines.
    const char first = m_buffer[m_begin];
    if (!isA(first, TokenChar) && (first != '\r' || m_skippedEmptyLine))
        return refuse(400, "the request line does not begin with a method");
    const std::optional<QByteArrayView> line = takeHeadLine();
    if (!line)
        return false;
    if (line->isEmpty()) { // RFC 9112 2.2: one, of a client that ended its last body with it
        m_skippedEmptyLine = true;
        return true;
    }
    const qsizetype methodEnd = line->indexOf(' ');
    const qsizetype targetEnd = line->lastIndexOf(' ');
    if (methodEnd < 0 || methodEnd == targetEnd)
        return refuse(400, "the request line is not METHOD TARGET HTTP/1.1");
    const QByteArrayView method = line->first(methodEnd);
    if (!isToken(method))
        return refuse(400, "the request line's method is no token: " + quoted(method));
    for (const QByteArrayView known : {QByteArrayView("GET"), QByteArrayView("POST"), QByteArrayView("HEAD"),
                                       QByteArrayView("OPTIONS"), QByteArrayView("PATCH")}) {
        m_request.method = known.toByteArray();
        if (method == known)
            break;
    }
    m_state = State::Headers;
    return readVersion(line->sliced(targetEnd + 1)) &&
           readTarget(line->sliced(methodEnd + 1, targetEnd - methodEnd - 1));
}

bool RequestReader::readVersion(QByteArrayView version)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.startsWith("HTTP/") || !isDigit(version[5]) || version[6] != '.' ||
        !isDigit(version[7]))
        return refuse(400, "the request line does not end in a version like HTTP/1.1");
    if (version[5] != '1')
        return refuse(505, quoted(version) + ": only HTTP/1.1 and HTTP/1.0 are spoken here");
    m_isHttp10 = version[7] == '0';
    return true;
}

bool RequestReader::readTarget(QByteArrayView target)
{
    if (!std::all_of(target.begin(), target.end(), isVisible) || target.contains('#'))
        return refuse(400, "the request's target holds what must be percent-encoded");
    if (!hasGoodEscapes(target))
        return refuse(400, "the request's target has a bad escape: '%' wants two hexadecimal digits");
    if (target == "*" && m_request.method == "OPTIONS") {
        m_request.path = "/*";
        return true;
    }
    QByteArrayView path = withoutAuthority(target);
    if (const qsizetype query = path.indexOf('?'); query >= 0)
        path = path.first(query);
    if (!path.startsWith('/'))
        return refuse(400, "the request's target is no path: it does not begin with '/'");
    if (path.contains('%') && !decodePath(path))
        return refuse(400, "the path is not valid percent-encoded UTF-8");
    m_request.path = escaped(path);
    return true;
}

bool RequestReader::readHeader()
{
    const std::optional<QByteArrayView> line = takeHeadLine();
    if (!line)
        return false;
    if (line->isEmpty())
        return finishHead();
    if (++m_headers > maxHeaders)
        return refuse(431, "there are more than " + QByteArray::number(maxHeaders) + " headers");
    const qsizetype colon = line->indexOf(':');
    const QByteArrayView name = colon < 0 ? *line : line->first(colon);
    if (colon < 0 || !isToken(name))
        return refuse(400, "a header is not 'NAME: VALUE': " + quoted(name));
    const QByteArrayView value = trimmed(line->sliced(colon + 1));
    const auto isControl = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    };
    if (std::any_of(value.begin(), value.end(), isControl))
        return refuse(400, "the header " + quoted(name) + " has a control character in its value");
    return takeHeader(name, value);
}

bool RequestReader::takeHeader(QByteArrayView name, QByteArrayView value)
{
    if (equals(name, "Connection"))
        return readConnection(value);
    if (equals(name, "X-Request-Id"))
        return readRequestId(value);
    const auto found = std::find_if(headerNames.begin(), headerNames.end(),
                                    [name](QByteArrayView known) { return equals(name, known); });
    if (found == headerNames.end())
        return true; // nothing that we read
    const auto header = static_cast<Header>(found - headerNames.begin());
    const quint32 bit = 1U << static_cast<unsigned>(header);
    if ((m_seen & bit) != 0)
        return refuse(400, "the header " + found->toByteArray() + " is given twice");
    m_seen |= bit;
    switch (header) {
    case Header::Length:
        return readContentLength(value);
    case Header::Coding:
        m_isChunked = equals(value, "chunked");
        return m_isChunked || refuse(501, "Transfer-Encoding: only chunked is known, not " + quoted(value));
    case Header::Expect:
        m_wantsContinue = equals(value, "100-continue");
        return m_wantsContinue || refuse(417, "Expect: only 100-continue is known, not " + quoted(value));
    case Header::Type:
    case Header::Encoding:
    case Header::Key:
    case Header::EventId:
        m_request.headers.append(*found).append(": ").append(value).append("\r\n");
        break;
    case Header::Host:
    case Header::Count:
        break;
    }
    return true;
}

bool RequestReader::readConnection(QByteArrayView value)
{
    while (!value.isEmpty()) {
        const qsizetype comma = value.indexOf(',');
        const QByteArrayView option = trimmed(comma < 0 ? value : value.first(comma));
        m_wantsClose |= equals(option, "close");
        m_wantsKeepAlive |= equals(option, "keep-alive");
        value = comma < 0 ? QByteArrayView() : value.sliced(comma + 1);
    }
    return true;
}

// It only helps people to find things again: what can't be used, or is given twice, is passed over.
bool RequestReader::readRequestId(QByteArrayView value)
{
    const bool isUsable = !std::exchange(m_hasRequestId, true) && value.size() <= maxRequestIdBytes &&
                          std::all_of(value.begin(), value.end(), isVisible);
    m_request.requestId = isUsable ? value.toByteArray() : QByteArray();
    return true;
}

bool RequestReader::readContentLength(QByteArrayView value)
{
    const bool digits = !value.isEmpty() &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return refuse(400, "Content-Length: must be a number of bytes, is " + quoted(value));
    if (std::from_chars(value.data(), value.data() + value.size(), m_bodyLeft).ec != std::errc())
        m_bodyLeft = maxBodyBytes + 1; // which is said when the head is complete: it may be wrong altogether
    return true;
}

bool RequestReader::finishHead()
{
    const auto given = [this](Header header) {
        return (m_seen & (1U << static_cast<unsigned>(header))) != 0;
    };
    if (!m_isHttp10 && !given(Header::Host))
        return refuse(400, "the header Host is missing");
    if (m_isChunked && given(Header::Length))
        return refuse(400, "Content-Length and Transfer-Encoding: only one may be given");
    if (m_isChunked && m_isHttp10)
        return refuse(400, "Transfer-Encoding: is not known in HTTP/1.0");
    if (m_bodyLeft > maxBodyBytes)
        return refuse(413, "the body is longer than " + QByteArray::number(maxBodyBytes) + " bytes");
    if (m_isHttp10)
        m_wantsContinue = false;
    if (m_wantsClose || (m_isHttp10 && !m_wantsKeepAlive))
        m_request.connection = ConnectionHeader::Close;
    else if (m_isHttp10)
        m_request.connection = ConnectionHeader::KeepAlive;
    m_state = m_isChunked ? State::ChunkSize : m_bodyLeft > 0 ? State::Body : State::Complete;
    return true;
}

bool RequestReader::readBody()
{
    if (bufferedBytes() < m_bodyLeft)
        return false;
    m_request.body = m_buffer.mid(m_begin, m_bodyLeft);
    m_begin += m_bodyLeft;
    m_state = State::Complete;
    return true;
}

bool RequestReader::readChunkSize()
{
    static const HttpAnswer tooLong = HttpAnswer::error(
        400, "a chunk's size is longer than " + QByteArray::number(maxChunkLineBytes) + " bytes");
    const std::optional<QByteArrayView> line = takeLine(maxChunkLineBytes, tooLong);
    if (!line)
        return false;
    const qsizetype extension = line->indexOf(';');
    const QByteArrayView size = trimmed(extension < 0 ? *line : line->first(extension));
    const char *const end = size.data() + size.size();
    quint64 bytes = 0;
    const auto [parsed, error] = std::from_chars(size.data(), end, bytes, 16);
    if (size.isEmpty() || parsed != end || error == std::errc::invalid_argument)
        return refuse(400, "a chunk's size is no hexadecimal number: " + quoted(size));
    if (error != std::errc() || bytes > static_cast<quint64>(maxBodyBytes - m_request.body.size()))
        return refuse(413, "the body is longer than " + QByteArray::number(maxBodyBytes) + " bytes");
    m_bodyLeft = static_cast<qint64>(bytes);
    m_state = bytes > 0 ? State::ChunkData : State::Trailers;
    return true;
}

bool RequestReader::readChunkData()
{
    const qsizetype bytes = std::min(bufferedBytes(), qsizetype(m_bodyLeft));
    m_request.body.append(QByteArrayView(m_buffer).sliced(m_begin, bytes));
    m_begin += bytes;
    m_bodyLeft -= bytes;
    if (m_bodyLeft > 0)
        return false;
    m_state = State::ChunkEnd;
    return true;
}

bool RequestReader::readChunkEnd()
{
    if (bufferedBytes() < 2)
        return false;
    if (m_buffer[m_begin] != '\r' || m_buffer[m_begin + 1] != '\n')
        return refuse(400, "a chunk does not end where its size says");
    m_begin += 2;
    m_state = State::ChunkSize;
    return true;
}

// Trailers count as headers, and mean nothing to us.
bool RequestReader::readTrailer()
{
    const std::optional<QByteArrayView> line = takeHeadLine();
    if (!line)
        return false;
    if (line->isEmpty()) {
        m_state = State::Complete;
        return true;
    }
    if (++m_headers > maxHeaders)
        return refuse(431, "there are more than " + QByteArray::number(maxHeaders) + " headers");
    const qsizetype colon = line->indexOf(':');
    if (colon < 0 || !isToken(line->first(colon)))
        return refuse(400, "a trailer is not 'NAME: VALUE': " +
                               quoted(line->first(std::max(colon, qsizetype(0)))));
    return true;
}

} // namespace toystore
