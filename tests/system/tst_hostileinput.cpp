// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"
#include "fuzz/mutator.h"
#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/supervisormessages.h"
#include "support/plainsocket.h"
#include "support/processfigures.h"
#include "support/rawhttp.h"
#include "support/storechecks.h"

#include <QDirIterator>

#include <algorithm>
#include <map>
#include <random>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

constexpr int hostileInputs = TOYSTORE_HOSTILE_INPUTS;
constexpr qsizetype ownPeers = 8; // descriptors of connections that the store itself may make meanwhile
constexpr int hostileLines = std::max(1000, hostileInputs / 50); // to each port that speaks lines
const QByteArray oneTux = "{\"name\":\"Tux\",\"quantity\":1}";

std::vector<QByteArray> corpus(const char *name)
{
    return fuzz::readCorpus(QStringLiteral(TOYSTORE_CORPUS "/") + QLatin1String(name));
}

/// Lines that ask, and change nothing whatever becomes of them: what changes something is only ever sent in
/// a form that must be refused.
std::vector<QByteArray> questions()
{
    std::vector<QByteArray> lines = {
        "{\"id\":1,\"method_name\":\"health_check\"}\n",
        "{\"id\":2,\"method_name\":\"status\"}\n",
        "{\"id\":3,\"method_name\":\"product\",\"name\":\"Tux\"}\n",
        "{\"id\":4,\"method_name\":\"products\",\"after\":\"Spinning Top\"}\n",
        "{\"id\":5,\"method_name\":\"leadership\"}\n",
        "{\"id\":6,\"method_name\":\"orders_after\",\"after\":0,\"limit\":10}\n",
        "{\"id\":7,\"method_name\":\"order_details\",\"number\":1}\n",
        "{\"id\":8,\"method_name\":\"log_checksum\",\"up_to\":1}\n",
        "{\"id\":9,\"method_name\":\"renew\",\"subscription\":12}\n",
        "{\"id\":10,\"method_name\":\"subscribe\",\"cursor\":0}\n",
        "{\"id\":11,\"method_name\":\"cache_contents\"}\n",
        "{\"id\":12,\"method_name\":\"processes\"}\n",
        "{\"id\":13,\"status\":\"Success\"}\n",
        "{\"id\":14,\"status\":\"Error\",\"code\":\"overloaded\",\"message\":\"x\"}\n",
        "{\"id\":15,\"method_name\":\"kill\",\"service\":\"leader\",\"token\":\"5f3a\"}\n",
    };
    return lines;
}

/// Each has to be refused: of an epoch that is over or was never, without a field, or with one of another
/// type.
QByteArrayList refusals()
{
    QByteArrayList lines = {
        "{\"id\":1,\"method_name\":\"no_such_method\"}",
        "{\"id\":1,\"method_name\":\"\\u001b[2J\\n2026 forged line\"}",
        "{\"id\":1,\"method_name\":7}",
        "{\"id\":1,\"method_name\":null}",
        "{\"id\":\"1\",\"method_name\":\"status\"}",
        "{\"id\":1}",
        "{}",
        "[]",
        "hello",
        "\xff\xfe",
        "{\"id\":1,\"method_name\":\"status\",\"id\":2}",
        "{\"id\":1,\"method_name\":\"sell\",\"epoch\":0,\"leader_id\":8093,\"call\":1,\"after\":0,"
        "\"entries\":"
        "[{\"request_id\":\"c-x\",\"name\":\"Tux\",\"quantity\":1}]}",
        "{\"id\":1,\"method_name\":\"sell\",\"epoch\":99,\"leader_id\":8093,\"call\":1,\"after\":0,"
        "\"entries\":"
        "[{\"request_id\":\"c-x\",\"name\":\"Tux\",\"quantity\":1}]}",
        "{\"id\":1,\"method_name\":\"sell\",\"epoch\":1,\"leader_id\":7,\"call\":1,\"after\":0,\"entries\":[]"
        "}",
        "{\"id\":1,\"method_name\":\"begin_epoch\",\"expected_epoch\":0,\"leader_id\":8091,\"seen_epoch\":0}",
        "{\"id\":1,\"method_name\":\"begin_epoch\",\"expected_epoch\":77,\"leader_id\":8091,\"seen_epoch\":"
        "0}",
        "{\"id\":1,\"method_name\":\"import_orders\",\"epoch\":0,\"leader_id\":8093,\"orders\":[]}",
        "{\"id\":1,\"method_name\":\"place_order\",\"epoch\":0,\"request_id\":\"c-x\",\"name\":\"Tux\","
        "\"quantity\":1}",
        "{\"id\":1,\"method_name\":\"place_order\",\"epoch\":1,\"request_id\":\"c-x\",\"name\":\"Tux\","
        "\"quantity\":1.0}",
        "{\"id\":1,\"method_name\":\"append_orders\",\"epoch\":0,\"leader_id\":8093,\"last_order_number\":9,"
        "\"orders\":[]}",
        "{\"id\":1,\"method_name\":\"update_leader\",\"leader_id\":8091,\"epoch\":0}",
        "{\"id\":1,\"method_name\":\"kill\",\"service\":\"leader\",\"token\":\"wrong\"}",
        "{\"id\":1,\"method_name\":\"stop\",\"service\":\"store\",\"token\":\"\"}",
    };
    for (const char *method : {"sell", "begin_epoch", "import_orders", "place_order", "append_orders",
                               "update_leader", "order_details", "product", "renew", "kill", "stop"}) {
        lines += "{\"id\":1,\"method_name\":\"" + QByteArray(method) + "\"}";
        lines += "{\"id\":1,\"method_name\":\"" + QByteArray(method) +
                 "\",\"epoch\":\"1\",\"leader_id\":{},\"expected_epoch\":[],\"entries\":{},\"orders\":1,"
                 "\"number\":\"1\",\"name\":1,\"request_id\":null,\"subscription\":true,\"service\":1,"
                 "\"token\":[]}";
    }
    return lines;
}

} // namespace

/// A whole store whose every port is attacked. What the store has decided stays, and it goes on selling.
class TestHostileInput : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<StoreUnderTest> m_store;

    [[nodiscard]] std::vector<quint16> ports() const
    {
        std::vector<quint16> ports = {m_store->catalogPort(), m_store->adminPort(),
                                      m_store->supervisorPort()};
        for (const qint64 replica : StoreUnderTest::replicas())
            ports.push_back(m_store->portOf(replica));
        return ports;
    }
    [[nodiscard]] qint64 frontendPid() const
    {
        const auto status = ask(m_store->adminPort(), FrontendStatus());
        return status ? status->pid : 0;
    }
    /// Of the services and their supervisor.
    [[nodiscard]] std::vector<qint64> pids() const
    {
        std::vector<qint64> pids = {m_store->supervisorPid()};
        if (const auto running = ask(m_store->supervisorPort(), Processes())) {
            for (const ProcessView &process : running->processes)
                pids.push_back(process.pid);
        }
        return pids;
    }
    /// All that the store has decided, as text.
    [[nodiscard]] QByteArray decided() const
    {
        const auto leadership = ask(m_store->catalogPort(), Leadership());
        const auto products = ask(m_store->catalogPort(), ProductsQuery());
        if (!leadership || !products)
            return "the catalog does not answer";
        QByteArray text = answerLine(std::nullopt, *leadership) + answerLine(std::nullopt, *products);
        for (const qint64 replica : StoreUnderTest::replicas())
            text += m_store->logOf(replica);
        return text;
    }
    [[nodiscard]] int buy() const { return httpPost(m_store->httpPort(), "/orders", oneTux).status; }

private Q_SLOTS:
    void init()
    {
        raiseDescriptorLimit();
        m_store = std::make_unique<StoreUnderTest>();
        QVERIFY(m_store->open());
        QVERIFY(m_store->waitForLeader());
        QCOMPARE(buy(), 200);
        QVERIFY(m_store->waitForEqualLogs(5s));
    }

    // Whatever was sent, the store sells, and its ledger and logs agree.
    void cleanup()
    {
        QTRY_COMPARE_WITH_TIMEOUT(buy(), 200, 15'000);
        closeAndCheck(*m_store, {});
        m_store.reset();
    }

    void whatMustBeRefusedChangesNothing()
    {
        const QByteArray before = decided();
        for (const quint16 port : ports()) {
            for (const QByteArray &line : refusals()) {
                PlainSocket peer(port);
                QVERIFY(peer.send(line + '\n'));
                QByteArray answer = peer.read(); // before the end of our input, which may end the connection
                peer.endOutput();
                answer += peer.readToEnd();
                QVERIFY2(answer.contains("\"status\":\"Error\""), (line + " -> " + answer).constData());
                QCOMPARE(answer.count('\n'), 1);
            }
        }
        QCOMPARE(decided(), before);
    }

    void noiseChangesNothing()
    {
        const QByteArray before = decided();
        const std::vector<quint16> all = ports();
        fuzz::Mutator mutator(questions(), 2);
        std::minstd_rand bytes(3);
        const auto attack = [&](int lines) {
            for (const quint16 port : all) {
                for (int i = 0; i < lines; ++i) {
                    PlainSocket peer(port);
                    peer.send(mutator.next());
                    if (i % 2 == 0) {
                        peer.endOutput();
                        (void)peer.readToEnd();
                    } else {
                        peer.reset();
                    }
                }
            }
        };
        std::map<qint64, qsizetype> descriptors;
        for (const qint64 pid : pids())
            descriptors[pid] = descriptorsOf(pid);
        QCOMPARE(descriptors.size(), 6u);
        attack(500); // so that what they keep for good they have
        std::map<qint64, qint64> memory;
        for (const auto &[pid, count] : descriptors)
            memory[pid] = ownMemoryOf(pid);

        attack(hostileLines);

        for (const auto &[pid, count] : descriptors) {
            // Who sent half a request and no more is left after 10 s.
            QTRY_VERIFY_WITH_TIMEOUT(descriptorsOf(pid) <= count + ownPeers, 20'000);
            const qint64 grown = ownMemoryOf(pid) - memory[pid];
            qInfo("after %d lines to each port process %lld holds %lld KiB more", hostileLines,
                  static_cast<long long>(pid), static_cast<long long>(grown / 1024));
            QVERIFY(!memoryIsExact || grown < 2 * 1024 * 1024);
        }
        for (const quint16 port : all) {
            PlainSocket junk(port);
            QByteArray noise(256 * 1024, '\0');
            std::generate(noise.begin(), noise.end(), [&bytes] { return static_cast<char>(bytes() >> 7U); });
            junk.send(noise);
            PlainSocket endless(port);
            endless.send(QByteArray(2 * 1024 * 1024, 'x'));
        }
        QCOMPARE(decided(), before);
    }

    void aLineWithoutEndIsAnErrorAndAClose()
    {
        for (const quint16 port : ports()) {
            PlainSocket peer(port);
            peer.send(QByteArray(1024 * 1024 + 1, 'x'));
            const QByteArray answer = peer.readToEnd();

            QVERIFY2(answer.contains("message_too_large"), answer.constData());
        }
    }

    void aThousandIdleConnectionsDisturbNobody()
    {
        const QByteArray before = decided();
        std::vector<PlainSocket> idle;
        for (const quint16 port : ports()) {
            const int most = port == m_store->adminPort() || port == m_store->supervisorPort() ? 50 : 1000;
            for (int i = 0; i < most; ++i) {
                idle.emplace_back(port);
                QVERIFY(idle.back().isConnected());
                if (i % 2 == 0)
                    QVERIFY(idle.back().send("{\"id\":1,"));
            }
        }
        QCOMPARE(decided(), before);
        const Instant began = monotonicNow();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(buy(), 200);
        QVERIFY(monotonicNow() - began < 5s);
    }

    void nothingForgesALogLine()
    {
        const QByteArray evil =
            "Tux\\u001b[2J\\n2026-11-22T09:00:00.000Z catalog info forged: line\\u0085\\u009b";
        (void)httpPost(m_store->httpPort(), "/orders", "{\"name\":\"" + evil + "\",\"quantity\":1}");
        (void)httpPost(m_store->httpPort(), "/orders", oneTux, "Idempotency-Key: a\x1b[2J\r\n");
        (void)httpGet(m_store->httpPort(), "/products/%1B%5B2J%0Aforged:%C2%9B");
        for (const quint16 port : ports()) {
            PlainSocket peer(port);
            peer.send("{\"method_name\":\"" + evil + "\"}\n{\"" + evil + "\":1,\"" + evil + "\":2}\n");
            peer.endOutput();
            (void)peer.readToEnd();
        }
        int logs = 0;
        QDirIterator files(m_store->path({}), {QStringLiteral("*.log")}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray text = file.readAll();
            ++logs;
            QVERIFY2(std::none_of(text.begin(), text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }),
                     qUtf8Printable(file.fileName()));
            QVERIFY(!text.contains("\xc2\x9b") && !text.contains("\nforged"));
        }
        QVERIFY(logs >= 3);
    }

    void fiveThousandIdleSessionsAreServedAtOnceAndCostLittle()
    {
        constexpr int sessions = 5000;
        if (raiseDescriptorLimit() < sessions + 300)
            QSKIP("the descriptors of a process do not suffice here");
        const qint64 pid = frontendPid();
        const qint64 base = ownMemoryOf(pid);
        const qsizetype descriptors = descriptorsOf(pid);
        std::vector<PlainSocket> clients;
        for (int i = 0; i < sessions; ++i)
            clients.emplace_back(m_store->httpPort());
        const QByteArray get = "GET /products/Tux HTTP/1.1\r\nHost: x\r\n\r\n";
        for (PlainSocket &client : clients) { // none that was never used
            QVERIFY(client.send(get));
            QVERIFY(client.read().startsWith("HTTP/1.1 200 "));
        }
        const qint64 each = (ownMemoryOf(pid) - base) / sessions;
        qInfo("an idle session costs %lld bytes", static_cast<long long>(each));
        QVERIFY2(!memoryIsExact || each < 20 * 1024, QByteArray::number(each).constData());
        const Instant began = monotonicNow();
        for (int i = 0; i < 200; ++i) {
            PlainSocket &client = clients[static_cast<std::size_t>(i * 23)];
            QVERIFY(client.send(get));
            QVERIFY(client.read().startsWith("HTTP/1.1 200 "));
        }
        QVERIFY(monotonicNow() - began < 2s); // 10 ms each, on a busy machine
        QCOMPARE(buy(), 200);
        clients.clear();
        QTRY_VERIFY_WITH_TIMEOUT(descriptorsOf(pid) <= descriptors, 10'000);
    }

    void anAbortStormLeavesNothingBehind()
    {
        const qint64 pid = frontendPid();
        const qsizetype descriptors = descriptorsOf(pid);
        const std::vector<QByteArray> requests = corpus("requests");
        std::minstd_rand random(4);
        for (int i = 0; i < 5000; ++i) {
            const QByteArray &request = requests[random() % requests.size()];
            PlainSocket client(m_store->httpPort());
            client.send(request.left(static_cast<qsizetype>(random() % (1U + request.size()))));
            client.reset();
        }

        QTRY_VERIFY_WITH_TIMEOUT(descriptorsOf(pid) <= descriptors, 10'000);
    }

    // The corpus of requests, changed, each on a connection of its own: every one is answered or closed, and
    // at the end the frontend is as it was.
    void changedRequestsAreAnsweredOrRefused()
    {
        const qint64 pid = frontendPid();
        fuzz::Mutator mutator(corpus("requests"), 5);
        int strange = 0;
        const auto attack = [&](int inputs) {
            for (int i = 0; i < inputs; ++i) {
                PlainSocket client(m_store->httpPort());
                client.send(mutator.next());
                client.endOutput();
                const QByteArray answer = client.readToEnd();
                strange += !answer.isEmpty() && !answer.startsWith("HTTP/1.1 ") ? 1 : 0;
            }
        };
        attack(2000); // so that what it keeps for good it has
        const qint64 memory = ownMemoryOf(pid);
        const qsizetype descriptors = descriptorsOf(pid);
        attack(hostileInputs);
        QCOMPARE(strange, 0);
        QCOMPARE(frontendPid(), pid);
        QTRY_VERIFY_WITH_TIMEOUT(descriptorsOf(pid) <= descriptors, 10'000);
        const qint64 grown = ownMemoryOf(pid) - memory;
        qInfo("after %d inputs the frontend holds %lld KiB more", hostileInputs,
              static_cast<long long>(grown / 1024));
        QVERIFY(!memoryIsExact || grown < 2 * 1024 * 1024);
    }
};

QTEST_GUILESS_MAIN(TestHostileInput)
#include "tst_hostileinput.moc"
