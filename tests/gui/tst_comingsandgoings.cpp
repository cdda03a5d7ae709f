// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Connections, windows, replicas and whole stores come and go: no card stays behind the truth, and nothing is
// left of what went. For 15 s, or as many as TOYSTORE_SECONDS says.

#include "base/randomnumbers.h"
#include "cluster/clustermonitor.h"
#include "docks/loadnews.h"
#include "gui/ownsettings.h"
#include "protocol/frontendmessages.h"
#include "support/processfigures.h"
#include "support/storeundertest.h"
#include "topology/topologyview.h"
#include "window/loadrunner.h"
#include "window/mainwindow.h"
#include "window/overview.h"

#include <QApplication>
#include <QDir>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>
#include <malloc.h>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

#ifdef __SANITIZE_ADDRESS__
constexpr bool isMemoryMeasured = false; // what was freed is kept for a while; leaks are found at the end
#else
constexpr bool isMemoryMeasured = true;
#endif

constexpr int untilItShows = 5000; // ms, from when the services themselves say so
constexpr int untilItHappened = 20'000;
const QByteArrayList services{"catalog", "frontend", "order-8091", "order-8092", "order-8093"};
constexpr int clients = 4;
constexpr qint64 mostGrowthKb = 12 * 1024;

/// A store, and a dashboard before it whose monitor and window can be replaced.
struct Desk {
    void open()
    {
        monitor = std::make_unique<ClusterMonitor>();
        monitor->attach(store.path(QString()));
        openWindow();
    }
    void openWindow()
    {
        window = std::make_unique<MainWindow>(theme, *monitor, WindowOptions());
        window->resize(1280, 800);
        window->show();
    }
    void close()
    {
        window.reset();
        monitor.reset();
    }
    [[nodiscard]] const ClusterSnapshot &now() const { return monitor->snapshot(); }
    /// Who leads by the dashboard's word, which may have to wait for one.
    [[nodiscard]] QByteArray leader() const
    {
        static_cast<void>(QTest::qWaitFor([this] { return now().leader != 0; }, untilItHappened));
        return StoreUnderTest::nameOf(now().leader);
    }

    StoreUnderTest store{{QStringLiteral("--stock"), QStringLiteral("1000000")}};
    Theme theme{Theme::Scheme::Light};
    std::unique_ptr<ClusterMonitor> monitor;
    std::unique_ptr<MainWindow> window;
};

/// How the card of a service has to look, by its process and its own word.
QList<ServiceState> rightStates(const StoreUnderTest &store, const ProcessView &process, qint64 leader)
{
    if (process.state == "killed" || process.state == "stopped" || process.state == "failed")
        return {ServiceState::Down};
    if (process.state == "paused")
        return {ServiceState::NotAnswering};
    if (process.state != "ready")
        return {ServiceState::Syncing, ServiceState::Draining, ServiceState::NotAnswering};
    if (!process.service.startsWith("order-"))
        return {ServiceState::Serving};
    const qint64 id = process.service.mid(6).toLongLong();
    const auto status = ask(store.portOf(id), OrderStatus());
    if (id == leader || (leader == 0 && status && status->role == "leader")) // whom nobody has replaced yet
        return {ServiceState::Leader};
    return {status && status->role == "syncing" ? ServiceState::Syncing : ServiceState::Follower};
}

/// What is wrong with the cards, in words; empty: nothing.
QByteArray wrongCards(const Desk &desk)
{
    const auto processes = ask(desk.store.supervisorPort(), Processes());
    if (!processes)
        return "the supervisor does not answer";
    const bool isFrontendUp =
        std::any_of(processes->processes.begin(), processes->processes.end(), [](const ProcessView &process) {
            return process.service == "frontend" && process.state == "ready";
        });
    const qint64 leader = isFrontendUp ? desk.store.leader().value : 0;
    if (desk.now().attachment != Attachment::Live)
        return "the dashboard is not live: " + desk.now().detail;
    if (desk.now().services.size() != processes->processes.size())
        return "there are " + QByteArray::number(desk.now().services.size()) + " cards";
    for (const ProcessView &process : processes->processes) {
        const CardWidget *card = desk.window->overview()->topology()->card(process.service);
        if (card == nullptr)
            return "there is no card of " + process.service;
        const QList<ServiceState> right = rightStates(desk.store, process, leader);
        if (!right.contains(card->card().state) || card->card().supervisorSays != process.state ||
            card->card().pid != process.pid)
            return "the card of " + process.service + " says " + card->card().stateText + ", pid " +
                   QByteArray::number(card->card().pid) + "; it is " + process.state + ", pid " +
                   QByteArray::number(process.pid);
    }
    return {};
}

QByteArray wrongCardsAfterAWhile(const Desk &desk)
{
    QByteArray wrong;
    static_cast<void>(QTest::qWaitFor([&] { return (wrong = wrongCards(desk)).isEmpty(); }, untilItShows));
    return wrong;
}

qint64 ownMemoryKb()
{
    ::malloc_trim(0);
    return residentOf(QCoreApplication::applicationPid()) / 1024;
}

} // namespace

class TestComingsAndGoings : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;
    RandomNumbers m_random{5};
    std::unique_ptr<Desk> m_desk;

    [[nodiscard]] QByteArray anyReplica()
    {
        return StoreUnderTest::nameOf(StoreUnderTest::replicas()[m_random.below(3)]);
    }
    [[nodiscard]] ClusterMonitor &monitor() const { return *m_desk->monitor; }
    void waitFor(const QByteArray &service, const QByteArray &state) const
    {
        QCOMPARE(m_desk->store.waitForState(service, state), state);
    }
    void check() const { QCOMPARE(wrongCardsAfterAWhile(*m_desk), ""); }
    void restoreAll() const
    {
        m_desk->window->commands()[Command::RestoreAll]->trigger();
        for (const QByteArray &service : services)
            waitFor(service, "ready");
        QVERIFY(m_desk->store.waitForLeader());
    }

    /// Does @p action to @p victims, sees it on their cards, and mends all.
    void breakAndMend(ServiceAction action, const QByteArrayList &victims, const QByteArray &state) const
    {
        for (const QByteArray &victim : victims)
            monitor().act(action, victim);
        for (const QByteArray &victim : victims)
            waitFor(victim, state);
        check();
        restoreAll();
    }
    void restart(const QByteArray &service) const
    {
        const auto pid = [this, &service] {
            const ServiceCard *card = m_desk->now().service(service);
            return card == nullptr ? 0 : card->pid;
        };
        QTRY_VERIFY_WITH_TIMEOUT(pid() != 0, untilItHappened);
        const qint64 before = pid();
        monitor().restart(service);
        QTRY_VERIFY_WITH_TIMEOUT(pid() != 0 && pid() != before, untilItHappened);
        waitFor(service, "ready");
        QVERIFY(m_desk->store.waitForLeader());
    }
    void closeAndOpenTheWindow() const
    {
        m_desk->window->close();
        auto *question = m_desk->window->findChild<QMessageBox *>();
        QVERIFY(question != nullptr);
        question->button(QMessageBox::Cancel)->click();
        QVERIFY(m_desk->window->isVisible());
        m_desk->window.reset();
        m_desk->openWindow();
    }
    void closeAndOpenTheStore() const
    {
        m_desk->store.killAll();
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->now().attachment, Attachment::Disconnected, untilItHappened);
        for (const QByteArray &service : services)
            QTRY_COMPARE(m_desk->window->overview()->topology()->card(service)->card().state,
                         ServiceState::Stale);
        QVERIFY(m_desk->store.open());
        QVERIFY(m_desk->store.waitForLeader());
    }

    [[nodiscard]] QList<std::function<void()>> happenings()
    {
        const QByteArrayList all{"order-8091", "order-8092", "order-8093"};
        return {
            [this] { breakAndMend(ServiceAction::Kill, {anyReplica()}, "killed"); },
            [this] { breakAndMend(ServiceAction::Pause, {anyReplica()}, "paused"); },
            [this] { breakAndMend(ServiceAction::Stop, {anyReplica()}, "stopped"); },
            [this] { breakAndMend(ServiceAction::Kill, {m_desk->leader()}, "killed"); },
            [this] { breakAndMend(ServiceAction::Pause, {m_desk->leader()}, "paused"); },
            [this, all] { breakAndMend(ServiceAction::Kill, all, "killed"); },
            [this] { breakAndMend(ServiceAction::Kill, {"frontend"}, "killed"); },
            [this] { breakAndMend(ServiceAction::Pause, {"catalog"}, "paused"); },
            [this] { restart("frontend"); },
            [this] { restart("catalog"); },
            [this] { closeAndOpenTheWindow(); },
            [this] {
                monitor().detach();
                monitor().attach(m_desk->store.path(QString()));
            },
            [this] {
                m_desk->close();
                m_desk->open();
            },
            [this] { closeAndOpenTheStore(); },
        };
    }

    /// All that can happen, in any order.
    void happen()
    {
        QList<std::function<void()>> left = happenings();
        while (!left.isEmpty() && !QTest::currentTestFailed()) {
            left.takeAt(m_random.below(left.size()))();
            if (!QTest::currentTestFailed())
                check();
        }
    }

    /// What this process holds when neither monitor nor window are there.
    struct Held {
        qint64 memoryKb = 0;
        qsizetype descriptors = 0;
        qsizetype widgets = 0;
    };
    [[nodiscard]] Held heldByNothing() const
    {
        m_desk->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCoreApplication::processEvents();
        const Held held{ownMemoryKb(), descriptorsOf(QCoreApplication::applicationPid()),
                        QApplication::allWidgets().size()};
        m_desk->open();
        return held;
    }

private Q_SLOTS:
    void nothingIsLeftBehind()
    {
        const std::chrono::seconds time(
            std::max(1, qEnvironmentVariableIntValue("TOYSTORE_SECONDS"))); // and what was begun is ended
        m_desk = std::make_unique<Desk>();
        QVERIFY(m_desk->store.open());
        QVERIFY(m_desk->store.waitForLeader());
        m_desk->open();
        check();
        LoadRunner load; // gentle: that orders come, and travel
        LoadNews news;
        connect(&load, &LoadRunner::newsCame, this, [&news](const LoadNews &latest) { news = latest; });
        load.start({clients, 50, 20}, {QStringLiteral("127.0.0.1"), m_desk->store.httpPort()},
                   {"Tux", "Kite"});
        const Instant began = monotonicNow();
        happen(); // what is made once and kept is made now
        if (QTest::currentTestFailed())
            return;
        const Held first = heldByNothing();

        int rounds = 1;
        do {
            happen();
            ++rounds;
        } while (monotonicNow() - began < time && !QTest::currentTestFailed());

        if (QTest::currentTestFailed())
            return;
        const Held last = heldByNothing();
        qInfo("%d rounds of %d happenings: %lld kB and then %lld kB, %lld descriptors and then %lld", rounds,
              static_cast<int>(happenings().size()), static_cast<long long>(first.memoryKb),
              static_cast<long long>(last.memoryKb), static_cast<long long>(first.descriptors),
              static_cast<long long>(last.descriptors));
        QVERIFY(last.descriptors <= first.descriptors + clients); // whose connections come and go
        QCOMPARE(last.widgets, first.widgets);
        if (isMemoryMeasured)
            QVERIFY(last.memoryKb - first.memoryKb < mostGrowthKb);
        load.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!news.isRunning, untilItHappened);
        m_desk.reset();
    }
};

QTEST_MAIN(TestComingsAndGoings)
#include "tst_comingsandgoings.moc"
