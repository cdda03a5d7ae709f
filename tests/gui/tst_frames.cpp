// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/loadnews.h"
#include "gui/livewindow.h"
#include "support/processfigures.h"
#include "window/loadrunner.h"

#include <QElapsedTimer>
#include <QPaintEvent>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QTemporaryDir>

#include <algorithm>

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
    QTemporaryDir m_settings;

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setStyle(QStringLiteral("Fusion"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
    }

    void fiveThousandRequestsASecondLeaveItFluent()
    {
        LiveWindow live;
        QVERIFY(live.open());
        LoadRunner load;
        LoadNews news;
        connect(&load, &LoadRunner::newsCame, this, [&news](const LoadNews &latest) { news = latest; });
        load.start({64, 50, 5000}, {QStringLiteral("127.0.0.1"), live.store.httpPort()},
                   {"Tux", "Rubber Duck", "Teddy Bear", "Kite", "Yo-Yo"});
        QTRY_VERIFY_WITH_TIMEOUT(news.answered > 10'000, 30'000);
        FrameTimes frames(*live.window.overview()->topology());

        QTRY_VERIFY_WITH_TIMEOUT(frames.count() > 1000, 60'000);

        qInfo("%.0f requests/s, p99 %.1f ms; frame intervals: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms; %.0f MB",
              news.perSecond, news.p99Ms.value_or(0), frames.quantileMs(0.5), frames.quantileMs(0.95),
              frames.quantileMs(0.99), residentMegabytes());
        QVERIFY(frames.quantileMs(0.95) < 33);
        QVERIFY(residentMegabytes() < 200);
        load.stop();
        QTRY_VERIFY(!news.isRunning);
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
