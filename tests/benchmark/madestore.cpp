// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "benchmark/madestore.h"

#include "orders/orderline.h"
#include "stock/sqlstockledger.h"

#include <QDateTime>
#include <QDir>
#include <QUuid>

#include <algorithm>

namespace toystore
{

namespace
{

constexpr ReplicaId leader{8093};
constexpr qint64 stock = 1'000'000'000;
constexpr qint64 began = 1'767'225'600'000; // the first day of 2026, in milliseconds since 1970

const QList<Toy> &toys()
{
    static const QList<Toy> some{{"Tux", 19.9}, {"Whale", 34.5}, {"Elephant", 29.95}};
    return some;
}

QByteArray timeOf(qint64 number)
{
    return QDateTime::fromMSecsSinceEpoch(began + number, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

/// The next call of a leader that has all orders up to @p last.
Sell nextCall(qint64 call, qint64 last, qint64 orders)
{
    Sell sell{1, leader, call, last, {}};
    for (qint64 i = 0; i < std::min(orders - last, maxPageOrders); ++i) {
        const Toy &toy = toys().at((last + i) % toys().size());
        sell.entries.append({"f-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces), toy.name, 1});
    }
    return sell;
}

/// Sells @p orders orders from @p ledger and writes their lines to @p log.
Result<void> sellTo(QFile &log, SqlStockLedger &ledger, qint64 orders)
{
    if (Result<void> opened = ledger.openStore(toys(), stock, timeOf(0)); !opened)
        return opened;
    if (const auto begun = ledger.beginEpoch({0, leader, 0}); !begun)
        return failure(begun.error());
    qint64 last = 0;
    for (qint64 call = 1; last < orders; ++call) {
        const Result<SellResults> sold = ledger.sell({nextCall(call, last, orders)}, timeOf(last));
        if (!sold)
            return failure(sold.error());
        QByteArray lines;
        for (const SellOutcome &outcome : sold->answers.at(0)->outcomes) {
            lines += orderLine(*outcome.order);
            last = outcome.order->number;
        }
        if (log.write(lines) != lines.size())
            return failure(ErrorCode::StorageFailed, log.errorString().toUtf8());
    }
    return {};
}

} // namespace

Result<void> makeStore(const QString &directory, qint64 orders, const QList<qint64> &replicas)
{
    const auto folder = [&](const QString &service) {
        const QDir made(directory + u'/' + service);
        return made.mkpath(QStringLiteral(".")) ? made.absolutePath() : QString();
    };
    QStringList logs;
    for (const qint64 replica : replicas)
        logs.append(folder(QStringLiteral("order-%1").arg(replica)) + QStringLiteral("/orders.log"));
    const QUrl url(QStringLiteral("sqlite:") + folder(QStringLiteral("catalog")) +
                   QStringLiteral("/ledger.sqlite"));
    const Result<std::unique_ptr<SqlStockLedger>> ledger = SqlStockLedger::open(url);
    if (!ledger)
        return failure(ledger.error());
    QFile log(logs.first());
    if (!log.open(QIODevice::WriteOnly | QIODevice::NewOnly) || log.write(logHeaderLine()) < 0)
        return failure(ErrorCode::StorageFailed, "can't write " + logs.first().toUtf8());
    if (Result<void> sold = sellTo(log, **ledger, orders); !sold)
        return sold;
    log.close();
    for (const QString &copy : logs.mid(1)) {
        if (!QFile::copy(logs.first(), copy))
            return failure(ErrorCode::StorageFailed, "can't write " + copy.toUtf8());
    }
    return {};
}

} // namespace toystore
