// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How the window plays a recording.

#include "cluster/recordedline.h"
#include "gui/madeupstores.h"
#include "gui/ownsettings.h"
#include "gui/widgetaudit.h"
#include "topology/topologyview.h"
#include "window/mainwindow.h"
#include "window/overview.h"
#include "window/replaybar.h"

#include <QComboBox>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace toystore;

class TestWindowRecordings : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void aRecordingIsPlayedPausedAndPlayedAgain()
    {
        const QString path = m_settings.filePath(QStringLiteral("lecture.jsonl"));
        {
            QFile lecture(path); // long enough for the slowest machine to pause it, and then played faster
            QVERIFY(lecture.open(QIODevice::WriteOnly));
            for (const QByteArray &line : {lineOf(RecordingHeader()), lineOf(RecordedLine{0, storeAtWork()}),
                                           lineOf(RecordedLine{20'000, storeAfterKill()})})
                lecture.write(line);
        }
        const auto replay = ReplaySource::open(path);
        QVERIFY(replay);
        Theme theme(Theme::Scheme::Light);
        WindowOptions options;
        options.isReadOnly = options.isRecording = true;
        MainWindow window(theme, **replay, options);
        QAction *play = window.commands()[Command::PlayRecording];
        auto *bar = new ReplayBar(theme, **replay, *play, &window);
        window.addBar(bar);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        const auto says = [&](const QString &text) { return textsOf(window).contains(text); };
        const CardWidget *killed = nullptr;

        QTest::keyClick(&window, Qt::Key_F7);

        QCOMPARE(play->text(), QStringLiteral("Pause"));
        QVERIFY(says(QStringLiteral("RECORDING")) && !says(QStringLiteral("LIVE")));
        QTest::keyClick(&window, Qt::Key_F7);
        QVERIFY(!(*replay)->isPlaying());
        QVERIFY(says(QStringLiteral("The recording pauses.")));
        killed = window.overview()->topology()->card("order-8093");
        QVERIFY(killed != nullptr && killed->card().state == ServiceState::Leader);
        auto *speed = bar->findChild<QComboBox *>();
        speed->setCurrentIndex(speed->findText(QStringLiteral("50 ×")));
        QTest::keyClick(&window, Qt::Key_F7);
        QTRY_COMPARE(killed->card().state, ServiceState::Down);
        QTRY_VERIFY(says(QStringLiteral("The recording is over: this is how things were then.")));
        QVERIFY(!killed->button(ServiceAction::Start)->isVisible());
        QTest::mouseClick(bar->findChild<QPushButton *>(), Qt::LeftButton); // from the beginning
        QCOMPARE(window.overview()->topology()->card("order-8093")->card().state, ServiceState::Leader);
        QTRY_VERIFY((*replay)->isOver());
        QCOMPARE((*replay)->length(), Milliseconds(20'000));
    }

    void aRecordingThatCannotBeReadOnSaysSoWhateverIsPressed()
    {
        const QString path = m_settings.filePath(QStringLiteral("torn.jsonl"));
        {
            QFile torn(path);
            QVERIFY(torn.open(QIODevice::WriteOnly));
            torn.write(lineOf(RecordingHeader()) + lineOf(RecordedLine{0, storeAtWork()}) +
                       "{\"after_ms\":\n");
        }
        const auto replay = ReplaySource::open(path);
        QVERIFY(replay);
        Theme theme(Theme::Scheme::Light);
        WindowOptions options;
        options.isReadOnly = options.isRecording = true;
        MainWindow window(theme, **replay, options);
        auto *bar = new ReplayBar(theme, **replay, *window.commands()[Command::PlayRecording], &window);
        window.addBar(bar);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        const auto says = [bar](const char *words) {
            return textsOf(*bar).join(u' ').contains(QLatin1String(words));
        };

        for (int presses = 0; presses < 3; ++presses) {
            QTest::keyClick(&window, Qt::Key_F7);
            QTRY_VERIFY2(says("torn.jsonl, line 3: "), qPrintable(textsOf(*bar).join(u' ')));
            QVERIFY(!says("is over") && !says("pauses"));
            QVERIFY(!(*replay)->isPlaying());
        }

        QTest::mouseClick(bar->findChild<QPushButton *>(), Qt::LeftButton); // from the beginning
        QTRY_VERIFY(says("torn.jsonl, line 3: "));
        QCOMPARE(window.overview()->topology()->card("order-8093")->card().state, ServiceState::Leader);
    }
};

QTEST_MAIN(TestWindowRecordings)
#include "tst_windowrecordings.moc"
