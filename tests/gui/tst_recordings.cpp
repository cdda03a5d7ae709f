// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/recorder.h"
#include "gui/watchedcluster.h"
#include "gui/writtenrecording.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <sys/stat.h>

#include <thread>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

Order orderOf(qint64 number)
{
    return {number, "Tux", 1, "f-" + QByteArray::number(number), 1, "2026-11-22T09:00:00.000Z"};
}

QByteArray line1KiB()
{
    return QByteArray(1023, 'x') + '\n';
}

/// A pipe: it takes 64 KiB, and no more before somebody reads from it.
class SlowDisk
{
public:
    SlowDisk()
    {
        const QString path = m_directory.filePath(QStringLiteral("pipe"));
        QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
        m_file = std::make_unique<QFile>(path);
        QVERIFY(m_file->open(QIODevice::ReadWrite | QIODevice::Unbuffered));
        m_end.setFileName(path);
        QVERIFY(m_end.open(QIODevice::ReadOnly | QIODevice::Unbuffered));
    }

    [[nodiscard]] std::unique_ptr<QFile> takeFile() { return std::move(m_file); }
    /// Lets the disk get on by up to @p most bytes, and returns them; none: nobody writes any more.
    [[nodiscard]] QByteArray read(qint64 most) { return m_end.read(most); }

private:
    QTemporaryDir m_directory;
    std::unique_ptr<QFile> m_file;
    QFile m_end;
};

} // namespace

class TestRecordings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasRecordedIsPlayed()
    {
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("talk.jsonl"));
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        auto recorder = ClusterRecorder::start(watched.monitor, path);
        QVERIFY2(recorder, recorder ? "" : recorder.error().message.constData());
        const qsizetype before = watched.told.snapshots.size();
        watched.told.orders.clear();
        watched.told.events.clear();
        watched.store.sell(1500);
        watched.store.setProcess("order-8093", "killed", "SIGKILL");
        QTRY_COMPARE(watched.told.orders.size(), 1500);
        QTRY_COMPARE(watched.now().replicasUp, 2);
        watched.monitor.kill("order-8092");
        QTRY_COMPARE(watched.told.outcomes.size(), 1);
        QTRY_VERIFY(watched.told.texts().contains("kill order-8092"));
        recorder->reset();

        const auto replay = ReplaySource::open(path);
        QVERIFY2(replay, replay ? "" : replay.error().message.constData());
        Audience told(**replay);
        while ((*replay)->step()) {
        }

        QCOMPARE(told.snapshots.size(), watched.told.snapshots.size() - before + 1);
        QCOMPARE(told.orders, watched.told.orders);
        QCOMPARE(told.texts(), watched.told.texts());
        QCOMPARE(told.events, watched.told.events);
        QCOMPARE(told.outcomes, watched.told.outcomes);
        const ServiceCard *card = (*replay)->snapshot().service("order-8093");
        QCOMPARE(card->state, ServiceState::Down);
        QCOMPARE(card->actions.first().reason, "This is a recording.");
        (*replay)->kill("order-8091");
        QTRY_COMPARE(told.outcomes.size(), 2);
        QVERIFY(!told.outcomes.last().succeeded);
    }

    void howeverFastItTellsTwentyTimesASecond()
    {
        constexpr qint64 lines = 2000;
        WrittenRecording recording;
        for (qint64 i = 1; i <= lines; ++i) { // a hundred seconds
            RecordedLine line;
            line.afterMs = i * 50;
            line.orders = {orderOf(i)};
            recording.add(line);
            line.orders.reset();
            line.snapshot = ClusterSnapshot();
            line.snapshot->lastOrder = i;
            recording.add(line);
        }
        const auto replay = recording.open();
        QVERIFY(replay);
        const Audience told(**replay);
        QElapsedTimer watch;
        watch.start();

        (*replay)->play(50);

        QTRY_VERIFY_WITH_TIMEOUT((*replay)->isOver(), 20'000);
        const qint64 most = 2 + watch.elapsed() / 50;
        QVERIFY2(told.snapshots.size() <= most && told.snapshots.size() > 10,
                 QByteArray::number(told.snapshots.size()).constData());
        QVERIFY(told.orderBatches <= most);
        QCOMPARE(told.snapshots.last().lastOrder, lines);
        QCOMPARE(told.orders.size(), lines);
        for (qsizetype i = 0; i < told.orders.size(); ++i)
            QCOMPARE(told.orders[i].number, i + 1);
    }

    // What a second of playing at 50 times its pace may bring at once, and much more.
    void aBurstIsTakenInParts()
    {
        constexpr qint64 lines = 1000;
        constexpr qint64 ordersOfALine = 50;
        WrittenRecording recording;
        for (qint64 i = 0; i < lines; ++i) {
            RecordedLine line;
            line.orders.emplace();
            for (qint64 order = 1; order <= ordersOfALine; ++order)
                line.orders->append(orderOf(i * ordersOfALine + order));
            recording.add(line);
        }
        const auto replay = recording.open();
        QVERIFY(replay);
        const Audience told(**replay);

        (*replay)->play();

        QVERIFY(told.orders.size() < lines * ordersOfALine); // it left the thread to others
        QTRY_COMPARE_WITH_TIMEOUT(told.orders.size(), lines * ordersOfALine, 20'000);
        QVERIFY(told.orderBatches < lines / 10);
        QTRY_VERIFY((*replay)->isOver());
    }

    void afterAFailureNothingIsPlayedButTheReasonStays()
    {
        WrittenRecording recording(QStringLiteral("torn.jsonl"));
        RecordedLine line;
        line.storeChanged = true;
        recording.add(line);
        recording.add("{\"after_ms\":");
        const auto replay = recording.open();
        QVERIFY(replay);
        const Audience told(**replay);
        QStringList reasons;
        connect(replay->get(), &ReplaySource::failed, this,
                [&](const QString &reason) { reasons << reason; });

        (*replay)->play();
        QCOMPARE(told.changes, 1); // what came before is told
        QCOMPARE(reasons.size(), 1);
        (*replay)->play();

        QVERIFY(!(*replay)->isPlaying() && !(*replay)->isOver());
        QCOMPARE((*replay)->wrong(), reasons.first());
        QVERIFY(reasons.first().contains(QStringLiteral("torn.jsonl, line 3: ")));
        QCOMPARE(reasons.size(), 1);
        (*replay)->rewind();
        QCOMPARE((*replay)->wrong(), QString());
    }

    void aRecordingGrowsNoFurtherThanItMay()
    {
        constexpr qint64 mostBytes = 64 * 1024;
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("long.jsonl"));
        Watched watched;
        QTRY_VERIFY(watched.isComplete());
        auto recorder = ClusterRecorder::start(watched.monitor, path, mostBytes);
        QVERIFY2(recorder, recorder ? "" : recorder.error().message.constData());
        QStringList said;
        connect(recorder->get(), &ClusterRecorder::failed, this,
                [&](const QString &reason) { said << reason; });

        watched.store.sell(2000);

        QTRY_COMPARE(said.size(), 1);
        QVERIFY2(said.first().contains(QStringLiteral("long.jsonl has ended: ")), qPrintable(said.first()));
        QTRY_COMPARE(watched.told.orders.size(), 2000);
        QCOMPARE(said.size(), 1);
        recorder->reset();
        QVERIFY(QFileInfo(path).size() <= mostBytes);
        const auto replay = ReplaySource::open(path);
        QVERIFY(replay);
        while ((*replay)->step()) {
        }
        QCOMPARE((*replay)->wrong(), QString()); // it ends with a whole line
    }

    void aSlowDiskStopsNobody()
    {
        SlowDisk disk;
        constexpr qint64 mostWaiting = 1024 * 1024;
        LineWriter writer(disk.takeFile(), mostWaiting);
        qint64 taken = 0;

        while (writer.write(line1KiB())) // which returns, though the disk does not
            taken += line1KiB().size();

        QVERIFY(taken >= mostWaiting);
        QVERIFY(taken <= mostWaiting + 2 * 64 * 1024);
        for (qint64 read = 0; read < taken;) // as the disk gets on, all of it comes
            read += disk.read(taken - read).size();
        QVERIFY(writer.write(line1KiB()));
        QCOMPARE(disk.read(line1KiB().size()), line1KiB());
    }

    void aSlowDiskIsNotWaitedForAtTheEnd()
    {
        SlowDisk disk;
        constexpr qint64 mostWaiting = 1024 * 1024;
        auto writer = std::make_unique<LineWriter>(disk.takeFile(), mostWaiting, 200ms);
        qint64 taken = 0;
        while (writer->write(line1KiB()))
            taken += line1KiB().size();
        QTest::ignoreMessage(QtWarningMsg,
                             QRegularExpression(QStringLiteral(
                                 "/pipe lacks its end: the disk is too slow for the last [0-9]{6,7} bytes")));
        QElapsedTimer watch;
        watch.start();

        writer.reset();

        QVERIFY2(watch.elapsed() >= 200 && watch.elapsed() < 5000,
                 QByteArray::number(watch.elapsed()).constData());
        qint64 read = 0;
        for (QByteArray some = disk.read(64 * 1024); !some.isEmpty(); some = disk.read(64 * 1024))
            read += some.size();
        QVERIFY(read <= 2 * 64 * 1024); // the rest was given up, and the thread is gone: it closed the pipe
    }

    void aSlowDiskIsWaitedForAWhile()
    {
        SlowDisk disk;
        auto writer = std::make_unique<LineWriter>(disk.takeFile());
        QByteArray written;
        for (int lines = 0; lines < 1024; ++lines) {
            QVERIFY(writer->write(line1KiB()));
            written += line1KiB();
        }

        std::thread end([&writer] { writer.reset(); });
        QByteArray read;
        for (QByteArray some = disk.read(64 * 1024); !some.isEmpty(); some = disk.read(64 * 1024))
            read += some;
        end.join();

        QCOMPARE(read, written);
    }

    void aFullDiskIsSaid()
    {
        auto file = std::make_unique<QFile>(QStringLiteral("/dev/full"));
        QVERIFY(file->open(QIODevice::WriteOnly));
        LineWriter writer(std::move(file));
        QStringList said;
        connect(&writer, &LineWriter::failed, this, [&](const QString &reason) { said << reason; });

        QVERIFY(writer.write("a line\n"));
        QVERIFY(writer.write("another\n"));

        QTRY_COMPARE(said.size(), 1);
        QVERIFY2(said.first().contains(QStringLiteral("No space")), qPrintable(said.first()));
    }

    void whatIsTooLongForALineIsSaidToBeMissing()
    {
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("big.jsonl"));
        ClusterMonitor monitor;
        auto recorder = ClusterRecorder::start(monitor, path);
        QVERIFY(recorder);
        QStringList said;
        connect(recorder->get(), &ClusterRecorder::leftOut, this, [&](const QString &what) { said << what; });
        Toys toys;
        for (int i = 0; i < 20'000; ++i)
            toys.append({"A toy with a rather long name " + QByteArray::number(i), 19.9, 100, 1});

        for (int times = 0; times < 3; ++times)
            Q_EMIT monitor.catalogChanged(toys);
        Q_EMIT monitor.storeChanged();

        recorder->reset();
        QCOMPARE(said.size(), 1); // once
        QVERIFY2(said.first().contains(QStringLiteral("more than 1 MiB")), qPrintable(said.first()));
        const auto replay = ReplaySource::open(path);
        QVERIFY(replay);
        const Audience told(**replay);
        while ((*replay)->step()) {
        }
        QCOMPARE(told.changes, 1);
        QVERIFY(told.toys.isEmpty());
    }

    void aRecordingIsPlayedAtItsPaceAndAgain()
    {
        WrittenRecording recording;
        for (const qint64 afterMs : {0, 300, 600}) {
            RecordedLine line;
            line.afterMs = afterMs;
            line.storeChanged = true;
            recording.add(line);
        }
        const auto replay = recording.open();
        QVERIFY(replay);
        const Audience told(**replay);
        QElapsedTimer watch;
        watch.start();

        (*replay)->play(2);

        QCOMPARE(told.changes, 1);
        QTRY_COMPARE(told.changes, 3);
        QVERIFY2(watch.elapsed() >= 300, QByteArray::number(watch.elapsed()).constData());
        QTRY_VERIFY((*replay)->isOver());
        QCOMPARE((*replay)->length(), 600ms);

        (*replay)->rewind();

        QCOMPARE((*replay)->position(), 0ms);
        QVERIFY(!(*replay)->isOver());
        QCOMPARE(told.changes, 4); // what was shown is gone
        while ((*replay)->step()) {
        }
        QCOMPARE(told.changes, 7);
        QCOMPARE((*replay)->position(), 600ms);
    }

    void aBadRecordingIsRefusedByLineAndField_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("complaint");
        const QByteArray header = lineOf(RecordingHeader{});
        QTest::newRow("no recording") << QByteArray("hello\n") << QByteArray("line 1: ");
        QTest::newRow("empty") << QByteArray() << QByteArray("line 1: ");
        QTest::newRow("another format")
            << QByteArray("{\"toystore_recording\":2,\"version\":\"9\",\"started_at_ms\":1}\n")
            << QByteArray("line 1: toystore_recording: this program knows format 1, not 2");
        QTest::newRow("a wrong type") << header + "{\"after_ms\":1,\"orders\":[{\"number\":\"x\"}]}\n"
                                      << QByteArray("line 2: orders[0].number: must be an integer");
        QTest::newRow("an unknown name")
            << header + "{\"after_ms\":0}\n{\"after_ms\":1,\"way\":{\"request_id\":\"f\",\"order_number\":1,"
                        "\"toy\":\"Tux\",\"quantity\":1,\"resent\":false,\"stands_for\":1,\"stages\":[{"
                        "\"place\":\"lost\",\"service\":\"x\",\"after_ms\":1}]}}\n"
            << QByteArray("line 3: way.stages[0].place: must be one of received, sent,");
        QTest::newRow("time goes back") << header + "{\"after_ms\":5}\n{\"after_ms\":4}\n"
                                        << QByteArray("line 3: after_ms: ");
        QTest::newRow("a line without end")
            << header + QByteArray(2 * 1024 * 1024, ' ') << QByteArray("line 2: is longer than ");
        QTest::newRow("cut off") << header + "{\"after_ms\":5,\"store_" << QByteArray("line 2: ");
    }
    void aBadRecordingIsRefusedByLineAndField()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, complaint);
        QTemporaryDir directory;
        QFile file(directory.filePath(QStringLiteral("bad.jsonl")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();

        QByteArray said;
        const auto replay = ReplaySource::open(file.fileName());
        if (replay) {
            connect(replay->get(), &ReplaySource::failed, this,
                    [&](const QString &reason) { said = reason.toUtf8(); });
            while ((*replay)->step()) {
            }
        } else {
            said = replay.error().message;
        }

        QVERIFY2(said.contains("bad.jsonl, " + complaint), said.constData());
    }
};

QTEST_GUILESS_MAIN(TestRecordings)
#include "tst_recordings.moc"
