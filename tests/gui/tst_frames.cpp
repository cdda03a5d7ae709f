// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/orderlogmodel.h"
#include "docks/loadnews.h"
#include "docks/orderlogpanel.h"
#include "docks/table.h"
#include "gui/livewindow.h"
#include "gui/ownsettings.h"
#include "support/processfigures.h"
#include "window/docks.h"
#include "window/loadrunner.h"

#include <QElapsedTimer>
#include <QPaintEvent>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>

using namespace toystore;

namespace
{

/// Times between the pictures that a widget paints.
class FrameTimes : public QObject
{
public:
    explicit FrameTimes(QWidget &widget) { widget.installEventFilter(this); }

    [[nodiscard]] double quantileMs(double share)
    {
        std::sort(m_intervals.begin(), m_intervals.end());
        const auto index = static_cast<qsizetype>(share * static_cast<double>(m_intervals.size()));
        return m_intervals.value(std::min(index, m_intervals.size() - 1));
    }
    [[nodiscard]] qsizetype count() const { return m_intervals.size(); }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() != QEvent::Paint)
            return false;
        const Instant now = monotonicNow();
        if (m_last)
            m_intervals << std::chrono::duration<double, std::milli>(now - *m_last).count();
        m_last = now;
        return false;
    }

private:
    std::optional<Instant> m_last;
    QList<double> m_intervals;
};

/// What the load and the store had done at one moment.
struct Reading {
    Instant at;
    LoadNews load;
    qint64 orders = 0;
};

double perSecond(qint64 count, const Reading &from, const Reading &to)
{
    return static_cast<double>(count) / std::chrono::duration<double>(to.at - from.at).count();
}

/// Of this process, in MB.
double residentMegabytes()
{
    return static_cast<double>(residentOf(QCoreApplication::applicationPid())) / 1024 / 1024;
}

} // namespace

/// The promises about speed; figures depend on the machine.
class TestFrames : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    // Measured when the order log is full.
    void fiveThousandRequestsASecondLeaveItFluent()
    {
        constexpr int rate = 5000;
        constexpr int buyPercent = 50;
        LiveWindow live;
        QVERIFY(live.open());
        LoadRunner load;
        Reading now;
        connect(&load, &LoadRunner::newsCame, this, [&](const LoadNews &latest) {
            now = {monotonicNow(), latest, live.now().lastOrder};
        });
        load.start({64, buyPercent, rate}, {QStringLiteral("127.0.0.1"), live.store.httpPort()},
                   {"Tux", "Rubber Duck", "Whale", "Kite", "Fox"});
        const QAbstractItemModel *orderLog = live.window.docks()->orders()->table()->model();
        QTRY_VERIFY_WITH_TIMEOUT(orderLog->rowCount() >= OrderLogModel::usualCapacity, 120'000);
        const Reading before = now;
        FrameTimes frames(*live.window.overview()->topology());

        QTRY_VERIFY_WITH_TIMEOUT(frames.count() > 1000, 60'000);

        const double answers = perSecond(now.load.answered - before.load.answered, before, now);
        const double orders = perSecond(now.orders - before.orders, before, now);
        qInfo(
            "%.0f requests/s, %.0f orders/s, p99 %.1f ms; %d rows; frame intervals: p50 %.1f ms, p95 %.1f ms,"
            " p99 %.1f ms; %.0f MB",
            answers, orders, now.load.p99Ms.value_or(0), orderLog->rowCount(), frames.quantileMs(0.5),
            frames.quantileMs(0.95), frames.quantileMs(0.99), residentMegabytes());
        QVERIFY(answers > 0.9 * rate);
        QVERIFY(std::abs(orders / answers - buyPercent / 100.0) < 0.05); // as many as the load bought
        QCOMPARE(now.load.errors, 0);
        QCOMPARE(now.load.rejected, 0);
        QVERIFY(frames.quantileMs(0.95) < 33);
        QVERIFY(orderLog->rowCount() >= OrderLogModel::usualCapacity);
        QVERIFY(residentMegabytes() < 200);
        load.stop();
        QTRY_VERIFY(!now.load.isRunning);
    }

    void theFirstPictureComesSoon()
    {
        QTemporaryDir directory;
        QProcess program;
        program.setProcessChannelMode(QProcess::MergedChannels);
        QElapsedTimer sinceExec; // as people count: with what the program's loader does
        sinceExec.start();
        program.start(QStringLiteral(TOYSTORE_ADMIN),
                      {QStringLiteral("--verbose"), QStringLiteral("--data"), directory.path()});
        QByteArray said;
        const QRegularExpression line(QStringLiteral("first picture after (\\d+) ms"));
        QTRY_VERIFY_WITH_TIMEOUT((said += program.readAll(), line.match(QString::fromUtf8(said)).hasMatch()),
                                 10'000);
        const qint64 milliseconds = sinceExec.elapsed();
        qInfo("first picture %lld ms after exec, %d ms after main() began",
              static_cast<long long>(milliseconds), line.match(QString::fromUtf8(said)).captured(1).toInt());
        program.terminate();
        program.waitForFinished();
        QVERIFY(milliseconds < 400);
    }
};

QTEST_MAIN(TestFrames)
#include "tst_frames.moc"
