// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dialogs/shortcutsdialog.h"
#include "docks/cachepanel.h"
#include "docks/loadpanel.h"
#include "docks/orderfilter.h"
#include "docks/orderlogpanel.h"
#include "docks/table.h"
#include "gui/ownsettings.h"
#include "gui/shownwindow.h"
#include "gui/widgetaudit.h"
#include "overview/loadchart.h"
#include "overview/tilebar.h"
#include "theme/menubutton.h"
#include "window/demobar.h"
#include "window/demoscenario.h"
#include "window/docks.h"
#include "window/faultsmenu.h"

#include <QCheckBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QShortcut>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace toystore;

namespace
{

using Asked = FakeSource::Asked;

/// Is found as 'toystore', which the dashboard runs, as long as this lives.
class MadeUpCommand
{
public:
    explicit MadeUpCommand(const QByteArray &script) : m_path(qgetenv("PATH"))
    {
        QFile file(m_directory.filePath(QStringLiteral("toystore")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + script + '\n');
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        qputenv("PATH", m_directory.path().toUtf8() + ':' + m_path);
    }
    ~MadeUpCommand() { qputenv("PATH", m_path); }
    MadeUpCommand(const MadeUpCommand &) = delete;
    MadeUpCommand &operator=(const MadeUpCommand &) = delete;

private:
    const QByteArray m_path;
    QTemporaryDir m_directory;
};

QAbstractButton *buttonOf(const QMessageBox &box, const QString &text)
{
    for (QAbstractButton *button : box.buttons()) {
        if (button->text().remove(u'&') == text)
            return button;
    }
    return nullptr;
}

} // namespace

/// What is asked for when people press what, and what is shown of it.
class TestWindow : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void init() { QSettings(QStringLiteral("toystore"), QStringLiteral("toystore-admin")).clear(); }

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

    void whoOnlyLooksOpensNoStoreByAnyCommand()
    {
        const MadeUpCommand toystore("exit 1");
        WindowOptions options;
        options.isReadOnly = true;
        Shown shown(ClusterSnapshot(), options);

        shown.window.commands()[Command::StartStore]->trigger();

        QVERIFY(!textsOf(shown.window).contains(QStringLiteral("The store opens")));
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

    void closingAsksWhetherTheStoreGoesOn()
    {
        Shown shown;
        shown.window.close();
        QVERIFY(shown.window.isVisible());
        QMessageBox *question = shown.question();
        QVERIFY(question != nullptr);
        QCOMPARE(question->text(), QStringLiteral("Leave the store running?"));
        buttonOf(*question, QStringLiteral("Leave it running"))->click();
        QTRY_VERIFY(!shown.window.isVisible());
        QVERIFY(shown.source.asked().isEmpty());
    }

    void aStoreElsewhereIsLeftAlone()
    {
        Shown shown(storeElsewhere());
        shown.window.close();
        QVERIFY(!shown.window.isVisible());
    }

    void withoutAStoreThePageSaysWhatToDo()
    {
        Shown shown{ClusterSnapshot()};
        const auto *page = shown.window.findChild<QWidget *>(QStringLiteral("statePage"));
        QVERIFY(page->isVisible());
        QVERIFY(textsOf(*page).contains(QStringLiteral("No store is open")));
        shown.source.show(storeAtWork());
        QVERIFY(!page->isVisible());
    }

    void whereNoStoreIsThePageSaysThatSomebodyLooks()
    {
        ClusterSnapshot none;
        none.detail = "No store is open in /srv/toys.";
        Shown shown(none);
        const auto *page = shown.window.findChild<QWidget *>(QStringLiteral("statePage"));
        QVERIFY(textsOf(*page).contains(QStringLiteral("No store is open")));
        QVERIFY(
            textsOf(*page).join(u' ').contains(QStringLiteral("No store is open in /srv/toys. One that")));
        for (const QPushButton *button : page->findChildren<QPushButton *>())
            QVERIFY(button->isVisible());
    }

    void whatFailedIsForgottenWithTheNextStore()
    {
        const MadeUpCommand toystore("echo no room; exit 1");
        Shown shown{ClusterSnapshot()};
        const auto *page = shown.window.findChild<QWidget *>(QStringLiteral("statePage"));
        shown.window.commands()[Command::StartStore]->trigger();
        QTRY_VERIFY(textsOf(*page).contains(QStringLiteral("no room")));
        ClusterSnapshot connecting;
        connecting.attachment = Attachment::Connecting;

        Q_EMIT shown.window.placeChosen({QStringLiteral("127.0.0.1"), 1}, {});
        shown.source.show(connecting);

        QVERIFY(textsOf(*page).contains(QStringLiteral("Connecting")));
        QVERIFY(!textsOf(*page).contains(QStringLiteral("no room")));
    }

    void whatIsAskedWhileAStoreOpensComesNext()
    {
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("calls"));
        const MadeUpCommand toystore("echo $* >> " + path.toUtf8());
        StoreLauncher launcher({QStringLiteral("--data"), QStringLiteral("here")});
        const QSignalSpy closed(&launcher, &StoreLauncher::closed);
        const QSignalSpy opened(&launcher, &StoreLauncher::opened);

        launcher.open();
        launcher.open(); // once is enough
        launcher.close(QStringLiteral("here"));

        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(opened.size(), 1);
        QFile calls(path);
        QVERIFY(calls.open(QIODevice::ReadOnly));
        QCOMPARE(calls.readAll(), "up --data here\ndown --data here\n");
    }

    void aWindowWhoseStoreDoesNotCloseStays()
    {
        const MadeUpCommand toystore("echo it hangs; exit 1");
        Shown shown;
        shown.window.close();
        buttonOf(*shown.question(), QStringLiteral("Stop the store"))->click();
        QTRY_COMPARE(shown.toast().text(), QStringLiteral("it hangs"));
        QTRY_COMPARE(shown.question(), nullptr);

        shown.window.close();

        QVERIFY(shown.window.isVisible());
        QVERIFY(shown.question() != nullptr); // it is asked again
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

    void whatIsOldIsSaidToBeOld()
    {
        Shown shown(storeOutOfReach());
        const auto *banner = shown.window.findChild<QWidget *>(QStringLiteral("banner"));
        QVERIFY(banner->isVisible());
        QVERIFY(textsOf(*banner).join(u' ').contains(QStringLiteral("last data 7.0 s ago")));
        QVERIFY(textsOf(shown.card("order-8093")).contains(QStringLiteral("as of 7.0 s ago")));
        QVERIFY(!shown.card("order-8093").button(ServiceAction::Kill)->isEnabled());
        shown.source.show(storeAtWork());
        QVERIFY(!banner->isVisible());
    }

    void aRefusedTokenIsAskedFor()
    {
        Shown shown(storeOfOthers());
        const auto *banner = shown.window.findChild<QWidget *>(QStringLiteral("banner"));
        QVERIFY(banner->isVisible());
        QCOMPARE(banner->findChild<QPushButton *>()->text(), QStringLiteral("Enter token…"));
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

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
