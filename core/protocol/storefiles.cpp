// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/storefiles.h"

#include <QFile>
#include <QStandardPaths>

namespace toystore
{

namespace
{

constexpr qint64 maxFileBytes = 64 * 1024;

} // namespace

QString defaultDataDirectory()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/toystore");
}

QString storeFilePath(const QString &dataDirectory)
{
    return dataDirectory + QStringLiteral("/supervisor.json");
}

QString tokenFilePath(const QString &dataDirectory)
{
    return dataDirectory + QStringLiteral("/token");
}

QString ledgerUrlPath(const QString &dataDirectory)
{
    return dataDirectory + QStringLiteral("/ledger-url");
}

QString logDirectory(const QString &dataDirectory)
{
    return dataDirectory + QStringLiteral("/logs");
}

Result<StoreFile> readStoreFile(const QString &dataDirectory)
{
    QFile file(storeFilePath(dataDirectory));
    const QByteArray path = file.fileName().toUtf8();
    if (!file.exists())
        return failure(ErrorCode::CannotConnect, "no store is open in " + dataDirectory.toUtf8());
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed, "can't read " + path + ": " + file.errorString().toUtf8());
    const Result<JsonTree> tree = JsonTree::parse(file.read(maxFileBytes));
    if (!tree)
        return failure(tree.error().code, path + ": " + tree.error().message);
    const Result<StoreFile> read = decodeFields<StoreFile>(tree->root());
    if (!read)
        return failure(read.error().code, path + ": " + read.error().message);
    return *read;
}

Result<QUrl> readLedgerUrl(const QString &dataDirectory)
{
    QFile file(ledgerUrlPath(dataDirectory));
    if (!file.exists()) {
        QUrl usual;
        usual.setScheme(QStringLiteral("sqlite"));
        usual.setPath(dataDirectory + QStringLiteral("/catalog/ledger.sqlite"));
        return usual;
    }
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed, "can't read where the store's ledger is in " +
                                                     file.fileName().toUtf8() + ": " +
                                                     file.errorString().toUtf8());
    return QUrl(QString::fromUtf8(file.read(maxFileBytes).trimmed()), QUrl::StrictMode);
}

Result<QByteArray> readToken(const QString &dataDirectory)
{
    QFile file(tokenFilePath(dataDirectory));
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorCode::Unauthorized, "can't read the store's token in " +
                                                    file.fileName().toUtf8() + " (" +
                                                    file.errorString().toUtf8() +
                                                    "): only the user who opened the store may operate it");
    }
    return file.read(maxFileBytes).trimmed();
}

} // namespace toystore
