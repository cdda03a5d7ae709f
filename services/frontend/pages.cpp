// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "pages.h"

#include "base/error.h"
#include "base/version.h"
#include "protocol/jsonwriter.h"

#include <QCryptographicHash>
#include <QFile>

namespace toystore
{

namespace
{

QByteArray resource(const QString &path)
{
    QFile file(path);
    TOYSTORE_ENSURE(file.open(QIODevice::ReadOnly));
    return file.readAll();
}

/// The source expression that allows the one element @p tag of @p page, and no other (CSP 3, 2.3.1).
QByteArray hashOf(const QByteArray &page, const QByteArray &tag)
{
    const qsizetype begin = page.indexOf('<' + tag + '>') + tag.size() + 2;
    const qsizetype end = page.indexOf("</" + tag + '>', begin);
    TOYSTORE_ENSURE(begin < end);
    const QByteArray content = page.mid(begin, end - begin);
    return "'sha256-" + QCryptographicHash::hash(content, QCryptographicHash::Sha256).toBase64() + '\'';
}

} // namespace

HttpAnswer statusPage()
{
    HttpAnswer answer{200, resource(QStringLiteral(":/statuspage.html"))};
    answer.contentType = "text/html; charset=utf-8";
    answer.headers = "Content-Security-Policy: default-src 'none'; style-src " +
                     hashOf(answer.body, "style") + "; script-src " + hashOf(answer.body, "script") +
                     "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                     " frame-ancestors 'none'\r\n"
                     "X-Content-Type-Options: nosniff\r\n"
                     "Referrer-Policy: no-referrer\r\n";
    return answer;
}

HttpAnswer openApi()
{
    return {200, resource(QStringLiteral(":/openapi.json")).replace("@VERSION@", version)};
}

HttpAnswer versionAnswer()
{
    JsonWriter writer;
    writer.beginObject().key("name").text("toystore").key("version").text(version);
    writer.key("qt").text(qVersion()).endObject();
    return {200, writer.take()};
}

} // namespace toystore
