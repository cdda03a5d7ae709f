// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "verify/storelogs.h"

#include "base/instant.h"
#include "history/logchecks.h"

#include <QDir>
#include <QFile>
#include <QThread>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

/// A replica that follows may have been out of sync a moment ago. It fetches what it lacks from the leader,
/// which sends at least every 100 ms.
constexpr Milliseconds catchUpLimit = 2s;
constexpr unsigned long catchUpPollMs = 20;

} // namespace

Result<QByteArray> readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::StorageFailed,
                       "can't read " + path.toUtf8() + ": " + file.errorString().toUtf8());
    return file.readAll();
}

Result<LogCopy> readLogOf(const QString &dataDirectory, const QString &replica, bool mustBeComplete,
                          qint64 upTo)
{
    const QString path = dataDirectory + QLatin1Char('/') + replica + QStringLiteral("/orders.log");
    const Instant deadline = monotonicNow() + catchUpLimit;
    while (true) {
        Result<QByteArray> bytes = readFile(path);
        if (!bytes)
            return failure(bytes.error());
        if (const Result<void> known = checkLogVersion(*bytes); !known)
            return failure(known.error().code, "can't read " + path.toUtf8() + ": " + known.error().message);
        if (!mustBeComplete || bytes->count('\n') > upTo || monotonicNow() > deadline)
            return LogCopy{replica.toUtf8(), *std::move(bytes), mustBeComplete};
        QThread::msleep(catchUpPollMs);
    }
}

QStringList replicasIn(const QString &dataDirectory)
{
    QStringList replicas;
    for (const QString &name : QDir(dataDirectory).entryList({QStringLiteral("order-*")}, QDir::Dirs)) {
        if (QFile::exists(dataDirectory + QLatin1Char('/') + name + QStringLiteral("/orders.log")))
            replicas.append(name);
    }
    return replicas;
}

} // namespace toystore
