// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/targets.h"

#include "protocol/jsontree.h"
#include "requestreader.h"

#include <QUrl>

#include <algorithm>
#include <vector>

namespace toystore::fuzz
{

namespace
{

using Steps = std::vector<QByteArray>;

void checkRequest(const CheckedRequest &request)
{
    TOYSTORE_ENSURE(request.body.size() <= RequestReader::maxBodyBytes);
    // Escaping may have made three bytes of one.
    TOYSTORE_ENSURE(request.path.size() <= 3 * RequestReader::maxHeadBytes);
    const auto path = decodePath(request.path);
    TOYSTORE_ENSURE(path.has_value());
    const QUrl url(QString::fromUtf8(request.path));
    TOYSTORE_ENSURE(url.isValid());
    TOYSTORE_ENSURE(decodePath(url.path(QUrl::FullyEncoded).toLatin1()) == path);
    // In its canonical form it is one request still, whoever reads it.
    RequestReader again;
    const QByteArray canonical = request.canonical();
    const qsizetype lineEnd = canonical.indexOf("\r\n") + 2;
    again.feed(canonical.first(lineEnd) + "Host: x\r\n" + canonical.mid(lineEnd));
    RequestReader::Step step = again.next();
    const auto *same = std::get_if<CheckedRequest>(&step);
    // Unless a head that was as long as may be became longer by it.
    const bool mayBeTooLong = lineEnd + request.headers.size() + 64 > RequestReader::maxHeadBytes;
    TOYSTORE_ENSURE(same != nullptr || mayBeTooLong);
    TOYSTORE_ENSURE(same == nullptr || (same->canonical() == canonical && again.isBetweenRequests()));
}

void checkRefusal(const HttpAnswer &refusal)
{
    TOYSTORE_ENSURE(refusal.status >= 400 && refusal.status < 600);
    TOYSTORE_ENSURE(JsonTree::parse(refusal.body).has_value());
    TOYSTORE_ENSURE(std::none_of(refusal.body.begin(), refusal.body.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

Steps readInPieces(QByteArrayView bytes, qsizetype piece)
{
    Steps steps;
    RequestReader reader;
    while (true) {
        RequestReader::Step step = reader.next();
        if (const auto *request = std::get_if<CheckedRequest>(&step)) {
            checkRequest(*request);
            steps.push_back(request->canonical());
        } else if (const auto *refusal = std::get_if<RequestReader::Refusal>(&step)) {
            checkRefusal(*refusal);
            steps.push_back(refusal->body);
            return steps;
        } else if (std::holds_alternative<RequestReader::Incomplete>(step)) {
            TOYSTORE_ENSURE(reader.bufferedBytes() <= RequestReader::maxBodyBytes + piece);
            if (bytes.isEmpty())
                return steps;
            reader.feed(bytes.first(std::min(piece, bytes.size())));
            bytes = bytes.sliced(std::min(piece, bytes.size()));
        }
    }
}

} // namespace

void readRequests(QByteArrayView bytes)
{
    const Steps whole = readInPieces(bytes, std::max(bytes.size(), qsizetype(1)));
    const qsizetype piece = bytes.isEmpty() ? 1 : 1 + static_cast<unsigned char>(bytes.back()) % 64;
    TOYSTORE_ENSURE(readInPieces(bytes, piece) == whole);
}

} // namespace toystore::fuzz
