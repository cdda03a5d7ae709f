// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/recordedline.h"
#include "dashboard.h"
#include "gui/ownsettings.h"
#include "protocol/storefiles.h"
#include "support/fakecluster.h"
#include "window/docks.h"

#include <QApplication>
#include <QLabel>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr int longEnough = 500; // ms, for a load that should not come

/// A made-up store whose shop takes connections and ends them.
struct StoreWithShop {
    StoreWithShop()
    {
        QVERIFY(shop.listen(QHostAddress::LocalHost));
        QObject::connect(&shop, &QTcpServer::newConnection, &shop, [this] {
            ++clients;
            delete shop.nextPendingConnection();
        });
        store.change(
            [this](FakeCluster::State &state) { state.processes.at("frontend").port = shop.serverPort(); });
    }

    FakeCluster store;
    QTcpServer shop;
    int clients = 0;
};

/// The dashboard as the program opens it.
struct Opened {
    explicit Opened(const AdminOptions &options)
    {
        auto opened = Dashboard::open(options, monotonicNow());
        QVERIFY(opened);
        dashboard = *std::move(opened);
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *found = qobject_cast<MainWindow *>(widget))
                window = found;
        }
    }

    /// Whether some text in view begins with @p words.
    [[nodiscard]] bool says(const QString &words) const
    {
        const QList<QLabel *> labels = window->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&words](const QLabel *label) {
            return label->isVisible() && label->text().startsWith(words);
        });
    }

    std::unique_ptr<Dashboard> dashboard;
    MainWindow *window = nullptr;
};

AdminOptions watching(const FakeCluster &store)
{
    AdminOptions options;
    options.supervisor = store.supervisor();
    options.token = "right";
    options.dataDirectory = QStringLiteral("/nowhere");
    return options;
}

} // namespace

/// The program without its main(): who is connected to what, and what it does by itself.
class TestDashboardWiring : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("PATH", m_settings.path().toUtf8()); // no 'toystore' is found there
    }

    void theStoryPutsLoadOnlyOnAStoreOfThisMachine_data()
    {
        QTest::addColumn<bool>("isReadOnly");
        QTest::addColumn<bool>("isElsewhere");
        QTest::addColumn<bool>("isLoaded");
        QTest::newRow("a store of this machine") << false << false << true;
        QTest::newRow("a store elsewhere") << false << true << false;
        QTest::newRow("to look only") << true << false << false;
    }
    void theStoryPutsLoadOnlyOnAStoreOfThisMachine()
    {
        QFETCH(bool, isReadOnly);
        QFETCH(bool, isElsewhere);
        QFETCH(bool, isLoaded);
        StoreWithShop watched;
        if (isElsewhere)
            watched.store.change([](FakeCluster::State &state) { state.dataDirectory += "-there"; });
        AdminOptions options = watching(watched.store);
        options.isDemo = true;
        options.isReadOnly = isReadOnly;

        const Opened opened(options);

        QTRY_VERIFY(opened.says(QStringLiteral("all up")));
        QTRY_VERIFY(watched.store.asked("products") > 0);
        QCOMPARE(QTest::qWaitFor([&] { return watched.clients > 0; }, isLoaded ? 5000 : longEnough),
                 isLoaded);
    }

    void withoutAStoreThePageSaysSoAndShowsOneThatIsOpened_data()
    {
        QTest::addColumn<bool>("isDemo");
        QTest::newRow("usual") << false;
        QTest::newRow("a story to look at") << true; // which opens none
    }
    void withoutAStoreThePageSaysSoAndShowsOneThatIsOpened()
    {
        QFETCH(bool, isDemo);
        const QTemporaryDir directory;
        AdminOptions options;
        options.dataDirectory = directory.path();
        options.isDemo = options.isReadOnly = isDemo;
        const Opened opened(options);
        QTRY_VERIFY(opened.says(QStringLiteral("No store is open")));
        QVERIFY(opened.says(QStringLiteral("NO STORE")));
        const FakeCluster store;

        StoreFile file;
        file.pid = QCoreApplication::applicationPid();
        file.supervisorPort = store.supervisor().port;
        QFile written(storeFilePath(directory.path()));
        QVERIFY(written.open(QIODevice::WriteOnly));
        written.write(lineOf(file));
        written.close();

        QTRY_VERIFY(opened.says(QStringLiteral("all up")));
    }

    void aLoadEndsWithTheStoreItIsFor()
    {
        StoreWithShop first;
        const Opened opened(watching(first.store));
        QTRY_VERIFY(opened.says(QStringLiteral("all up")));
        QTRY_VERIFY(first.store.asked("products") > 0);
        QAction *toggle = opened.window->commands()[Command::ToggleLoad];
        const auto isLoaded = [&] { // as soon as the toys are known
            if (toggle->text() == QStringLiteral("Start load"))
                toggle->trigger();
            return first.clients > 0;
        };
        QTRY_VERIFY(isLoaded());
        QTRY_VERIFY(opened.says(QStringLiteral("clients noticed: ")) &&
                    !opened.says(QStringLiteral("clients noticed: 0")));
        const FakeCluster second;

        Q_EMIT opened.window->placeChosen(second.supervisor(), "right");

        QCOMPARE(toggle->text(), QStringLiteral("Start load"));
        QTRY_VERIFY(opened.says(QStringLiteral("clients noticed: 0")));
        QVERIFY(!QTest::qWaitFor([&] { return !opened.says(QStringLiteral("clients noticed: 0")); },
                                 2 * longEnough));
    }
};

QTEST_MAIN(TestDashboardWiring)
#include "tst_dashboardwiring.moc"
