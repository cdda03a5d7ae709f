// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dialogs/shortcutsdialog.h"
#include "docks/orderfilter.h"
#include "docks/orderlogpanel.h"
#include "docks/table.h"
#include "gui/ownsettings.h"
#include "gui/shownwindow.h"
#include "gui/widgetaudit.h"
#include "overview/loadchart.h"
#include "overview/tilebar.h"
#include "window/docks.h"

#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QShortcut>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace toystore;

/// What the window shows, and how people look at it: tables, chart, orders on their way, layout and keys.
class TestWindow : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void init() { m_settings.clear(); }

    void ordersAreFiltered()
    {
        Shown shown;
        Q_EMIT shown.source.ordersAdded(madeUpOrders(1, 100));
        OrderLogPanel *panel = shown.window.docks()->orders();
        const QAbstractItemModel *rows = panel->table()->model();
        QCOMPARE(rows->rowCount(), 100);
        panel->filter()->setText(QStringLiteral("tux"));
        QCOMPARE(rows->rowCount(), 20);
        panel->filter()->setText(QStringLiteral("/^#1[0-9] /"));
        QCOMPARE(rows->rowCount(), 10);
        panel->filter()->setText(QStringLiteral("/(/"));
        QCOMPARE(rows->rowCount(), 10); // a wrong one changes nothing, and says so
        QVERIFY(textsOf(*panel).join(u' ').contains(QStringLiteral("parenthes")));
        panel->filter()->clear();
        QCOMPARE(rows->rowCount(), 100);
    }

    void aPauseHoldsTheTableStill()
    {
        Shown shown;
        Q_EMIT shown.source.ordersAdded(madeUpOrders(1, 100));
        OrderLogPanel *panel = shown.window.docks()->orders();
        QToolButton *pause = nullptr;
        for (QToolButton *button : panel->findChildren<QToolButton *>()) {
            if (button->accessibleName() == QStringLiteral("Pause"))
                pause = button;
        }
        pause->click();
        Q_EMIT shown.source.ordersAdded(madeUpOrders(101, 25));
        QCOMPARE(panel->table()->model()->rowCount(), 100);
        QCOMPARE(pause->text(), QStringLiteral("25 new"));
        pause->click();
        QCOMPARE(panel->table()->model()->rowCount(), 125);
        QCOMPARE(pause->text(), QStringLiteral("Pause"));
    }

    void aPauseHoldsNothingOfAnotherStore()
    {
        Shown shown;
        Q_EMIT shown.source.ordersAdded(madeUpOrders(1, 500));
        OrderLogPanel *panel = shown.window.docks()->orders();
        auto *filter = panel->findChild<OrderFilter *>();
        filter->setPaused(true);

        Q_EMIT shown.source.storeChanged();
        Q_EMIT shown.source.ordersAdded(madeUpOrders(1, 300));

        QCOMPARE(panel->table()->model()->rowCount(), 0);
        QCOMPARE(filter->newOrders(), 300);
        filter->setPaused(false);
        QCOMPARE(panel->table()->model()->rowCount(), 300);
    }

    void theTableFollowsOnlyAtItsEnd()
    {
        Shown shown;
        OrderLogPanel *panel = shown.window.docks()->orders();
        Q_EMIT shown.source.ordersAdded(madeUpOrders(1, 500));
        QScrollBar *bar = panel->table()->verticalScrollBar();
        QTRY_COMPARE(bar->value(), bar->maximum());
        QVERIFY(bar->maximum() > 0);
        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        QVERIFY(!panel->isFollowing());
        const int there = bar->value();
        Q_EMIT shown.source.ordersAdded(madeUpOrders(501, 50));
        QApplication::processEvents();
        QCOMPARE(bar->value(), there);
        bar->triggerAction(QAbstractSlider::SliderToMaximum);
        QVERIFY(panel->isFollowing());
        shown.window.resize(shown.window.width(), shown.window.height() - 200);
        QTRY_COMPARE(bar->value(), bar->maximum());
        QVERIFY(panel->isFollowing());
        shown.window.docks()->setVisible(false);
        Q_EMIT shown.source.ordersAdded(madeUpOrders(551, 50));
        shown.window.docks()->setVisible(true);
        QTRY_COMPARE(bar->value(), bar->maximum());
        QVERIFY(panel->isFollowing());
    }

    void aReplicaThatWasNeverHeardIsNotMissing()
    {
        MadeUpStore store;
        for (auto &[name, service] : store.known().services) {
            if (!service.isReplica())
                continue;
            service.process.state = "starting";
            service.forgetStatus();
        }
        const TileContent tile = tileContents(store.snapshot())[1];
        QCOMPARE(tile.value, QStringLiteral("0 of 3"));
        QCOMPARE(tile.detail, QStringLiteral("3 not heard yet"));
        QCOMPARE(tile.tone, Tone::Neutral);
    }

    void aWayIsShownByWhatWasTold()
    {
        const QList<TravellingOrders::Leg> legs = TravellingOrders::legs(madeUpWay(7));
        QCOMPARE(legs.size(), 9);
        QCOMPARE(legs.first().from, QByteArray("clients"));
        QCOMPARE(legs.first().to, QByteArray("frontend"));
        QCOMPARE(legs.last().to, QByteArray("clients"));
        QVERIFY(std::abs(legs.last().end - 1.0) < 1e-9);
        OrderWay heardOfOnce = madeUpWay(7);
        heardOfOnce.stages = {heardOfOnce.stages[5]}; // a copy, and nobody said whose
        QVERIFY(TravellingOrders::legs(heardOfOnce).isEmpty());
    }

    void moreThanFiveASecondStandForTheRest()
    {
        TravellingOrders travels;
        const Instant now;
        for (int i = 1; i <= 12; ++i)
            travels.add(madeUpWay(i), now);
        QCOMPARE(travels.dots(now).size(), 5);
        travels.add(madeUpWay(13), now + Milliseconds(1001));
        const QList<TravellingOrders::Dot> dots = travels.dots(now + Milliseconds(1002));
        QVERIFY(std::any_of(dots.begin(), dots.end(), [](const TravellingOrders::Dot &dot) {
            return dot.label == QStringLiteral("#13 × 8");
        }));
        QVERIFY(!travels.advance(now + Milliseconds(3000)));
    }

    void theAnimationCanBeOff()
    {
        Shown shown;
        TopologyView *topology = shown.window.overview()->topology();
        topology->showTravel(madeUpWay(1));
        QVERIFY(!topology->travels().dots(monotonicNow()).isEmpty());
        shown.window.commands()[Command::Animation]->trigger();
        topology->showTravel(madeUpWay(2));
        QVERIFY(topology->travels().dots(monotonicNow()).isEmpty());
    }

    void theLayoutIsKeptAndReset()
    {
        {
            Shown shown{ClusterSnapshot()};
            shown.window.docks()->all()[1]->setFloating(true);
            shown.window.close();
        }
        Shown again{ClusterSnapshot()};
        again.window.restoreLayout();
        QVERIFY(again.window.docks()->all()[1]->isFloating());
        again.window.commands()[Command::ResetLayout]->trigger();
        QVERIFY(!again.window.docks()->all()[1]->isFloating());
    }

    void manyMarksLeaveTheLinesAlone()
    {
        Theme theme(Theme::Scheme::Light);
        LoadChart chart(theme);
        ClusterSnapshot moment = storeAtWork();
        for (int second = 0; second < 30; ++second) {
            moment.atMs = madeUpNowMs + second * 1000;
            chart.add(moment);
        }
        const int points = chart.pointCount();
        for (int second = 10; second < 30; ++second)
            chart.mark({TimelineEvent{second,
                                      madeUpNowMs + second * 1000,
                                      TimelineEvent::Kind::Service,
                                      true,
                                      {},
                                      "order-8093 killed",
                                      {}}});
        QCOMPARE(chart.pointCount(), points);
        QCOMPARE(chart.markCount(), 12);
        chart.clear();
        QCOMPARE(chart.pointCount(), 0);
        QCOMPARE(chart.markCount(), 0);
    }

    void marksTakeTheLookThatIsChosen()
    {
        const auto pictureOf = [](bool isChosenBefore) {
            Theme theme(Theme::Scheme::Light);
            LoadChart chart(theme);
            chart.resize(900, 200);
            chart.show();
            static_cast<void>(QTest::qWaitForWindowExposed(&chart));
            const auto choose = [&theme] {
                theme.setScheme(Theme::Scheme::Dark);
                theme.setPresenter(true);
                QApplication::processEvents();
            };
            if (isChosenBefore)
                choose();
            ClusterSnapshot moment = storeAtWork();
            chart.mark(madeUpEvents());
            chart.add(moment);
            QApplication::processEvents();
            if (!isChosenBefore)
                choose();
            moment.atMs += 1000;
            chart.add(moment); // now it is known how much room the axes leave
            QApplication::processEvents();
            return chart.grab().toImage();
        };
        QVERIFY(pictureOf(false) == pictureOf(true));
    }

    void aMarkThatIsToldLateTakesItsPlace()
    {
        Theme theme(Theme::Scheme::Light);
        LoadChart chart(theme);
        ClusterSnapshot moment = storeAtWork();
        const auto markAt = [&chart](int second) {
            chart.mark({TimelineEvent{second,
                                      madeUpNowMs + second * 1000,
                                      TimelineEvent::Kind::Service,
                                      true,
                                      {},
                                      "order-8093 killed",
                                      {}}});
        };
        for (int second = 40; second <= 51; ++second)
            markAt(second);

        markAt(5); // one too many, and the oldest: it goes

        moment.atMs = madeUpNowMs + 105'500; // of the last minute are those of 46 to 51
        chart.add(moment);
        QCOMPARE(chart.markCount(), 6);
    }

    void f1ListsEveryShortcut()
    {
        WindowOptions options;
        options.isDemo = true;
        Shown shown(storeAtWork(), options);

        QTest::keyClick(&shown.window, Qt::Key_F1);

        const auto *list = shown.window.findChild<ShortcutsDialog *>();
        QVERIFY(list != nullptr && list->isVisible());
        const QStringList listed = textsOf(*list);
        int shortcuts = 0;
        for (const QAction *action : shown.window.findChildren<QAction *>()) {
            QStringList keys;
            for (const QKeySequence &sequence : action->shortcuts())
                keys << sequence.toString(QKeySequence::NativeText);
            const qsizetype at = listed.indexOf(keys.join(QStringLiteral(" or ")));
            QVERIFY2(keys.isEmpty() || at >= 0, qPrintable(action->text()));
            QVERIFY2(keys.isEmpty() || listed.value(at + 1) == action->whatsThis(),
                     qPrintable(action->text()));
            shortcuts += static_cast<int>(keys.size());
        }
        QCOMPARE(shortcuts, 21);                                     // with the two of the next step
        QVERIFY(shown.window.findChildren<QShortcut *>().isEmpty()); // nobody would list them
        QCOMPARE(clippedTexts(*list).join(u'\n'), QString());
    }

    void whoBeginsAsAPresenterSeesThatTheTablesAreAway()
    {
        Theme theme(Theme::Scheme::Light, true);
        FakeSource source;
        MainWindow window(theme, source, {});
        window.restoreLayout();
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QVERIFY(!window.docks()->all().first()->isVisible());
        QVERIFY(!window.commands()[Command::Tables]->isChecked());
        QTest::keyClick(&window, Qt::Key_T, Qt::ControlModifier);
        QVERIFY(window.docks()->all().first()->isVisible());
        QVERIFY(window.commands()[Command::Tables]->isChecked());
    }

    void aWindowFillsTheScreenAndComesBack()
    {
        Shown shown;
        QTest::keyClick(&shown.window, Qt::Key_F11);
        QTRY_VERIFY(shown.window.isFullScreen());
        QTest::keyClick(&shown.window, Qt::Key_F11);
        QTRY_VERIFY(!shown.window.isFullScreen());
    }

    void theCatalogSaysWhenItIsRestocked()
    {
        Shown shown;
        const auto says = [&shown](const QString &text) {
            const auto labels = shown.window.findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel *one) { return one->text() == text; });
        };
        ClusterSnapshot store = storeAtWork();
        store.restockInMs = 6'400;
        shown.source.show(store);
        QTRY_VERIFY(says(QStringLiteral("Toys that are sold out are restocked in 7 s.")));
        store.restockInMs.reset();
        shown.source.show(store);
        QTRY_VERIFY(says(QStringLiteral("No restock is announced.")));
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
