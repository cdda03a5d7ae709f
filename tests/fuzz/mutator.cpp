// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/mutator.h"

#include "base/error.h"

#include <QDir>

#include <algorithm>
#include <array>

namespace toystore::fuzz
{

namespace
{

const std::vector<QByteArray> &troublemakers()
{
    static const std::vector<QByteArray> pieces = {
        "\r\n",
        "\n",
        "\r\n\r\n",
        "\r",
        QByteArray("\0", 1),
        "\xff",
        "\xc0\x80",
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\x1b[2J",
        "%00",
        "%",
        "%2e%2e%2f",
        "-1",
        "0",
        "1.0",
        "1e999",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "NaN",
        "null",
        "\"",
        "\\",
        "\\u0000",
        "\\ud800",
        "{",
        "}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "]",
        ",",
        ":",
        " ",
        "\t",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "HTTP/1.0",
        "HTTP/2.0",
        "ffffffffffffffff\r\n",
        "0\r\n\r\n",
        "{\"id\":1,\"method_name\":\"health_check\"}\n",
    };
    return pieces;
}

} // namespace

qsizetype Mutator::below(qsizetype limit)
{
    return static_cast<qsizetype>(m_engine() % static_cast<quint64>(limit));
}

const QByteArray &Mutator::pick()
{
    return m_corpus[static_cast<std::size_t>(below(static_cast<qsizetype>(m_corpus.size())))];
}

QByteArray Mutator::next()
{
    QByteArray bytes = pick();
    for (qsizetype changes = 1 + below(4); changes > 0; --changes)
        change(bytes);
    bytes.truncate(maxBytes);
    return bytes;
}

void Mutator::change(QByteArray &bytes)
{
    const qsizetype at = below(bytes.size() + 1);
    const qsizetype length = below(std::min(bytes.size() - at, qsizetype(64)) + 1);
    const auto &pieces = troublemakers();
    switch (below(8)) {
    case 0:
        if (at < bytes.size())
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
    case 1:
        if (at < bytes.size())
            bytes[at] = static_cast<char>(below(256));
        break;
    case 2:
        bytes.remove(at, length);
        break;
    case 3:
        bytes.insert(at, bytes.mid(at, length));
        break;
    case 4:
        bytes.insert(at, pieces[static_cast<std::size_t>(below(static_cast<qsizetype>(pieces.size())))]);
        break;
    case 5:
        bytes.truncate(at);
        break;
    case 6: {
        const QByteArray &other = pick();
        bytes = bytes.left(at) + other.mid(below(other.size() + 1));
        break;
    }
    default:
        bytes.insert(at, bytes.mid(at, length).repeated(below(100)));
    }
}

std::vector<QByteArray> readCorpus(const QString &directory)
{
    std::vector<QByteArray> corpus;
    const QDir dir(directory);
    for (const QString &name : dir.entryList(QDir::Files, QDir::Name)) {
        QFile file(dir.filePath(name));
        TOYSTORE_ENSURE(file.open(QIODevice::ReadOnly));
        corpus.push_back(file.readAll());
    }
    TOYSTORE_ENSURE(!corpus.empty());
    return corpus;
}

} // namespace toystore::fuzz
