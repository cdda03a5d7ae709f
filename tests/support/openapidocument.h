// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/rawhttp.h"

#include <QJsonObject>

namespace toystore
{

/// An OpenAPI document that answers are held against. Of JSON Schema it knows `$ref` within the document,
/// `type`, `required`, `properties`, `additionalProperties: false`, `items` and `enum`; a keyword that it
/// does not know is an error, so that nothing is believed to be checked that is not.
class OpenApiDocument
{
public:
    explicit OpenApiDocument(QJsonObject document) : m_document(std::move(document)) {}

    /// What of @p answer to @p method (in lower case) on @p path, as the document writes it, is not as the
    /// document says; empty if all is.
    [[nodiscard]] QString mismatch(const QString &path, const QString &method,
                                   const RawHttp::Answer &answer) const;

    /// Where @p value is not as @p schema says; empty if it is.
    [[nodiscard]] QString mismatch(const QJsonValue &value, const QJsonObject &schema,
                                   const QString &where = QStringLiteral("the body")) const;

    [[nodiscard]] QStringList paths() const;
    /// The methods of a path, in upper case.
    [[nodiscard]] QStringList methods(const QString &path) const;
    /// Every `$ref` that leads nowhere.
    [[nodiscard]] QStringList brokenReferences() const;

private:
    [[nodiscard]] QJsonObject resolved(const QJsonObject &object) const;
    [[nodiscard]] std::optional<QJsonObject> find(const QString &reference) const;
    [[nodiscard]] QString objectMismatch(const QJsonObject &object, const QJsonObject &schema,
                                         const QString &where) const;
    [[nodiscard]] QString headerMismatch(const QJsonObject &headers, const RawHttp::Answer &answer) const;
    void collectBroken(const QJsonValue &value, QStringList &broken) const;

    const QJsonObject m_document;
};

/// The headers of an answer by name.
[[nodiscard]] QMap<QByteArray, QByteArray> headersOf(const RawHttp::Answer &answer);

} // namespace toystore
