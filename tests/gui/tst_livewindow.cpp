// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/livewindow.h"
#include "gui/ownsettings.h"
#include "gui/paintwatch.h"
#include "gui/widgetaudit.h"
#include "notices/toast.h"
#include "window/loadrunner.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

#include <csignal>

using namespace toystore;

/// The whole thing: a real store, a real display, and the mouse.
class TestLiveWindow : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

    static void save(QWidget &window, const QString &name)
    {
        const QString directory = qEnvironmentVariable("TOYSTORE_SCREENSHOTS");
        if (!directory.isEmpty()) {
            QVERIFY(QDir().mkpath(directory));
            QVERIFY(window.grab().save(QStringLiteral("%1/%2.png").arg(directory, name)));
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("PATH", QFileInfo(QStringLiteral(TOYSTORE_CLI)).path().toUtf8() + ':' + qgetenv("PATH"));
    }

    void theLeaderIsKilledWithTheMouseAndNobodyNotices()
    {
        LiveWindow live;
        QVERIFY(live.open());
        LoadRunner load;
        LoadNews met;
        connect(&load, &LoadRunner::newsCame, this, [&met](const LoadNews &news) { met = news; });
        load.start({4, 100, 0}, {QStringLiteral("127.0.0.1"), live.store.httpPort()}, {"Tux", "Rubber Duck"});
        QTRY_VERIFY(live.now().lastOrder > 1000);
        const qint64 before = live.now().leader;
        const QByteArray killed = StoreUnderTest::nameOf(before);
        QElapsedTimer sinceClick;
        qint64 shownAfter = -1;
        connect(&live.monitor, &ClusterSource::snapshotChanged, this, [&] {
            if (shownAfter < 0 && sinceClick.isValid() &&
                live.card(killed)->card().state == ServiceState::Down)
                shownAfter = sinceClick.elapsed();
        });

        sinceClick.start();
        QTest::mouseClick(live.card(killed)->button(ServiceAction::Kill), Qt::LeftButton);

        QTRY_VERIFY(shownAfter >= 0);
        qInfo("the card shows it %lld ms after the click", static_cast<long long>(shownAfter));
        QVERIFY(shownAfter < 300);
        QTRY_VERIFY(live.now().leader != 0 && live.now().leader != before);
        QTRY_COMPARE(live.card(StoreUnderTest::nameOf(live.now().leader))->card().state,
                     ServiceState::Leader);
        QTRY_VERIFY(live.window.toast()->isVisible());
        QTRY_VERIFY(live.now().failover && live.now().failover->isOver);
        save(live.window, QStringLiteral("live-after-kill"));

        QTest::mouseClick(live.window.toast()->actionButton(), Qt::LeftButton); // Restart

        QTRY_VERIFY_WITH_TIMEOUT(live.isWhole(), 20'000);
        QTRY_COMPARE(live.card(killed)->card().state, ServiceState::Follower);
        load.stop();
        QTRY_VERIFY(!met.isRunning);
        QCOMPARE(met.errors, 0);
        QTRY_COMPARE_WITH_TIMEOUT(live.now().logsIdentical.state, VerdictState::Ok, 20'000);
        QCOMPARE(live.now().clientsNoticed.state, VerdictState::Ok);
        QVERIFY(live.store.waitForEqualLogs(Milliseconds(10'000)));
        QCOMPARE(met.rejected, 0); // they all were sales
        save(live.window, QStringLiteral("live-restarted"));
    }

    // By nobody's click: a signal, as from another terminal.
    void aKillFromOutsideIsPaintedInTime_data()
    {
        QTest::addColumn<QByteArray>("service");
        QTest::newRow("leader") << QByteArray("order-8093"); // the highest id
        QTest::newRow("follower") << QByteArray("order-8091");
        QTest::newRow("catalog") << QByteArray("catalog");
        QTest::newRow("frontend") << QByteArray("frontend");
    }
    void aKillFromOutsideIsPaintedInTime()
    {
        QFETCH(QByteArray, service);
        LiveWindow live;
        QVERIFY(live.open());
        CardWidget &card = *live.card(service);
        PaintWatch painted(card, [&card] { return textsOf(card).contains(QStringLiteral("KILLED")); });

        painted.start();
        QCOMPARE(::kill(static_cast<pid_t>(live.now().service(service)->pid), SIGKILL), 0);

        QTRY_VERIFY(painted.afterMs());
        qInfo("%s: painted %lld ms after kill -9", service.constData(),
              static_cast<long long>(*painted.afterMs()));
        QVERIFY(*painted.afterMs() < 300);
    }

    void aPausedLeaderFreezesNothing()
    {
        LiveWindow live;
        QVERIFY(live.open());
        const QByteArray paused = StoreUnderTest::nameOf(live.now().leader);

        QTest::mouseClick(live.card(paused)->button(ServiceAction::Pause), Qt::LeftButton);

        QTRY_COMPARE(live.card(paused)->card().state, ServiceState::NotAnswering);
        QTRY_VERIFY(live.now().leader != 0 && StoreUnderTest::nameOf(live.now().leader) != paused);
        QTRY_VERIFY(live.card(paused)->button(ServiceAction::Resume)->isEnabled());
        QTest::mouseClick(live.card(paused)->button(ServiceAction::Resume), Qt::LeftButton);
        QTRY_COMPARE(live.card(paused)->card().state, ServiceState::Follower);
    }

    // Whoever watches sees the card all the time, and within a second that the new process is ready.
    void aRestartedServiceIsAlwaysThere_data()
    {
        QTest::addColumn<QByteArray>("service");
        QTest::newRow("catalog") << QByteArray("catalog");
        QTest::newRow("frontend") << QByteArray("frontend");
        QTest::newRow("replica") << QByteArray("order-8091");
    }
    void aRestartedServiceIsAlwaysThere()
    {
        QFETCH(QByteArray, service);
        LiveWindow live;
        QVERIFY(live.open());
        const qint64 before = live.now().service(service)->pid;
        int missing = 0;
        QElapsedTimer ready; // since the supervisor said so of the new process
        qint64 shownAfter = -1;
        QStringList states;
        connect(&live.monitor, &ClusterSource::snapshotChanged, this, [&](const ClusterSnapshot &snapshot) {
            const ServiceCard *card = snapshot.service(service);
            missing += card == nullptr || live.card(service) == nullptr ? 1 : 0;
            if (card == nullptr)
                return;
            const QString state = QString::fromUtf8(card->stateText);
            if (states.isEmpty() || states.last() != state)
                states << state;
            if (card->pid == before || card->supervisorSays != "ready")
                return;
            if (!ready.isValid())
                ready.start();
            const bool isRight =
                card->state == ServiceState::Serving || card->state == ServiceState::Follower;
            if (isRight && shownAfter < 0)
                shownAfter = ready.elapsed();
        });

        live.monitor.restart(service);

        QTRY_VERIFY_WITH_TIMEOUT(shownAfter >= 0, 20'000);
        qInfo("%s: %s; shown %lld ms after it was ready", service.constData(),
              qPrintable(states.join(QStringLiteral(", "))), static_cast<long long>(shownAfter));
        QCOMPARE(missing, 0);
        QVERIFY(!states.contains(QStringLiteral("UNKNOWN")));
        QVERIFY(shownAfter < 1000);
    }

    // As in the demonstration: the load goes on with queries, and no failed buy counts twice.
    void whileAllReplicasAreDownQueriesGoOn()
    {
        LiveWindow live;
        QVERIFY(live.open());
        LoadRunner load;
        LoadNews met;
        connect(&load, &LoadRunner::newsCame, this, [&](const LoadNews &news) {
            met = news;
            live.monitor.setLoadErrors(news.errors - news.answeredErrors);
        });
        load.start({4, 50, 100}, {QStringLiteral("127.0.0.1"), live.store.httpPort()},
                   {"Tux", "Rubber Duck"});
        QTRY_VERIFY(live.now().lastOrder > 20);
        for (const qint64 replica : StoreUnderTest::replicas())
            live.monitor.kill(StoreUnderTest::nameOf(replica));

        QTRY_COMPARE(live.now().replicasUp, 0);
        QTRY_VERIFY_WITH_TIMEOUT(met.answeredErrors > 100, 20'000);

        const ShopTraffic &queries = live.now().traffic.value(0);
        QCOMPARE(queries.kind, TrafficKind::Query);
        QVERIFY(queries.perSecond > 20 && queries.errorsPerSecond == 0);
        load.stop();
        QTRY_VERIFY(!met.isRunning);
        QTRY_COMPARE(live.now().clientErrors, met.errors);
        QCOMPARE(live.card("frontend")->card().epoch, std::nullopt);
    }

    void aStoreIsOpenedAndClosedByTheCommandLine()
    {
        QTemporaryDir directory;
        const StorePorts ports = StorePorts::find();
        StoreLauncher launcher(QStringList{QStringLiteral("--data"), directory.path()} + ports.arguments());
        const QSignalSpy opened(&launcher, &StoreLauncher::opened);
        const QSignalSpy closed(&launcher, &StoreLauncher::closed);
        const QSignalSpy failed(&launcher, &StoreLauncher::failed);

        launcher.open();

        QTRY_COMPARE_WITH_TIMEOUT(opened.count() + failed.count(), 1, 20'000);
        QCOMPARE(failed, QList<QVariantList>());
        launcher.close(directory.path());
        QTRY_COMPARE_WITH_TIMEOUT(closed.count() + failed.count(), 1, 30'000);
        QCOMPARE(failed, QList<QVariantList>());
    }
};

QTEST_MAIN(TestLiveWindow)
#include "tst_livewindow.moc"
