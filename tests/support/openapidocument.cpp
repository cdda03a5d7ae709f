// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/openapidocument.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <cmath>

namespace toystore
{

namespace
{

const QSet<QString> &knownKeywords()
{
    static const QSet<QString> keywords{QStringLiteral("type"),       QStringLiteral("required"),
                                        QStringLiteral("properties"), QStringLiteral("items"),
                                        QStringLiteral("enum"),       QStringLiteral("additionalProperties"),
                                        QStringLiteral("description")};
    return keywords;
}

bool isOfType(const QJsonValue &value, const QString &type)
{
    if (type == QLatin1String("object"))
        return value.isObject();
    if (type == QLatin1String("array"))
        return value.isArray();
    if (type == QLatin1String("string"))
        return value.isString();
    if (type == QLatin1String("boolean"))
        return value.isBool();
    if (type == QLatin1String("integer"))
        return value.isDouble() && std::trunc(value.toDouble()) == value.toDouble();
    return type == QLatin1String("number") && value.isDouble();
}

} // namespace

QMap<QByteArray, QByteArray> headersOf(const RawHttp::Answer &answer)
{
    QMap<QByteArray, QByteArray> headers;
    for (const QByteArray &line : answer.head.split('\n')) {
        const qsizetype colon = line.indexOf(": ");
        if (colon > 0)
            headers.insert(line.left(colon), line.mid(colon + 2).trimmed());
    }
    return headers;
}

QStringList OpenApiDocument::paths() const
{
    return m_document[QStringLiteral("paths")].toObject().keys();
}

QStringList OpenApiDocument::methods(const QString &path) const
{
    QStringList methods = m_document[QStringLiteral("paths")][path].toObject().keys();
    methods.removeAll(QStringLiteral("parameters"));
    for (QString &method : methods)
        method = method.toUpper();
    return methods;
}

std::optional<QJsonObject> OpenApiDocument::find(const QString &reference) const
{
    QJsonValue found = m_document;
    for (const QString &name : reference.mid(2).split(u'/'))
        found = found[name];
    if (!reference.startsWith(QLatin1String("#/")) || !found.isObject())
        return std::nullopt;
    return found.toObject();
}

QJsonObject OpenApiDocument::resolved(const QJsonObject &object) const
{
    const QString reference = object[QStringLiteral("$ref")].toString();
    return reference.isEmpty() ? object : find(reference).value_or(QJsonObject());
}

QStringList OpenApiDocument::brokenReferences() const
{
    QStringList broken;
    collectBroken(m_document, broken);
    return broken;
}

void OpenApiDocument::collectBroken(const QJsonValue &value, QStringList &broken) const
{
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (member.key() == QLatin1String("$ref") && !find(member->toString()))
            broken.append(member->toString());
        collectBroken(*member, broken);
    }
    for (const QJsonValue element : value.toArray())
        collectBroken(element, broken);
}

QString OpenApiDocument::mismatch(const QString &path, const QString &method,
                                  const RawHttp::Answer &answer) const
{
    const QJsonValue operation = m_document[QStringLiteral("paths")][path][method];
    if (!operation.isObject())
        return method + u' ' + path + QStringLiteral(" is not in the document");
    const QJsonObject responses = operation[QStringLiteral("responses")].toObject();
    const QString status = QString::number(answer.status);
    const QString listed = responses.contains(status) ? status : QStringLiteral("default");
    if (!responses.contains(listed))
        return QStringLiteral("%1 %2: the status %3 is not in the document").arg(method, path, status);
    const QJsonObject response = resolved(responses[listed].toObject());
    if (const QString header = headerMismatch(response[QStringLiteral("headers")].toObject(), answer);
        !header.isEmpty())
        return method + u' ' + path + QStringLiteral(": ") + header;
    if (method == QLatin1String("head") || answer.status == 204)
        return answer.body.isEmpty() ? QString() : QStringLiteral("there is a body");
    const QJsonObject content = response[QStringLiteral("content")].toObject();
    const QString type = QString::fromLatin1(headersOf(answer).value("Content-Type"));
    if (!content.contains(type))
        return QStringLiteral("%1 %2: the type %3 is not in the document").arg(method, path, type);
    if (type != QLatin1String("application/json"))
        return {};
    const QJsonDocument body = QJsonDocument::fromJson(answer.body);
    if (!body.isObject())
        return QStringLiteral("the body is no JSON object");
    const QString wrong = mismatch(body.object(), content[type][QStringLiteral("schema")].toObject());
    return wrong.isEmpty() ? wrong : method + u' ' + path + u' ' + status + QStringLiteral(": ") + wrong;
}

QString OpenApiDocument::headerMismatch(const QJsonObject &headers, const RawHttp::Answer &answer) const
{
    const QMap<QByteArray, QByteArray> given = headersOf(answer);
    for (auto one = headers.begin(); one != headers.end(); ++one) {
        const QJsonObject header = resolved(one->toObject());
        const QByteArray name = one.key().toLatin1();
        if (header[QStringLiteral("required")].toBool() && !given.contains(name))
            return QStringLiteral("the header %1 is missing").arg(one.key());
        const QJsonArray values = header[QStringLiteral("schema")][QStringLiteral("enum")].toArray();
        if (given.contains(name) && !values.isEmpty() &&
            !values.contains(QJsonValue(QString::fromLatin1(given.value(name)))))
            return QStringLiteral("the header %1 has a value that is not in the document").arg(one.key());
    }
    return {};
}

QString OpenApiDocument::mismatch(const QJsonValue &value, const QJsonObject &reference,
                                  const QString &where) const
{
    const QJsonObject schema = resolved(reference);
    for (const QString &keyword : schema.keys()) {
        if (!knownKeywords().contains(keyword))
            return where + QStringLiteral(": the keyword %1 is not known here").arg(keyword);
    }
    const QString type = schema[QStringLiteral("type")].toString();
    if (!isOfType(value, type))
        return where + QStringLiteral(" is no ") + type;
    const QJsonArray values = schema[QStringLiteral("enum")].toArray();
    if (!values.isEmpty() && !values.contains(value))
        return where + QStringLiteral(" is none of its values");
    const QJsonArray elements = value.toArray();
    for (qsizetype i = 0; i < elements.size(); ++i) {
        const QString wrong = mismatch(elements[i], schema[QStringLiteral("items")].toObject(),
                                       where + QStringLiteral("[%1]").arg(i));
        if (!wrong.isEmpty())
            return wrong;
    }
    return value.isObject() ? objectMismatch(value.toObject(), schema, where) : QString();
}

QString OpenApiDocument::objectMismatch(const QJsonObject &object, const QJsonObject &schema,
                                        const QString &where) const
{
    const QJsonObject properties = schema[QStringLiteral("properties")].toObject();
    for (const QJsonValue name : schema[QStringLiteral("required")].toArray()) {
        if (!object.contains(name.toString()))
            return where + u'.' + name.toString() + QStringLiteral(" is missing");
    }
    const QJsonValue others = schema[QStringLiteral("additionalProperties")];
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString place = where + u'.' + member.key();
        if (!properties.contains(member.key()) && others.isBool() && !others.toBool())
            return place + QStringLiteral(" is not in the document");
        if (!properties.contains(member.key()))
            continue;
        const QString wrong = mismatch(*member, properties[member.key()].toObject(), place);
        if (!wrong.isEmpty())
            return wrong;
    }
    return {};
}

} // namespace toystore
