// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How the window plays a recording.

#include "gui/madeupstores.h"
#include "gui/ownsettings.h"
#include "gui/widgetaudit.h"
#include "gui/writtenrecording.h"
#include "topology/topologyview.h"
#include "window/mainwindow.h"
#include "window/overview.h"
#include "window/replaybar.h"

#include <QComboBox>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace toystore;

namespace
{

WindowOptions forRecordings()
{
    WindowOptions options;
    options.isReadOnly = options.isRecording = true;
    return options;
}

/// A dashboard that plays a recording.
struct Player {
    explicit Player(ReplaySource &replay)
        : window(theme, replay, forRecordings()),
          bar(new ReplayBar(theme, replay, *window.commands()[Command::PlayRecording], &window))
    {
        window.addBar(bar);
        window.show();
        static_cast<void>(QTest::qWaitForWindowExposed(&window));
    }

    Theme theme{Theme::Scheme::Light};
    MainWindow window;
    ReplayBar *bar;
};

} // namespace

class TestWindowRecordings : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void aRecordingIsPlayedPausedAndPlayedAgain()
    {
        WrittenRecording lecture; // long enough for the slowest machine to pause it, and then played faster
        lecture.add(RecordedLine{0, storeAtWork()});
        lecture.add(RecordedLine{20'000, storeAfterKill()});
        const auto replay = lecture.open();
        QVERIFY(replay);
        Player player(**replay);
        MainWindow &window = player.window;
        const QAction *play = window.commands()[Command::PlayRecording];
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
        auto *speed = player.bar->findChild<QComboBox *>();
        speed->setCurrentIndex(speed->findText(QStringLiteral("50 ×")));
        QTest::keyClick(&window, Qt::Key_F7);
        QTRY_COMPARE(killed->card().state, ServiceState::Down);
        QTRY_VERIFY(says(QStringLiteral("The recording is over: this is how things were then.")));
        QVERIFY(!killed->button(ServiceAction::Start)->isVisible());
        QTest::mouseClick(player.bar->findChild<QPushButton *>(), Qt::LeftButton); // from the beginning
        QCOMPARE(window.overview()->topology()->card("order-8093")->card().state, ServiceState::Leader);
        QTRY_VERIFY((*replay)->isOver());
        QCOMPARE((*replay)->length(), Milliseconds(20'000));
    }

    void aRecordingThatCannotBeReadOnSaysSoWhateverIsPressed()
    {
        WrittenRecording torn(QStringLiteral("torn.jsonl"));
        torn.add(RecordedLine{0, storeAtWork()});
        torn.add("{\"after_ms\":\n");
        const auto replay = torn.open();
        QVERIFY(replay);
        Player player(**replay);
        MainWindow &window = player.window;
        const auto says = [bar = player.bar](const char *words) {
            return textsOf(*bar).join(u' ').contains(QLatin1String(words));
        };

        for (int presses = 0; presses < 3; ++presses) {
            QTest::keyClick(&window, Qt::Key_F7);
            QTRY_VERIFY2(says("torn.jsonl, line 3: "), qPrintable(textsOf(*player.bar).join(u' ')));
            QVERIFY(!says("is over") && !says("pauses"));
            QVERIFY(!(*replay)->isPlaying());
        }

        QTest::mouseClick(player.bar->findChild<QPushButton *>(), Qt::LeftButton); // from the beginning
        QTRY_VERIFY(says("torn.jsonl, line 3: "));
        QCOMPARE(window.overview()->topology()->card("order-8093")->card().state, ServiceState::Leader);
    }
};

QTEST_MAIN(TestWindowRecordings)
#include "tst_windowrecordings.moc"
