// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcclient.h"
#include "protocol/catalogmessages.h"
#include "protocol/eventmessages.h"

#include "support/storeports.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr ReplicaId leader{8093};
constexpr int patience = 5000; // ms, for what should take milliseconds

/// A program started by a test; killed at the latest with it.
class Catalog
{
public:
    Catalog(const QString &data, quint16 port, const QStringList &more = {})
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_sinceStart.start();
        m_process.start(QStringLiteral(TOYSTORE_CATALOG),
                        QStringList{QStringLiteral("--catalog-port"), QString::number(port),
                                    QStringLiteral("--data"), data} +
                            more);
    }
    ~Catalog() { kill(); }
    Catalog(const Catalog &) = delete;
    Catalog &operator=(const Catalog &) = delete;

    void kill()
    {
        m_process.kill();
        m_process.waitForFinished(patience);
    }
    void terminate() { m_process.terminate(); }
    /// The exit code, or -1 if it does not end by itself.
    int exitCode()
    {
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(patience))
            return -1;
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    QByteArray output() { return m_process.readAll(); }
    [[nodiscard]] pid_t pid() const { return static_cast<pid_t>(m_process.processId()); }
    [[nodiscard]] qint64 msSinceStart() const { return m_sinceStart.elapsed(); }

private:
    QProcess m_process;
    QElapsedTimer m_sinceStart;
};

/// A client of the catalog, with the invalidations that were pushed to it.
class Client
{
public:
    explicit Client(quint16 port) : m_rpc({QStringLiteral("127.0.0.1"), port})
    {
        m_rpc.onPush<Invalidate>([this](const Invalidate &pushed, std::optional<qint64> id) {
            m_invalidations.append(pushed);
            m_ids.append(id.value_or(-1));
        });
        m_rpc.onPush<Events>([this](const Events &pushed, std::optional<qint64>) {
            for (const EventFields &event : pushed.events)
                m_events.append(event.kind);
        });
        m_rpc.start();
    }

    [[nodiscard]] bool connects()
    {
        return QTest::qWaitFor([this] { return m_rpc.isConnected(); }, patience);
    }
    /// Connects, and begins the ledger's first epoch as its leader.
    [[nodiscard]] bool leads() { return connects() && ask(BeginEpoch{0, leader, 0}).has_value(); }

    /// Sends a request; its answer is there when *answer has a value.
    template <typename R>
    std::shared_ptr<std::optional<Result<typename R::Answer>>> send(const R &request)
    {
        auto answer = std::make_shared<std::optional<Result<typename R::Answer>>>();
        m_rpc.call<R>(request, 10s, [answer](const Result<typename R::Answer> &got) { *answer = got; });
        return answer;
    }
    template <typename R>
    Result<typename R::Answer> ask(const R &request)
    {
        const auto answer = send(request);
        if (!QTest::qWaitFor([&] { return answer->has_value(); }, patience))
            return failure(ErrorCode::DeadlineExceeded, "the test waited in vain");
        return **answer;
    }
    void acknowledgeAll()
    {
        for (const qint64 id : std::exchange(m_ids, {}))
            m_rpc.acknowledge(id);
    }

    [[nodiscard]] const QList<Invalidate> &invalidations() const { return m_invalidations; }
    [[nodiscard]] const QList<QByteArray> &events() const { return m_events; }

private:
    RpcClient m_rpc;
    QList<Invalidate> m_invalidations;
    QList<qint64> m_ids;
    QList<QByteArray> m_events;
};

Sell sellTux(qint64 call, qint64 after, const QByteArray &requestId, qint64 quantity = 1)
{
    return {1, leader, call, after, {{requestId, "Tux", quantity}}};
}

} // namespace

/// The real program, over real sockets and files.
class TestCatalog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    FreePort m_reserved;
    quint16 m_port = 0;

    [[nodiscard]] QString data() const { return m_directory->filePath(QStringLiteral("catalog")); }
    [[nodiscard]] std::unique_ptr<Catalog> start(const QStringList &more = {}) const
    {
        return std::make_unique<Catalog>(data(), m_port, more);
    }

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_reserved = FreePort();
        m_port = m_reserved.number();
    }

    void answersPeopleWithNc()
    {
        const auto catalog = start();
        Client probe(m_port);
        QVERIFY(probe.connects());
        QTcpSocket nc;
        nc.connectToHost(QHostAddress::LocalHost, m_port);
        QVERIFY(nc.waitForConnected(patience));

        nc.write("{\"method_name\":\"product\",\"name\":\"Tux\"}\n"
                 "{\"id\":7,\"method_name\":\"product\",\"name\":\"Nobody\"}\r\n"
                 "{\"method_name\":\"sell\"}\n"
                 "{\"method_name\":\"buy\"}\n"
                 "nonsense\n"
                 "{\"method_name\":\"begin_epoch\",\"expected_epoch\":0,\"leader_id\":\"8093\",\"seen_"
                 "epoch\":0}\n");
        QByteArray answered;
        QTRY_VERIFY_WITH_TIMEOUT((answered += nc.readAll(), answered.count('\n') >= 6), patience);

        const QByteArrayList lines = answered.split('\n');
        QCOMPARE(lines[0],
                 QByteArray("{\"status\":\"Success\",\"name\":\"Tux\",\"price\":19.9,\"quantity\":100,"
                            "\"version\":1}"));
        QCOMPARE(lines[1], QByteArray("{\"id\":7,\"status\":\"Error\",\"code\":\"product_not_found\","
                                      "\"message\":\"product not found\"}"));
        QVERIFY(lines[2].contains("epoch: is missing"));
        QVERIFY(lines[3].contains("unknown_method"));
        QVERIFY(lines[4].contains("malformed_message"));
        QCOMPARE(lines[5], QByteArray("{\"status\":\"Success\",\"epoch\":1,\"leader_id\":8093,"
                                      "\"last_order_number\":0}"));
    }

    void sellsInAnEpochOnly()
    {
        const auto catalog = start();
        Client client(m_port);
        QVERIFY(client.connects());

        QCOMPARE(client.ask(sellTux(1, 0, "a")).error().code, ErrorCode::StaleEpoch);
        QVERIFY(client.ask(BeginEpoch{0, leader, 0}));
        const Result<Sell::Answer> sold = client.ask(sellTux(1, 0, "a", 3));

        QVERIFY(sold);
        const Order order = sold->outcomes.at(0).order.value();
        QCOMPARE(order, (Order{1, "Tux", 3, "a", 1, order.at}));
        QCOMPARE(order.at.size(), 24);
        QVERIFY(order.at.endsWith('Z'));
        QCOMPARE(client.ask(ProductQuery{"Tux"}).value(), (Product{"Tux", 19.9, 97, 2}));
        QCOMPARE(client.ask(OrdersAfter{0, {}})->orders, QList<Order>{order});
        QCOMPARE(client.ask(sellTux(1, 1, "b")).error().code, ErrorCode::StaleCall);
        QCOMPARE(client.ask(sellTux(2, 0, "b")).error().current.lastOrderNumber, 1);
        QCOMPARE(client.ask(BeginEpoch{0, ReplicaId{8092}, 0}).error().current,
                 (Current{1, leader.value, {}}));
        QCOMPARE(client.ask(Leadership()).value(), (Leadership::Answer{1, leader, 1}));
        const Result<CatalogStatus::Answer> status = client.ask(CatalogStatus());
        QCOMPARE(status->lastOrderNumber, 1);
        QCOMPARE(status->pid, catalog->pid());
    }

    void aSellWaitsForTheAcknowledgement()
    {
        const auto catalog = start();
        Client replica(m_port);
        Client frontend(m_port);
        QVERIFY(replica.connects() && frontend.connects());
        QVERIFY(replica.ask(BeginEpoch{0, leader, 0}));
        QVERIFY(replica.ask(sellTux(1, 0, "a"))); // the catalog's first 450 ms are over now
        const Result<SubscribeInvalidations::Answer> subscribed = frontend.ask(SubscribeInvalidations());
        QVERIFY(subscribed);

        const auto sold = replica.send(sellTux(2, 1, "b"));
        QTRY_COMPARE_WITH_TIMEOUT(frontend.invalidations().size(), 1, patience);
        const Result<Product> seen = frontend.ask(ProductQuery{"Tux"});
        QVERIFY(!sold->has_value());
        QCOMPARE(frontend.ask(CatalogStatus())->waiting, 1);
        frontend.acknowledgeAll();
        QElapsedTimer sinceAcknowledged;
        sinceAcknowledged.start();
        QTRY_VERIFY_WITH_TIMEOUT(sold->has_value(), patience);

        QVERIFY2(sinceAcknowledged.elapsed() < 200, "it waited for the lease instead");
        QVERIFY(*sold && (*sold)->has_value());
        const Invalidate pushed = frontend.invalidations().first();
        QCOMPARE(pushed.subscription, subscribed->subscription);
        QCOMPARE(pushed.name, QByteArray("Tux"));
        QCOMPARE(pushed.version, 3);
        QCOMPARE(seen->version, 3); // who is told asks, and is shown what is new
    }

    void aSellWaitsForTheLeaseOfASilentFrontend_data()
    {
        QTest::addColumn<bool>("connectionLost");
        QTest::newRow("silent") << false;
        QTest::newRow("connection lost") << true;
    }
    void aSellWaitsForTheLeaseOfASilentFrontend()
    {
        QFETCH(bool, connectionLost);
        const auto catalog = start();
        Client replica(m_port);
        auto frontend = std::make_unique<Client>(m_port);
        QVERIFY(replica.connects() && frontend->connects());
        QVERIFY(replica.ask(BeginEpoch{0, leader, 0}));
        QVERIFY(replica.ask(sellTux(1, 0, "a")));
        QElapsedTimer lease;
        const Result<SubscribeInvalidations::Answer> subscribed = frontend->ask(SubscribeInvalidations());
        lease.start();
        QVERIFY(frontend->ask(Renew{subscribed->subscription}));
        if (connectionLost)
            frontend.reset();

        const Result<Sell::Answer> sold = replica.ask(sellTux(2, 1, "b"));

        const qint64 waited = lease.elapsed();
        QVERIFY(sold);
        QVERIFY2(waited >= 445 && waited < 1500, QByteArray::number(waited).constData());
        QCOMPARE(replica.ask(CatalogStatus())->subscriptions, 0);
        if (frontend)
            QCOMPARE(frontend->ask(Renew{subscribed->subscription}).error().code, ErrorCode::NotSubscribed);
    }

    void restocksWhatIsSoldOutAndTellsIt()
    {
        const auto catalog = start({QStringLiteral("--restock-interval"), QStringLiteral("50"),
                                    QStringLiteral("--restock-level"), QStringLiteral("7"),
                                    QStringLiteral("--stock"), QStringLiteral("5")});
        Client client(m_port);
        QVERIFY(client.leads());
        QVERIFY(client.ask(sellTux(1, 0, "a", 4)));
        QVERIFY(client.ask(SubscribeInvalidations()));

        const auto sold = client.send(sellTux(2, 1, "b", 1));
        // Sold out, then restocked: the restock goes on while the sale still waits for this client.
        QTRY_COMPARE_WITH_TIMEOUT(client.ask(ProductQuery{"Tux"})->quantity, 7, patience);

        QTRY_COMPARE_WITH_TIMEOUT(client.invalidations().size(), 2, patience);
        QCOMPARE(client.invalidations().last().version, client.ask(ProductQuery{"Tux"})->version);
        client.acknowledgeAll();
        QTRY_VERIFY_WITH_TIMEOUT(sold->has_value(), patience);
    }

    void killedAndResumedNothingIsLost()
    {
        auto catalog = start();
        Client client(m_port);
        QVERIFY(client.leads());
        const Result<Sell::Answer> sold = client.ask(sellTux(1, 0, "a", 3));
        QVERIFY(sold);

        catalog->kill();
        catalog = start({QStringLiteral("--resume")});
        QTRY_VERIFY_WITH_TIMEOUT(client.ask(Leadership()).has_value(), patience);

        QCOMPARE(client.ask(ProductQuery{"Tux"}).value(), (Product{"Tux", 19.9, 97, 2}));
        QCOMPARE(client.ask(Leadership()).value(), (Leadership::Answer{1, leader, 1}));
        QCOMPARE(client.ask(sellTux(1, 1, "b")).error().code, ErrorCode::StaleCall);
        const Result<Sell::Answer> again = client.ask(sellTux(2, 1, "a", 3));
        // A cache that the killed catalog had granted a lease to may still be alive until then.
        QVERIFY2(catalog->msSinceStart() >= 450, QByteArray::number(catalog->msSinceStart()).constData());
        QCOMPARE(again->outcomes, sold->outcomes);
        QCOMPARE(client.ask(sellTux(3, 1, "b"))->outcomes.at(0).order->number, 2);
    }

    void aRejectedBuyStaysRejectedInARefilledStore_I9()
    {
        auto catalog = start({QStringLiteral("--stock"), QStringLiteral("1")});
        Client client(m_port);
        QVERIFY(client.leads());
        QVERIFY(client.ask(sellTux(1, 0, "a")));
        QCOMPARE(client.ask(sellTux(2, 1, "late"))->outcomes.at(0).code, ErrorCode::OrderRejected);

        catalog->kill();
        catalog = start(); // opened anew, with 100 of each
        QTRY_VERIFY_WITH_TIMEOUT(client.ask(Leadership()).has_value(), patience);

        QCOMPARE(client.ask(sellTux(3, 1, "late"))->outcomes.at(0).code, ErrorCode::OrderRejected);
        QCOMPARE(client.ask(sellTux(4, 1, "another"))->outcomes.at(0).order->number, 2);
        QCOMPARE(client.ask(ProductQuery{"Tux"})->quantity, 99);
    }

    void openingKeepsOrdersAndSetsTheStock()
    {
        auto catalog = start();
        Client client(m_port);
        QVERIFY(client.leads());
        QVERIFY(client.ask(sellTux(1, 0, "a", 3)));
        catalog->terminate();
        QCOMPARE(catalog->exitCode(), 0);
        QFile toys(m_directory->filePath(QStringLiteral("toys.json")));
        QVERIFY(toys.open(QIODevice::WriteOnly));
        toys.write("{\"toys\":[{\"name\":\"Tux\",\"price\":25},{\"name\":\"New One\",\"price\":1}]}");
        toys.close();

        catalog = start(
            {QStringLiteral("--stock"), QStringLiteral("42"), QStringLiteral("--toys"), toys.fileName()});
        QTRY_VERIFY_WITH_TIMEOUT(client.ask(Leadership()).has_value(), patience);

        QCOMPARE(client.ask(ProductsQuery())->products,
                 (QList<Product>{{"New One", 1, 42, 1}, {"Tux", 25, 42, 3}}));
        QCOMPARE(client.ask(sellTux(2, 1, "b"))->outcomes.at(0).order->number, 2);
        QCOMPARE(client.ask(OrdersAfter{0, {}})->orders.size(), 2);
    }

    void aLostLedgerIsImported()
    {
        const auto catalog = start();
        Client client(m_port);
        QVERIFY(client.connects());
        const QList<Order> lost{{1, "Tux", 3, "a", 4, "2026-11-22T09:00:00.000Z"},
                                {2, "Gone", 1, "b", 5, "2026-11-22T09:00:01.000Z"}};

        const Result<Leadership::Answer> begun = client.ask(BeginEpoch{0, leader, 5});
        QCOMPARE(begun->epoch, 6);
        QCOMPARE(client.ask(ImportOrders{6, leader, lost})->lastOrderNumber, 2);

        QCOMPARE(client.ask(OrdersAfter{0, {}})->orders, lost);
        QCOMPARE(client.ask(ProductQuery{"Tux"})->quantity, 100);
        QCOMPARE(client.ask(Leadership())->lastOrderNumber, 2);
    }

    void aSecondCatalogOnTheDataDirectoryIsRefused()
    {
        const auto catalog = start();
        Client client(m_port);
        QVERIFY(client.connects());

        Catalog second(data(), FreePort().number());

        QCOMPARE(second.exitCode(), 1);
        const QByteArray output = second.output();
        QVERIFY2(output.contains("ledger.sqlite") && output.contains(QByteArray::number(catalog->pid())),
                 output.constData());
        QCOMPARE(client.ask(ProductQuery{"Tux"})->version, 1);
    }

    void aPortInUseIsNamedAndNothingIsOpened()
    {
        auto catalog = start();
        Client client(m_port);
        QVERIFY(client.leads());
        QVERIFY(client.ask(sellTux(1, 0, "a", 3)));
        catalog->kill();
        QTcpServer squatter;
        QVERIFY(squatter.listen(QHostAddress::LocalHost, m_port));

        catalog = start();
        QCOMPARE(catalog->exitCode(), 1);
        const QByteArray output = catalog->output();
        squatter.close();
        catalog = start({QStringLiteral("--resume")});
        QTRY_VERIFY_WITH_TIMEOUT(client.ask(Leadership()).has_value(), patience);

        QVERIFY2(output.contains("port " + QByteArray::number(m_port) + " is in use"), output.constData());
        QCOMPARE(client.ask(ProductQuery{"Tux"})->quantity, 97);
    }

    void wrongUsageAndBadToysAreRefused()
    {
        QFile toys(m_directory->filePath(QStringLiteral("toys.json")));
        QVERIFY(toys.open(QIODevice::WriteOnly));
        toys.write("{\"toys\":[{\"name\":\"Tux\",\"price\":-1}]}");
        toys.close();

        Catalog usage(data(), m_port, {QStringLiteral("--stock"), QStringLiteral("many")});
        Catalog badToys(data(), m_port, {QStringLiteral("--toys"), toys.fileName()});

        QCOMPARE(usage.exitCode(), 2);
        QVERIFY(usage.output().contains("--stock"));
        QCOMPARE(badToys.exitCode(), 1);
        const QByteArray output = badToys.output();
        QVERIFY2(output.contains("'Tux'") && output.contains("price"), output.constData());
    }

    void sigtermAnswersWhatWaits()
    {
        const auto catalog = start();
        Client client(m_port);
        QVERIFY(client.leads());
        QVERIFY(client.ask(sellTux(1, 0, "a")));
        QVERIFY(client.ask(SubscribeInvalidations()));
        const auto sold = client.send(sellTux(2, 1, "b"));
        QTRY_COMPARE_WITH_TIMEOUT(client.invalidations().size(), 1, patience); // never acknowledged

        catalog->terminate();
        QTRY_VERIFY_WITH_TIMEOUT(sold->has_value(), patience);

        QVERIFY2((*sold)->has_value(), "the answer was dropped");
        QCOMPARE(catalog->exitCode(), 0);
    }

    void aFullDiskRefusesSalesAndAnswersQueries()
    {
        const auto catalog = start();
        Client client(m_port);
        QVERIFY(client.leads());
        rlimit before{};
        QCOMPARE(::prlimit(catalog->pid(), RLIMIT_FSIZE, nullptr, &before), 0);
        rlimit full = before;
        full.rlim_cur = 4096;
        QCOMPARE(::prlimit(catalog->pid(), RLIMIT_FSIZE, &full, nullptr), 0);

        const Result<Sell::Answer> refused = client.ask(sellTux(1, 0, "a"));
        const Result<Product> queried = client.ask(ProductQuery{"Tux"});
        QCOMPARE(::prlimit(catalog->pid(), RLIMIT_FSIZE, &before, nullptr), 0);

        QCOMPARE(refused.error().code, ErrorCode::StorageFull);
        QCOMPARE(queried->quantity, 100);
        QCOMPARE(client.ask(sellTux(1, 0, "a"))->outcomes.at(0).order->number, 1);
    }

    void eventsAreTold()
    {
        const auto catalog = start();
        Client client(m_port);
        QVERIFY(client.connects());
        QVERIFY(client.ask(Subscribe{0}));
        QVERIFY(client.ask(BeginEpoch{0, leader, 0}));
        QVERIFY(client.ask(SubscribeInvalidations()));
        QVERIFY(client.ask(Sell{1, leader, 1, 0, {{"a", "Tux", 1}, {"b", "Nobody", 1}}}));

        for (const char *kind :
             {"opened", "epoch_began", "subscribed", "sold", "rejected", "invalidated", "subscription_ended"})
            QTRY_VERIFY2_WITH_TIMEOUT(client.events().contains(kind), kind, patience);
    }
};

QTEST_GUILESS_MAIN(TestCatalog)
#include "tst_catalog.moc"
