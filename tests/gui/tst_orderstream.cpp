// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The order log keeps the last 100,000 orders, and 2,500 a second more come in, without slowing.

#include "docks/csvexport.h"
#include "docks/orderfilter.h"
#include "docks/orderlogpanel.h"
#include "docks/table.h"
#include "gui/madeupstores.h"
#include "support/processfigures.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPersistentModelIndex>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace toystore;

namespace
{

constexpr qint64 kept = OrderLogModel::usualCapacity;
constexpr int batch = 125; // of 20 in a second
constexpr int batches = 400;
constexpr double frameMs = 33 * slowness;
constexpr qint64 mostStill = 100 * slowness;   // ms without a picture, while another thread works
constexpr int mostToFilterMs = 250 * slowness; // what a person takes for at once

/// The order log's table, in view and full.
struct FullLog {
    FullLog()
    {
        panel.resize(440, 760);
        panel.show();
        static_cast<void>(QTest::qWaitForWindowExposed(&panel));
        for (; next <= kept; next += 1000)
            model.add(madeUpOrders(next, 1000));
        catchUp(next - 1);
        QApplication::processEvents();
    }
    void catchUp(qint64 number)
    {
        QList<ServiceCard> cards;
        for (const qint64 id : {8093, 8092, 8091}) {
            ServiceCard card = madeUpReplica(id, ServiceState::Follower);
            card.lastOrder = number;
            cards << card;
        }
        model.setReplicas(cards);
    }
    /// The next batch comes, the replicas have it, and it is painted. Milliseconds.
    double streamOnce()
    {
        const QList<Order> orders = madeUpOrders(next, batch);
        next += batch;
        QElapsedTimer watch;
        watch.start();
        model.add(orders);
        catchUp(next - 1);
        QApplication::processEvents();
        return static_cast<double>(watch.nsecsElapsed()) / 1e6;
    }
    /// Sets a pattern and waits until its rows are shown. The longest time without a picture, in
    /// milliseconds.
    qint64 filterBy(const QString &pattern)
    {
        const auto *filter = qobject_cast<const OrderFilter *>(panel.table()->model());
        qint64 longest = 0;
        QElapsedTimer still;
        still.start();
        panel.filter()->setText(pattern);
        do {
            QApplication::processEvents();
            longest = std::max(longest, still.restart());
        } while (filter->isSearching());
        QApplication::processEvents();
        return std::max(longest, still.elapsed());
    }
    [[nodiscard]] int rows() const { return panel.table()->model()->rowCount(); }

    Theme theme{Theme::Scheme::Light};
    OrderLogModel model;
    OrderLogPanel panel{theme, model};
    qint64 next = 1;
};

qint64 numberAt(const Table &table, const QPoint &place)
{
    return table.indexAt(place).siblingAtColumn(OrderLogModel::Number).data().toLongLong();
}

} // namespace

class TestOrderStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QApplication::setStyle(QStringLiteral("Fusion")); }

    void aStreamIsShownInTime_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::newRow("no filter") << QString();
        QTest::newRow("text") << QStringLiteral("tux");
        QTest::newRow("nothing has it") << QStringLiteral("unicorn");
        QTest::newRow("expression") << QStringLiteral("/(tux|kite) x [13]/");
    }
    void aStreamIsShownInTime()
    {
        QFETCH(QString, pattern);
        FullLog log;
        log.filterBy(pattern);
        const qint64 memoryBefore = residentOf(QCoreApplication::applicationPid());
        std::vector<double> times;

        for (int i = 0; i < batches; ++i)
            times.push_back(log.streamOnce());

        const qint64 growthKb = (residentOf(QCoreApplication::applicationPid()) - memoryBefore) / 1024;
        std::sort(times.begin(), times.end());
        qInfo("a batch of %d: median %.1f ms, p95 %.1f ms, worst %.1f ms; %+lld kB", batch,
              times[times.size() / 2], times[times.size() * 95 / 100], times.back(),
              static_cast<long long>(growthKb));
        QVERIFY(times[times.size() * 95 / 100] < frameMs);
        // The hundredth that comes before rows are removed, and then no more.
        QVERIFY(!memoryIsExact || growthKb < 8 * 1024);
        QVERIFY(log.model.rowCount() <= kept + kept / 100);
        QVERIFY(log.panel.isFollowing());
    }

    void aFilterIsSetAtOnce_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::newRow("a fifth of the rows") << QStringLiteral("tux");
        QTest::newRow("every tenth") << QStringLiteral("/^#[0-9]*7 /");
        QTest::newRow("none") << QStringLiteral("unicorn");
        QTest::newRow("ends soon, however it is written") << QStringLiteral("/(([a-z0-9#]+ ?)+)+$!/");
    }
    void aFilterIsSetAtOnce()
    {
        QFETCH(QString, pattern);
        FullLog log;
        QElapsedTimer watch;

        watch.start();
        const qint64 stillWhileSet = log.filterBy(pattern);
        const qint64 setMs = watch.restart();
        const qint64 stillWhileCleared = log.filterBy(QString());

        qInfo("set in %lld ms, cleared in %lld ms; the longest times without a picture: %lld and %lld ms",
              static_cast<long long>(setMs), static_cast<long long>(watch.elapsed()),
              static_cast<long long>(stillWhileSet), static_cast<long long>(stillWhileCleared));
        QVERIFY(stillWhileSet < frameMs);
        QVERIFY(stillWhileCleared < frameMs);
        QVERIFY(setMs < mostToFilterMs);
        QVERIFY(watch.elapsed() < mostToFilterMs);
        QCOMPARE(log.rows(), int(kept));
    }

    // Orders come, and the oldest go, while those that are there are looked at.
    void theStreamGoesOnWhileAFilterIsSet()
    {
        FullLog log;
        const auto *filter = qobject_cast<const OrderFilter *>(log.panel.table()->model());
        const QString pattern = QStringLiteral("/tux/");
        log.panel.filter()->setText(pattern);
        int batchesMeanwhile = 0;

        while (filter->isSearching()) {
            log.streamOnce();
            ++batchesMeanwhile;
        }

        QVERIFY(batchesMeanwhile > 1);
        int expected = 0;
        for (int row = 0; row < log.model.rowCount(); ++row)
            expected += log.model.order(row).name == "Tux" ? 1 : 0;
        QCOMPARE(log.rows(), expected);
        for (int row = 1; row < log.rows(); ++row)
            QVERIFY(filter->index(row - 1, 0).data().toLongLong() <
                    filter->index(row, 0).data().toLongLong());
        log.filterBy(QString());
        QCOMPARE(log.rows(), log.model.rowCount());
    }

    // While they are written, orders come and the oldest go: that is not seen in the file.
    void anExportLeavesTheWindowFluent()
    {
        FullLog log;
        const QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("orders.csv"));
        CsvExport csv;
        std::optional<QString> wrong;
        connect(&csv, &CsvExport::finished, this,
                [&wrong](const QString &, const QString &reason) { wrong = reason; });
        const qint64 last = log.next - 1;
        QElapsedTimer still;
        qint64 longest = 0;
        int batchesMeanwhile = 0;

        still.start();
        csv.write(log.panel.copyOfShown(), path);
        const auto isDone = [&] {
            log.streamOnce();
            ++batchesMeanwhile;
            longest = std::max(longest, still.restart());
            return wrong.has_value();
        };

        QVERIFY(QTest::qWaitFor(isDone, 30'000));
        qInfo("%d batches came meanwhile, the longest time between two was %lld ms", batchesMeanwhile,
              static_cast<long long>(longest));
        QCOMPARE(*wrong, QString());
        QVERIFY(longest < mostStill);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArrayList lines = file.readAll().split('\n');
        QCOMPARE(lines.size(), 1 + kept + 1); // headings, orders, and what follows the last line: nothing
        QVERIFY(lines[1].startsWith(QByteArray::number(last - kept + 1) + ','));
        QVERIFY(lines[kept].startsWith(QByteArray::number(last) + ','));
    }

    void selectionAndPlaceStay_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::newRow("no filter") << QString();
        QTest::newRow("text") << QStringLiteral("tux");
    }
    void selectionAndPlaceStay()
    {
        QFETCH(QString, pattern);
        FullLog log;
        Table &table = *log.panel.table();
        log.filterBy(pattern);
        table.verticalScrollBar()->setValue(log.rows() * 3 / 4);
        QVERIFY(!log.panel.isFollowing());
        const QPoint top(5, 5);
        const qint64 topNumber = numberAt(table, top);
        table.selectRow(table.indexAt(QPoint(5, 200)).row());
        const qint64 selected = numberAt(table, QPoint(5, 200));

        for (int i = 0; i < batches / 4; ++i) // rows are removed a dozen times
            log.streamOnce();

        QCOMPARE(numberAt(table, top), topNumber);
        QCOMPARE(table.selectionModel()->selectedRows().size(), 1);
        QCOMPARE(table.selectionModel()->selectedRows(OrderLogModel::Number).first().data().toLongLong(),
                 selected);
        log.filterBy(QStringLiteral("x")); // all have it
        QCOMPARE(numberAt(table, top), topNumber);
        QCOMPARE(table.selectionModel()->selectedRows(OrderLogModel::Number).first().data().toLongLong(),
                 selected);
    }
};

QTEST_MAIN(TestOrderStream)
#include "tst_orderstream.moc"
