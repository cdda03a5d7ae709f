// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orders/filedisk.h"
#include "orders/orderline.h"
#include "orders/orderlog.h"
#include "protocol/orderchecksum.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <future>
#include <sys/resource.h>
#include <zlib.h>

using namespace toystore;

namespace
{

Order orderNumber(qint64 number)
{
    return {number,          number % 3 == 0 ? "Rubber \"Duck\" \xc3\xa4" : "Tux",
            number % 5 + 1,  "f-" + QByteArray::number(number),
            1 + number / 10, "2026-11-22T09:00:00.000Z"};
}

QList<Order> ordersFromTo(qint64 first, qint64 last)
{
    QList<Order> orders;
    for (qint64 number = first; number <= last; ++number)
        orders.append(orderNumber(number));
    return orders;
}

/// Limits the size of the files this process may write, as a full disk would.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FileSizeLimit(const FileSizeLimit &) = delete;
    FileSizeLimit &operator=(const FileSizeLimit &) = delete;

private:
    rlimit m_before{};
};

} // namespace

class TestOrderLog : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    [[nodiscard]] QString path() const { return m_dir.filePath(QStringLiteral("orders.log")); }
    [[nodiscard]] QByteArray content() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void setContent(const QByteArray &bytes) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    [[nodiscard]] std::unique_ptr<FileDisk> disk() const
    {
        return std::move(*FileDisk::open(path().toUtf8()));
    }

    /// Appends and waits until it is on disk or refused.
    static Result<qint64> append(OrderLog &log, const QList<Order> &orders)
    {
        std::promise<Result<qint64>> promise;
        log.append(orders, [&](const Result<qint64> &durable) {
            if (!durable)
                log.rollBack();
            if (!durable || *durable == orders.last().number)
                promise.set_value(durable);
        });
        return promise.get_future().get();
    }

    QByteArray writeLog(qint64 orders) const
    {
        QFile::remove(path());
        const auto file = disk();
        OrderLog log(*file);
        [[maybe_unused]] const auto opened = log.open();
        for (qint64 number = 1; number <= orders; number += maxPageOrders)
            [[maybe_unused]] const auto appended =
                append(log, ordersFromTo(number, std::min(orders, number + maxPageOrders - 1)));
        return content();
    }

private Q_SLOTS:
    void aLineIsExactlyAsSpecified()
    {
        const Order order{1, "Tux", 1, "c-key", 1, "2026-11-22T09:00:00.000Z"};
        const QByteArray body =
            "{\"number\":1,\"name\":\"Tux\",\"quantity\":1,\"request_id\":\"c-key\",\"epoch\":1,"
            "\"at\":\"2026-11-22T09:00:00.000Z\"";
        const auto crc =
            ::crc32(0, reinterpret_cast<const Bytef *>(body.constData()), static_cast<uInt>(body.size()));
        const QByteArray expected =
            body + ",\"crc\":\"" + QByteArray::number(qulonglong(crc), 16).rightJustified(8, '0') + "\"}\n";

        QCOMPARE(orderLine(order), expected);
    }

    void anyNameSurvivesTheLine()
    {
        for (const QByteArray &name :
             {QByteArray("a\"b\\c"), QByteArray("\x01\x1f\n\t"), QByteArray("\xf0\x9f\x90\xa7"),
              QByteArray("\x7f"), QByteArray("null\0byte", 9), QByteArray()}) {
            const Order order{7, name, 2, "f-1", 3, "2026-11-22T09:00:00.000Z"};
            const QByteArray line = orderLine(order);
            QVERIFY(line.size() <= orderLineBound(order.name, order.requestId));
            QCOMPARE(line.count('\n'), 1);
            const Result<Order> read = parseOrderLine(QByteArrayView(line).chopped(1));
            QVERIFY(read.has_value());
            QCOMPARE(*read, order);
        }
    }

    void everyChangedByteOfALineIsNoticed()
    {
        const QByteArray line = orderLine(orderNumber(3)).chopped(1);
        for (qsizetype i = 0; i < line.size(); ++i) {
            QByteArray changed = line;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            QVERIFY2(!parseOrderLine(changed), changed.constData());
        }
    }

    // The common form is read by a reader of its own: it must take and refuse what the one for all JSON does.
    void aBodyInAnyFormIsReadAsJsonIs()
    {
        const QByteArray common = orderBody({12, "Tux", 3, "c-key", 4, "2026-11-22T09:00:00.000Z"});
        QList<QByteArray> bodies{common};
        const auto with = [&](const char *what, const QByteArray &instead) {
            QVERIFY(common.contains(what));
            bodies.append(QByteArray(common).replace(what, instead));
        };
        for (const char *number : {"0", "-12", "-0", "012", "+12", "12.0", "1e1", "9223372036854775807",
                                   "9223372036854775808", "", "\"12\"", "12 ", "null"})
            with("12", number);
        for (const QByteArray &name :
             {QByteArray("T\\u0075x"), QByteArray("T\\nx"), QByteArray("T\nx"), QByteArray("T\\"),
              QByteArray("T\"x"), QByteArray("\xed\xa0\x80"), QByteArray("\xff"), QByteArray("T\0x", 3),
              QByteArray("\x7f"), QByteArray(256, 'x'), QByteArray(257, 'x'), QByteArray()})
            with("Tux", name);
        with("c-key", QByteArray(130, 'k'));
        with("c-key", QByteArray(131, 'k'));
        with("2026", QByteArray(13, '2'));
        with(",\"epoch\":4", {});
        with(",\"epoch\":4", ",\"more\":5,\"epoch\":4");
        with(",\"epoch\":4", ",\"epoch\":4,\"epoch\":4");
        with("\"number\":12,\"name\":\"Tux\"", "\"name\":\"Tux\",\"number\":12");
        bodies.append(common + ",\"more\":[1]");
        bodies.append(common + "}");
        bodies.append(' ' + common);
        int read = 0;
        for (const QByteArray &body : bodies) {
            const QByteArray line = body + ",\"crc\":\"" + checksumText(checksum(body)) + "\"}";
            const Result<JsonTree> tree = JsonTree::parse(line);
            const Result<Order> expected = tree ? decodeFields<Order>(tree->root()) : failure(tree.error());

            const Result<Order> order = parseOrderLine(line);

            QVERIFY2(order.has_value() == expected.has_value(), line.constData());
            QVERIFY2(!order || *order == *expected, line.constData());
            read += order.has_value() ? 1 : 0;
        }
        QVERIFY(read >= 10 && read < bodies.size());
    }

    void aLogTornAtAnyByteKeepsItsWholeLinesAndGoesOn()
    {
        const QByteArray whole = writeLog(12);
        for (qsizetype length = 0; length < whole.size(); ++length) {
            setContent(whole.first(length));
            const auto file = disk();
            OrderLog log(*file);

            const Result<OrderLog::Recovered> recovered = log.open();

            QVERIFY(recovered.has_value());
            const qint64 lines = std::max<qint64>(whole.first(length).count('\n') - 1, 0);
            QCOMPARE(log.durableNumber(), lines);
            QCOMPARE(recovered->last.has_value(), lines > 0);
            QVERIFY(append(log, ordersFromTo(lines + 1, 12)).has_value());
            QCOMPARE(content(), whole);
        }
    }

    void damageWithinTheLastFlushIsATornTail()
    {
        QByteArray bytes = writeLog(100);
        const qsizetype line51 = bytes.indexOf("{\"number\":51,");
        bytes[line51 + 20] = '#';
        setContent(bytes);
        const auto file = disk();
        OrderLog log(*file);

        const Result<OrderLog::Recovered> recovered = log.open();

        QVERIFY(recovered.has_value());
        QCOMPARE(log.durableNumber(), 50);
        QCOMPARE(recovered->tornBytes, bytes.size() - line51);
    }

    void aLogWithAHoleEndsBeforeIt()
    {
        QByteArray bytes = writeLog(5);
        const qsizetype line3 = bytes.indexOf("{\"number\":3,");
        const qsizetype line4 = bytes.indexOf("{\"number\":4,");
        bytes.remove(line3, line4 - line3);
        setContent(bytes);
        const auto file = disk();
        OrderLog log(*file);

        const Result<OrderLog::Recovered> recovered = log.open();

        QVERIFY(recovered.has_value());
        QCOMPARE(log.durableNumber(), 2);
        QCOMPARE(content(), bytes.first(line3));
    }

    void earlierDamageIsRefusedWithItsLineAndNothingIsTouched()
    {
        QByteArray bytes = writeLog(6000);
        QVERIFY(bytes.size() > Disk::maxFlushBytes + 1000);
        bytes[bytes.indexOf("{\"number\":5,") + 20] = '#';
        setContent(bytes);
        const auto file = disk();
        OrderLog log(*file);

        const Result<OrderLog::Recovered> recovered = log.open();

        QVERIFY(!recovered);
        QVERIFY2(recovered.error().message.contains("line 6"), recovered.error().message.constData());
        QVERIFY(recovered.error().message.contains("--repair"));
        QCOMPARE(content(), bytes);
    }

    void whatIsNoLogOfThisVersionIsRefusedAndNotTouched()
    {
        for (const QByteArray &bytes :
             {QByteArray("{\"format\":\"toystore-order-log\",\"version\":2}\n{}\n"), QByteArray("hello\n"),
              QByteArray("hello"), QByteArray("\0\0\0", 3)}) {
            setContent(bytes);
            const auto file = disk();
            OrderLog log(*file);
            const Result<OrderLog::Recovered> recovered = log.open();
            QVERIFY(!recovered);
            QCOMPARE(content(), bytes);
        }
    }

    void aFirstFlushTornOutOfPageOrderIsCutAndWrittenAnew()
    {
        const QByteArray whole = writeLog(100);
        constexpr qsizetype pageBytes = 4096;
        QVERIFY(whole.size() > 2 * pageBytes);
        const QByteArray noFirstPage = QByteArray(pageBytes, '\0') + whole.sliced(pageBytes);
        const QByteArray noPage(whole.size(), '\0');
        const QByteArray otherFirstPage = QByteArray(pageBytes, '#') + whole.sliced(pageBytes);
        for (const QByteArray &bytes : {noFirstPage, noPage, otherFirstPage}) {
            setContent(bytes);
            const auto file = disk();
            OrderLog log(*file);

            const Result<OrderLog::Recovered> recovered = log.open();

            QVERIFY(recovered.has_value());
            QCOMPARE(recovered->tornBytes, bytes.size());
            QVERIFY(!recovered->tornReason.isEmpty());
            QCOMPARE(log.durableNumber(), 0);
            QVERIFY(!recovered->last);
            QVERIFY(append(log, ordersFromTo(1, 100)).has_value());
            QCOMPARE(content(), whole);
        }
    }

    void aMissingFirstLineOfMoreThanOneFlushIsRefusedAndNothingIsTouched()
    {
        QByteArray bytes = writeLog(6000);
        QVERIFY(bytes.size() > Disk::maxFlushBytes);
        bytes.replace(0, 4096, QByteArray(4096, '\0'));
        setContent(bytes);
        const auto file = disk();
        OrderLog log(*file);
        QVERIFY(!log.open());
        QCOMPARE(content(), bytes);
    }

    void ordersBehindAnotherVersionsFirstLineAreNotTouched()
    {
        const QByteArray bytes =
            "{\"format\":\"toystore-order-log\",\"version\":2}\n" + orderLine(orderNumber(1));
        setContent(bytes);
        const auto file = disk();
        OrderLog log(*file);
        QVERIFY(!log.open());
        QCOMPARE(content(), bytes);
    }

    void anUnknownVersionIsNamed()
    {
        setContent("{\"format\":\"toystore-order-log\",\"version\":2}\n");
        const auto file = disk();
        OrderLog log(*file);
        const Result<OrderLog::Recovered> recovered = log.open();
        QVERIFY2(recovered.error().message.contains("format version 2"),
                 recovered.error().message.constData());
    }

    void aFullDiskLosesNothingAndLeavesNoPartOfALine()
    {
        const QByteArray before = writeLog(3);
        const auto file = disk();
        OrderLog log(*file);
        QVERIFY(log.open().has_value());
        {
            const FileSizeLimit limit(static_cast<rlim_t>(before.size()) + 50);

            const Result<qint64> refused = append(log, ordersFromTo(4, 5));

            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::StorageFull);
            QCOMPARE(content(), before);
            QCOMPARE(log.durableNumber(), 3);
            QVERIFY(log.order(3).has_value());
        }
        QVERIFY(append(log, ordersFromTo(4, 5)).has_value());
        QCOMPARE(log.durableNumber(), 5);
    }

    void theFirstLineIsWrittenOnceHoweverOftenTheFirstOrdersFail()
    {
        const QByteArray header = logHeaderLine();
        for (const QByteArray &found : {QByteArray(), header, header + "{\"number\":1,\"na"}) {
            setContent(found);
            const auto file = disk();
            OrderLog log(*file);
            QVERIFY(log.open().has_value());
            {
                const FileSizeLimit limit(static_cast<rlim_t>(header.size()) + 10);
                QVERIFY(!append(log, ordersFromTo(1, 1)));
                QVERIFY(!append(log, ordersFromTo(1, 1)));
            }

            QVERIFY(append(log, ordersFromTo(1, 1)).has_value());

            QCOMPARE(content(), header + orderLine(orderNumber(1)));
            QVERIFY(log.order(1).has_value());
        }
    }

    void whatWasAppendedBehindAFailureIsNotWritten()
    {
        QFile::remove(path());
        const auto file = disk();
        OrderLog log(*file);
        QVERIFY(log.open().has_value());
        QVERIFY(append(log, ordersFromTo(1, 1)).has_value());
        const QByteArray before = content();
        std::promise<void> failed;
        std::atomic_int called = 0;
        {
            const FileSizeLimit limit(static_cast<rlim_t>(before.size()) + 10);
            std::promise<void> both;
            const std::shared_future<void> bothAppended = both.get_future().share();
            log.append(ordersFromTo(2, 2), [&](const Result<qint64> &durable) {
                bothAppended.wait();
                QVERIFY(!durable);
                ++called;
                log.rollBack();
                failed.set_value();
            });
            log.append(ordersFromTo(3, 3), [&](const Result<qint64> &) { ++called; });
            both.set_value();
            failed.get_future().wait();
        }
        QVERIFY(append(log, ordersFromTo(2, 2)).has_value());
        QCOMPARE(called.load(), 1);
        QCOMPARE(log.durableNumber(), 2);
        QCOMPARE(content(), before + orderLine(orderNumber(2)));
    }

    void aSecondReplicaOnTheSameFileIsRefused()
    {
        const auto first = disk();
        const auto second = FileDisk::open(path().toUtf8());
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::AlreadyInUse);
    }

    void pagesAreWholeAndBounded()
    {
        writeLog(2500);
        const auto file = disk();
        OrderLog log(*file);
        QVERIFY(log.open().has_value());
        QList<Order> all;
        bool more = true;
        while (more) {
            const Result<OrdersAfter::Answer> page = log.ordersAfter(all.size(), maxPageOrders);
            QVERIFY(page.has_value());
            QVERIFY(page->orders.size() <= maxPageOrders);
            QCOMPARE(page->lastOrderNumber, 2500);
            all += page->orders;
            more = page->more;
        }
        QCOMPARE(all, ordersFromTo(1, 2500));
        QCOMPARE(log.ordersAfter(10, 3)->orders, ordersFromTo(11, 13));
        QVERIFY(log.ordersAfter(2500, 10)->orders.isEmpty());
        QVERIFY(log.ordersAfter(9999, 10)->orders.isEmpty());
    }

    void aPageSaysWhichRowItFollows()
    {
        writeLog(20);
        const auto file = disk();
        OrderLog log(*file);
        const Result<OrderLog::Recovered> recovered = log.open();
        QCOMPARE(recovered->checksums.size(), std::size_t(20));
        for (qint64 after = 1; after <= 20; ++after) {
            const quint32 crc = orderChecksum(orderNumber(after));
            QCOMPARE(recovered->checksums[static_cast<std::size_t>(after - 1)], crc);
            const Result<OrdersAfter::Answer> page = log.ordersAfter(after, maxPageOrders);
            QCOMPARE(page->afterCrc, checksumText(crc));
            QCOMPARE(page->orders, ordersFromTo(after + 1, 20));
        }
        QVERIFY(!log.ordersAfter(0, 3)->afterCrc);
        QVERIFY(!log.ordersAfter(21, 3)->afterCrc);
    }

    void aLargeAppendGoesInParts()
    {
        QFile::remove(path());
        const auto file = disk();
        OrderLog log(*file);
        QVERIFY(log.open().has_value());
        QList<Order> orders = ordersFromTo(1, maxPageOrders);
        for (Order &order : orders)
            order.name = QByteArray(maxToyNameBytes, '\x01'); // escaped six-fold: 1.7 MB together
        QVERIFY(append(log, orders).has_value());
        QCOMPARE(log.order(maxPageOrders)->name, orders.last().name);
    }
};

QTEST_GUILESS_MAIN(TestOrderLog)
#include "tst_orderlog.moc"
