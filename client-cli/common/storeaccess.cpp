// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/storeaccess.h"

#include <QDir>
#include <QFileInfo>

namespace toystore
{

namespace
{

Endpoint local(qint64 port)
{
    return {QStringLiteral("127.0.0.1"), static_cast<quint16>(port)};
}

} // namespace

StoreAccess::StoreAccess(const GlobalOptions &options)
    : m_options(options), m_dataDirectory(QDir::cleanPath(QFileInfo(options.data).absoluteFilePath()))
{
    if (const Result<StoreFile> file = readStoreFile(m_dataDirectory))
        m_file = *file;
}

Result<QByteArray> StoreAccess::shop() const
{
    if (m_options.url.isEmpty())
        return "http://127.0.0.1:" + QByteArray::number(m_file ? m_file->httpPort : 8081);
    const QUrl url(m_options.url, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != QStringLiteral("http") || url.host().isEmpty())
        return failure(ErrorCode::InvalidField,
                       "--url: '" + m_options.url.toUtf8() + "' is no address like http://127.0.0.1:8081");
    QByteArray shop = url.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment).toEncoded();
    while (shop.endsWith(
        '/')) // paths are put behind it; whether QUrl strips a root's slash depends on its version
        shop.chop(1);
    return shop;
}

Endpoint StoreAccess::supervisor() const
{
    if (m_options.supervisorPort != 0)
        return local(m_options.supervisorPort);
    return local(m_file ? m_file->supervisorPort : 8083);
}

Endpoint StoreAccess::frontendAdmin() const
{
    return local(m_file ? m_file->adminPort : 8082);
}

Endpoint StoreAccess::catalog() const
{
    return local(m_file ? m_file->catalogPort : 8084);
}

QList<ReplicaPlace> StoreAccess::replicas() const
{
    if (!m_file)
        return {};
    return parsePlaces(QString::fromUtf8(m_file->replicas)).value_or(QList<ReplicaPlace>());
}

} // namespace toystore
