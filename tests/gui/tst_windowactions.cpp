// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/cachepanel.h"
#include "docks/loadpanel.h"
#include "gui/ownsettings.h"
#include "gui/shownwindow.h"
#include "gui/widgetaudit.h"
#include "theme/menubutton.h"
#include "window/demobar.h"
#include "window/demoscenario.h"
#include "window/docks.h"
#include "window/faultsmenu.h"

#include <QCheckBox>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace toystore;

namespace
{

using Asked = FakeSource::Asked;

} // namespace

/// What is asked of a store when people press what, and tell its story.
class TestWindowActions : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void init() { m_settings.clear(); }

    void aButtonAsksForItsAction_data()
    {
        QTest::addColumn<ServiceState>("state");
        QTest::addColumn<ServiceAction>("action");
        QTest::addColumn<QByteArray>("asked");
        QTest::newRow("kill") << ServiceState::Leader << ServiceAction::Kill << QByteArray("kill");
        QTest::newRow("pause") << ServiceState::Follower << ServiceAction::Pause << QByteArray("pause");
        QTest::newRow("resume") << ServiceState::NotAnswering << ServiceAction::Resume
                                << QByteArray("resume");
        QTest::newRow("stop") << ServiceState::Syncing << ServiceAction::Stop << QByteArray("stop");
        QTest::newRow("restart") << ServiceState::Leader << ServiceAction::Restart << QByteArray("restart");
        QTest::newRow("start") << ServiceState::Down << ServiceAction::Start << QByteArray("start");
    }
    void aButtonAsksForItsAction()
    {
        QFETCH(ServiceState, state);
        QFETCH(ServiceAction, action);
        QFETCH(QByteArray, asked);
        Shown shown(storeWith(8093, state));

        shown.press("order-8093", action);

        QCOMPARE(shown.source.asked(), (QList<Asked>{{asked, "order-8093"}}));
        QCOMPARE(shown.question(), nullptr); // a local demonstration asks nothing
    }

    void theCardTurnsWithTheSnapshot()
    {
        Shown shown;
        shown.press("order-8093", ServiceAction::Kill);

        shown.source.show(storeAfterKill());

        CardWidget &killed = shown.card("order-8093");
        QVERIFY(textsOf(killed).contains(QStringLiteral("KILLED")));
        QVERIFY(textsOf(killed).contains(QStringLiteral("SIGKILL, 12 s ago")));
        QVERIFY(killed.accessibleDescription().contains(QStringLiteral("KILLED")));
        QVERIFY(!killed.button(ServiceAction::Kill)->isEnabled());
        QCOMPARE(killed.button(ServiceAction::Start)->text(), QStringLiteral("Start"));
        QVERIFY(textsOf(shown.card("order-8092")).contains(QStringLiteral("LEADER")));
    }

    void aDisabledButtonSaysWhy()
    {
        Shown shown;
        const QToolButton *resume = shown.card("order-8093").button(ServiceAction::Resume);
        QVERIFY(!resume->isEnabled());
        QCOMPARE(resume->toolTip(), QStringLiteral("Resume order-8093: It is not paused."));
        const Commands &commands = shown.window.commands();
        QCOMPARE(commands[Command::StartStore]->toolTip(),
                 QStringLiteral("Start a store on this machine: a store is open"));
        shown.source.show(storeOfOthers());
        QCOMPARE(commands[Command::StopStore]->toolTip(),
                 QStringLiteral("Stop the whole store: this store refuses it"));
        const auto *faults = shown.window.findChild<MenuButton *>(); // the first of them
        QCOMPARE(faults->toolTip(),
                 QStringLiteral("Break the links between the services: this store refuses it"));
        QVERIFY(!faults->isEnabled());
        shown.source.show(storeAtWork());
        QVERIFY(faults->isEnabled());
    }

    void aToastOffersTheWayBack()
    {
        Shown shown;
        shown.press("order-8093", ServiceAction::Kill);
        QVERIFY(!shown.toast().isVisible());

        shown.source.finish(true);

        QCOMPARE(shown.toast().text(), QStringLiteral("order-8093 killed"));
        QCOMPARE(shown.toast().actionButton()->text(), QStringLiteral("Restart"));
        QTest::mouseClick(shown.toast().actionButton(), Qt::LeftButton);
        QCOMPARE(shown.source.asked().last(), (Asked{"start", "order-8093"}));
        QVERIFY(!shown.toast().isVisible());
    }

    void aFailureIsTold()
    {
        Shown shown;
        shown.press("order-8093", ServiceAction::Pause);
        shown.source.finish(false, "the token is wrong");
        QVERIFY(shown.toast().isVisible());
        QCOMPARE(shown.toast().text(), QStringLiteral("Could not pause order-8093: the token is wrong"));
    }

    void whatHurtsOthersIsAskedFirst()
    {
        Shown shown;
        shown.press("catalog", ServiceAction::Kill);
        QMessageBox *question = shown.question();
        QVERIFY(question != nullptr);
        QVERIFY(question->text().contains(QStringLiteral("Without the catalog nothing can be bought")));
        QCOMPARE(question->defaultButton(), question->button(QMessageBox::Cancel));

        QTest::keyClick(question, Qt::Key_Return); // the default

        QVERIFY(shown.source.asked().isEmpty());
        QTRY_COMPARE(shown.question(), nullptr);
        shown.press("catalog", ServiceAction::Kill);
        QAbstractButton *yes = buttonOf(*shown.question(), QStringLiteral("Kill catalog"));
        QVERIFY(yes != nullptr);
        yes->click();
        QCOMPARE(shown.source.asked(), (QList<Asked>{{"kill", "catalog"}}));
    }

    void whatIsDoneToAStoreElsewhereIsAskedFirst_data()
    {
        using Doing = std::function<void(Shown &)>;
        QTest::addColumn<Doing>("doing");
        QTest::addColumn<QString>("button");
        QTest::addColumn<QByteArray>("asked");
        const auto row = [](const char *button, const char *asked, const Doing &doing) {
            QTest::newRow(asked) << doing << QString::fromLatin1(button) << QByteArray(asked);
        };
        row("Restore all", "clear_faults",
            [](Shown &shown) { shown.window.commands()[Command::RestoreAll]->trigger(); });
        row("Next step: The leader is killed", "kill",
            [](Shown &shown) { shown.window.commands()[Command::NextStep]->trigger(); });
        row("Break the link", "set_fault cut", [](Shown &shown) {
            Q_EMIT shown.window.findChild<FaultsMenu *>()->faultRequested("frontend", "leader",
                                                                          {"cut", {}, {}, {}, {}});
        });
        row("Change the cache", "set_cache",
            [](Shown &shown) { Q_EMIT shown.window.docks()->cacheChangeRequested(false, {}); });
    }
    void whatIsDoneToAStoreElsewhereIsAskedFirst()
    {
        QFETCH(std::function<void(Shown &)>, doing);
        QFETCH(QString, button);
        QFETCH(QByteArray, asked);
        MadeUpStore store;
        store.known().isLocal = false;
        store.breakLink("frontend", "catalog", {"delay", {}, 200, {}, {}});
        WindowOptions options;
        options.isDemo = true;
        Shown shown(store.snapshot(), options);

        doing(shown);

        QVERIFY(shown.source.asked().isEmpty());
        QMessageBox *question = shown.question();
        QVERIFY(question != nullptr);
        QVERIFY(question->text().contains(QStringLiteral("127.0.0.1:8083, is not of this machine")));
        QCOMPARE(question->defaultButton(), question->button(QMessageBox::Cancel));
        QAbstractButton *yes = buttonOf(*question, button);
        QVERIFY(yes != nullptr);
        yes->click();
        QCOMPARE(shown.source.asked().size(), 1);
        QCOMPARE(shown.source.asked().first().what, asked);
    }

    void theKeyboardDoesTheSame()
    {
        Shown shown;
        QTest::keyClick(&shown.window, Qt::Key_K, Qt::ControlModifier);
        QCOMPARE(shown.source.asked(), (QList<Asked>{{"kill", "order-8093"}}));
        QTest::keyClick(&shown.window, Qt::Key_P, Qt::ControlModifier);
        QCOMPARE(shown.source.asked().last(), (Asked{"pause", "order-8093"}));
        QToolButton *kill = shown.card("order-8091").button(ServiceAction::Kill);
        kill->setFocus();
        QTest::keyClick(kill, Qt::Key_Space);
        QCOMPARE(shown.source.asked().last(), (Asked{"kill", "order-8091"}));
    }

    void aLinkIsBrokenFromTheMenu()
    {
        Shown shown;
        auto *menu = shown.window.findChild<FaultsMenu *>();
        QVERIFY(menu != nullptr);
        QAction *cut = nullptr;
        for (QMenu *link : menu->findChildren<QMenu *>()) {
            if (link->title() == QLatin1String("Frontend to leader"))
                cut = link->actions().last();
        }
        QVERIFY(cut != nullptr);

        cut->trigger();

        QCOMPARE(shown.source.asked(), (QList<Asked>{{"set_fault cut", "frontend to leader"}}));
    }

    void restoreAllMendsWhatIsBroken()
    {
        Shown shown(storeInTrouble());
        shown.window.commands()[Command::RestoreAll]->trigger();
        QCOMPARE(shown.source.asked(),
                 (QList<Asked>{{"clear_faults", {}}, {"start", "order-8093"}, {"resume", "frontend"}}));
    }

    void whoOnlyLooksHasNoActions()
    {
        WindowOptions options;
        options.isReadOnly = true;
        Shown shown(storeAtWork(), options);
        for (const ServiceAction action : serviceActions)
            QVERIFY(!shown.card("order-8093").button(action)->isVisible());
        for (const Command command : {Command::StartStore, Command::StopStore, Command::RestoreAll})
            QVERIFY(!shown.window.commands()[command]->isVisible());
        QTest::keyClick(&shown.window, Qt::Key_K, Qt::ControlModifier);
        const auto *cache = shown.window.docks()->cache()->findChild<QCheckBox *>();
        QVERIFY(!cache->isEnabled());
        QCOMPARE(cache->toolTip(), QStringLiteral("This dashboard only looks."));
        QVERIFY(shown.source.asked().isEmpty());
    }

    void whoOnlyLooksIsToldNoStoryAndOpensNoStore()
    {
        WindowOptions options;
        options.isReadOnly = options.isDemo = true;
        Shown shown(ClusterSnapshot(), options);
        const auto *page = shown.window.findChild<QWidget *>(QStringLiteral("statePage"));
        for (const QPushButton *button : page->findChildren<QPushButton *>())
            QCOMPARE(button->isVisible(), button->text() == QStringLiteral("Connect…"));
        shown.source.show(storeAtWork());
        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QVERIFY(shown.source.asked().isEmpty());
    }

    void whoHasNoRightTokenIsToldBefore_data()
    {
        QTest::addColumn<ClusterSnapshot>("store");
        QTest::addColumn<QString>("why");
        MadeUpStore store;
        store.known().permission.kind = Permission::Kind::OnlyLooking;
        QTest::newRow("none") << store.snapshot() << QStringLiteral("given no token");
        QTest::newRow("a wrong one") << storeOfOthers() << QStringLiteral("refuses it");
    }
    void whoHasNoRightTokenIsToldBefore()
    {
        QFETCH(ClusterSnapshot, store);
        QFETCH(QString, why);
        Shown shown(store);
        for (const Command command :
             {Command::StopStore, Command::RestoreAll, Command::KillLeader, Command::PauseLeader}) {
            QVERIFY(!shown.window.commands()[command]->isEnabled());
            QVERIFY(shown.window.commands()[command]->toolTip().contains(why));
        }
        QVERIFY(!shown.window.findChild<MenuButton *>()->isEnabled()); // of the faults
        QVERIFY(!shown.window.docks()->cache()->findChild<QCheckBox *>()->isEnabled());
    }

    void theCacheIsSwitchedOnlyByPeople()
    {
        Shown shown;
        shown.window.docks()->raise(shown.window.docks()->all()[1]);
        auto *box = shown.window.docks()->cache()->findChild<QCheckBox *>();
        QVERIFY(box->isChecked());
        ClusterSnapshot store = storeAtWork();
        store.cache->enabled = false;

        shown.source.show(store);

        QVERIFY(!box->isChecked());
        QVERIFY(shown.source.asked().isEmpty());
        box->click();
        QCOMPARE(shown.source.asked(), (QList<Asked>{{"set_cache", {}}}));
    }

    void theStoryGoesStepByStep()
    {
        WindowOptions options;
        options.isDemo = true;
        Shown shown(storeAtWork(), options);
        QVERIFY(shown.source.asked().isEmpty());
        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QCOMPARE(shown.source.asked(), (QList<Asked>{{"kill", "order-8093"}}));
        shown.source.show(storeAfterKill());
        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QCOMPARE(shown.source.asked().last(), (Asked{"start", "order-8093"}));
        shown.source.show(storeAtWork());
        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QCOMPARE(shown.source.asked().last(), (Asked{"pause", "order-8093"}));
    }

    void aStepWaitsForTheOneBefore()
    {
        WindowOptions options;
        options.isDemo = true;
        Shown shown(storeAtWork(), options);
        QAction *next = shown.window.commands()[Command::NextStep];
        const auto *bar = shown.window.findChild<DemoBar *>();
        QVERIFY(!next->autoRepeat()); // a key that is held is one step

        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QTest::keyClick(&shown.window, Qt::Key_PageDown); // nothing was killed yet

        QCOMPARE(shown.source.asked(), (QList<Asked>{{"kill", "order-8093"}}));
        QCOMPARE(bar->step(), 1);
        QVERIFY(!next->isEnabled());
        QVERIFY(next->toolTip().contains(QStringLiteral("no replica is down yet")));
        shown.source.show(storeAfterKill());
        QVERIFY(next->isEnabled());
    }

    void aStepThatFailsIsTakenBack()
    {
        WindowOptions options;
        options.isDemo = true;
        Shown shown(storeAtWork(), options);
        const auto *bar = shown.window.findChild<DemoBar *>();
        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QCOMPARE(bar->step(), 1);

        shown.source.finish(false, "the token is wrong");

        QCOMPARE(bar->step(), 0);
        QTest::keyClick(&shown.window, Qt::Key_PageDown);
        QCOMPARE(shown.source.asked().size(), 2);
    }

    void theStoryRecoversAllOnlyWhenAllAreDown()
    {
        MadeUpStore store;
        for (const qint64 id : {8093, 8092, 8091}) {
            QCOMPARE(demo::whyNotYet(6, store.snapshot()), QStringLiteral("a replica still runs"));
            store.set(id, ServiceState::Down);
        }
        QCOMPARE(demo::whyNotYet(6, store.snapshot()), QString());
        QCOMPARE(demo::whyNotYet(7, store.snapshot()), QStringLiteral("a replica is still down"));
    }

    void theStoryKillsAndRecoversAll()
    {
        const QList<DemoRequest> kills = demo::requests(5, storeAtWork());
        QCOMPARE(kills.size(), 3);
        MadeUpStore dead;
        for (const qint64 id : {8093, 8092, 8091})
            dead.set(id, ServiceState::Down);
        QCOMPARE(demo::requests(6, dead.snapshot()).size(), 3);
        QCOMPARE(demo::requests(6, storeAtWork()).size(), 0);
        QCOMPARE(demo::steps().size(), 8);
    }

    void theLoadPanelAsksForWhatItSays()
    {
        Shown shown;
        LoadPanel *panel = shown.window.docks()->load();
        QList<LoadWish> started;
        int stopped = 0;
        connect(&shown.window, &MainWindow::loadStartRequested, panel,
                [&started](const LoadWish &wish) { started << wish; });
        connect(&shown.window, &MainWindow::loadStopRequested, panel, [&stopped] { ++stopped; });
        panel->setWish({16, 30, 200});
        QTest::keyClick(&shown.window, Qt::Key_F8);
        QCOMPARE(started, (QList<LoadWish>{{16, 30, 200}}));
        panel->show(LoadNews{true, 1, 0, 0, 200, {}, {}});
        QCOMPARE(shown.window.commands()[Command::ToggleLoad]->text(), QStringLiteral("Stop load"));
        QTest::keyClick(&shown.window, Qt::Key_F8);
        QCOMPARE(stopped, 1);
    }
};

QTEST_MAIN(TestWindowActions)
#include "tst_windowactions.moc"
