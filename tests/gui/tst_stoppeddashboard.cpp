// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Three dashboards, one of them stopped: no service grows by it, and no buy waits for it. Figures depend on
// the machine.

#include "support/processfigures.h"
#include "support/recordedload.h"
#include "support/storeundertest.h"

#include <algorithm>
#include <csignal>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr qint64 mostGrowthKb = 10 * 1024;
// What a subscriber that does not read may cost: what it was sent, and one push (protocol/lineframer.h).
constexpr qint64 mostUntakenBytes = 64 * 1024 + 1024 * 1024;

/// A dashboard that watches a store, as a process of its own, on a display that nobody sees.
class DashboardProcess
{
public:
    explicit DashboardProcess(const StoreUnderTest &store)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_settings.path());
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral(TOYSTORE_ADMIN), {QStringLiteral("--data"), store.path(QString())});
    }
    ~DashboardProcess()
    {
        m_process.kill(); // also one that is stopped
        m_process.waitForFinished();
    }

    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    [[nodiscard]] bool signal(int number) const
    {
        return ::kill(static_cast<pid_t>(m_process.processId()), number) == 0;
    }

private:
    QTemporaryDir m_settings;
    QProcess m_process;
};

struct Service {
    QByteArray name;
    qint64 pid = 0;
    quint16 port = 0; ///< where dashboards subscribe
};

QList<Service> servicesOf(const StoreUnderTest &store)
{
    QList<Service> services{{"supervisor", store.supervisorPid(), store.supervisorPort()}};
    const auto processes = ask(store.supervisorPort(), Processes());
    if (processes) {
        for (const ProcessView &process : processes->processes)
            services.append({process.service, process.pid,
                             static_cast<quint16>(process.adminPort.value_or(process.port))});
    }
    return services;
}

/// Whether @p count dashboards watch the store: nobody else stays connected to these two ports.
bool isWatchedBy(const StoreUnderTest &store, int count)
{
    return QTest::qWaitFor(
        [&] {
            return figuresOfPort(store.supervisorPort()).connections == count &&
                   figuresOfPort(store.adminPort()).connections == count;
        },
        20'000);
}

bool waitFor(Milliseconds time)
{
    const Instant began = monotonicNow();
    return QTest::qWaitFor([&] { return monotonicNow() - began >= time; },
                           static_cast<int>(time.count()) + 20'000);
}

LoadPlan openLoop(const StoreUnderTest &store)
{
    LoadPlan plan = buyers(store.httpPort(), 64, {"Tux", "Rubber Duck", "Whale", "Kite", "Fox"});
    plan.rate = 2000;
    plan.mix.purchase = 0.5;
    return plan;
}

/// The 99th percentile of the buys of the next @p time, in ms.
double p99OfBuys(RecordedLoad &load, Milliseconds time)
{
    load.takeFigures();
    static_cast<void>(waitFor(time));
    const LoadFigures figures = load.takeFigures();
    return std::chrono::duration<double, std::milli>(figures.latencyOf(RequestKind::Buy).quantile(0.99))
        .count();
}

/// Sells until what the services keep in memory of their disks, 16 MB of the ledger most of all, is full.
[[nodiscard]] bool fillCaches(const StoreUnderTest &store)
{
    RecordedLoad crowd(buyers(store.httpPort(), 64, {"Tux", "Rubber Duck", "Whale"}));
    crowd.start();
    return QTest::qWaitFor([&] { return crowd.acknowledged() > 150'000; }, 150'000) && crowd.stop();
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace

class TestStoppedDashboard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noServiceGrowsByIt()
    {
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("10000000")});
        QVERIFY(store.open());
        QVERIFY(fillCaches(store));
        const DashboardProcess first(store);
        const DashboardProcess second(store);
        const DashboardProcess third(store);
        QVERIFY(isWatchedBy(store, 3));
        RecordedLoad load(openLoop(store));
        load.start();
        QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > 10'000, 60'000); // dashboards and rings are full, too
        const QList<Service> services = servicesOf(store);
        QCOMPARE(services.size(), 6);
        QList<qint64> before;
        for (const Service &service : services)
            before << ownMemoryOf(service.pid) / 1024;

        QVERIFY(third.signal(SIGSTOP));
        QVERIFY(waitFor(60s));

        for (qsizetype i = 0; i < services.size(); ++i) {
            const qint64 growthKb = ownMemoryOf(services[i].pid) / 1024 - before[i];
            const qint64 untaken = figuresOfPort(services[i].port).untakenBytes;
            qInfo("%s: %lld kB before, %+lld kB in 60 s, %lld bytes wait in the kernel",
                  services[i].name.constData(), static_cast<long long>(before[i]),
                  static_cast<long long>(growthKb), static_cast<long long>(untaken));
            QVERIFY(growthKb + untaken / 1024 < mostGrowthKb);
            QVERIFY(untaken <= mostUntakenBytes);
        }
        QVERIFY(third.signal(SIGCONT)); // and it goes on
        QVERIFY(first.isRunning() && second.isRunning() && third.isRunning());
        QVERIFY(isWatchedBy(store, 3));
        QVERIFY(load.stop());
        QCOMPARE(load.figures().allErrors(), 0);
    }

    void noBuyWaitsForIt()
    {
        constexpr int rounds = 15; // on busy CPUs a p99 differs by a third from turn to turn, whoever watches
        constexpr Milliseconds time = 5s;
        StoreUnderTest store({QStringLiteral("--stock"), QStringLiteral("10000000")});
        QVERIFY(store.open());
        const DashboardProcess first(store);
        const DashboardProcess second(store);
        QVERIFY(isWatchedBy(store, 2));
        RecordedLoad load(openLoop(store));
        load.start();
        QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > 5'000, 60'000);

        std::vector<double> without;
        std::vector<double> with;
        for (int round = 0; round < rounds; ++round) {
            without.push_back(p99OfBuys(load, time));
            const DashboardProcess third(store);
            QVERIFY(isWatchedBy(store, 3));
            QVERIFY(waitFor(1s)); // it has its first picture
            QVERIFY(third.signal(SIGSTOP));
            QVERIFY(waitFor(2s)); // and has not taken the news for a while
            with.push_back(p99OfBuys(load, time));
            qInfo("p99 of buys: %.2f ms with two dashboards, %.2f ms with a third that is stopped",
                  without.back(), with.back());
        }

        qInfo("medians: %.2f ms and %.2f ms, %+.1f %%", median(without), median(with),
              100 * (median(with) / median(without) - 1));
        QVERIFY(median(with) <= 1.1 * median(without));
        QVERIFY(load.stop());
        QCOMPARE(load.figures().allErrors(), 0);
    }
};

QTEST_GUILESS_MAIN(TestStoppedDashboard)
#include "tst_stoppeddashboard.moc"
