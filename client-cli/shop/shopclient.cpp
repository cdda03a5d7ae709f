// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "shop/shopclient.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>

#include <memory>

namespace toystore
{

namespace
{

constexpr qint64 maxAnswerBytes = 1024 * 1024;

QNetworkRequest requestFor(const QByteArray &url)
{
    QNetworkRequest request(QUrl::fromEncoded(url, QUrl::StrictMode));
    request.setRawHeader("Accept", "application/json");
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    return request;
}

Result<ShopClient::Answer> answerOf(QNetworkReply &reply, bool timedOut, Milliseconds timeout)
{
    const QVariant status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (timedOut)
        return failure(ErrorCode::DeadlineExceeded,
                       "no answer within " + QByteArray::number(qint64{timeout.count()}) + " ms");
    if (!status.isValid()) {
        const bool lost = reply.error() == QNetworkReply::RemoteHostClosedError;
        return failure(lost ? ErrorCode::ConnectionLost : ErrorCode::CannotConnect,
                       reply.errorString().toUtf8());
    }
    Result<JsonTree> body = JsonTree::parse(reply.read(maxAnswerBytes));
    if (!body)
        return failure(ErrorCode::MalformedMessage, "what answers there is no toy store: HTTP status " +
                                                        QByteArray::number(status.toInt()) +
                                                        " without a JSON object");
    return ShopClient::Answer{status.toInt(), *std::move(body)};
}

// Waits for the whole answer. @p reply must be its manager's child.
Result<ShopClient::Answer> finish(QNetworkReply &reply, Milliseconds timeout)
{
    QEventLoop loop;
    bool timedOut = false;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &reply, [&] {
        timedOut = true;
        reply.abort();
    });
    QObject::connect(&reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    timer.start(timeout);
    if (!reply.isFinished())
        loop.exec();
    return answerOf(reply, timedOut, timeout);
}

} // namespace

QByteArray shopHint(const Error &error)
{
    switch (error.code) {
    case ErrorCode::CannotConnect:
        return "Is the store open? 'toystore status' says so, 'toystore up' opens it; --url names another "
               "shop.";
    case ErrorCode::DeadlineExceeded:
    case ErrorCode::ConnectionLost:
    case ErrorCode::Internal:
    case ErrorCode::Overloaded:
        return "'toystore status' shows which service is down or paused.";
    case ErrorCode::MalformedMessage:
        return "Check --url and TOYSTORE_URL.";
    default:
        return {};
    }
}

Result<ShopClient::Answer> ShopClient::get(const QByteArray &path) const
{
    QNetworkAccessManager manager;
    return finish(*manager.get(requestFor(m_shop + path)), m_timeout);
}

Result<ShopClient::Answer> ShopClient::post(const QByteArray &path, const QByteArray &json,
                                            const QByteArray &idempotencyKey) const
{
    QNetworkAccessManager manager;
    QNetworkRequest request = requestFor(m_shop + path);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    request.setRawHeader("Idempotency-Key", idempotencyKey);
    return finish(*manager.post(request, json), m_timeout);
}

} // namespace toystore
