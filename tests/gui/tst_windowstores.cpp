// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/ownsettings.h"
#include "gui/shownwindow.h"
#include "gui/widgetaudit.h"
#include "topology/clientsnode.h"

#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace toystore;

namespace
{

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

} // namespace

/// How the window comes to a store, loses it and leaves it.
class TestWindowStores : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void init() { m_settings.clear(); }

    void whoOnlyLooksOpensNoStoreByAnyCommand()
    {
        const MadeUpCommand toystore("exit 1");
        WindowOptions options;
        options.isReadOnly = true;
        Shown shown(ClusterSnapshot(), options);

        shown.window.commands()[Command::StartStore]->trigger();

        QVERIFY(!textsOf(shown.window).contains(QStringLiteral("The store opens")));
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

    void onlyTheFrontendKnowsItsSessions()
    {
        Shown shown(storeAtWork());
        const auto *clients = shown.window.findChild<ClientsNode *>();
        QVERIFY(textsOf(*clients).contains(QStringLiteral("64 sessions")));
        shown.source.show(storeInTrouble()); // the frontend is paused
        QVERIFY(textsOf(*clients).contains(QStringLiteral("– sessions")));
    }

    void aRefusedTokenIsAskedFor()
    {
        Shown shown(storeOfOthers());
        const auto *banner = shown.window.findChild<QWidget *>(QStringLiteral("banner"));
        QVERIFY(banner->isVisible());
        QCOMPARE(banner->findChild<QPushButton *>()->text(), QStringLiteral("Enter token…"));
    }
};

QTEST_MAIN(TestWindowStores)
#include "tst_windowstores.moc"
