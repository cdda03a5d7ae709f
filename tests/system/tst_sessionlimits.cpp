// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/process.h"
#include "support/eventclient.h"
#include "support/frontendsuite.h"
#include "support/plainsocket.h"

#include <QTest>

#include <thread>

using namespace toystore;
using namespace std::chrono_literals;

class TestSessionLimits : public FrontendSuite
{
    Q_OBJECT

private Q_SLOTS:
    void aSessionThatIsIdleForAMinuteEnds()
    {
        RawHttp silent(port());
        RawHttp used(port());
        const EventClient watching(port());
        const Instant began = monotonicNow();
        QVERIFY(!silent.isClosed(30s));
        used.get("/products/Tux");
        QCOMPARE(used.read().status, 200);

        QVERIFY(silent.isClosed(40s));
        const auto took = monotonicNow() - began;
        QVERIFY(took > 59s && took < 62s);

        used.get("/products/Tux"); // its minute began with its last answer
        QCOMPARE(used.read().status, 200);
        const qsizetype told = watching.messages("status").size(); // who watches sends nothing, and stays
        QVERIFY(told > 55);
        QTRY_VERIFY(watching.messages("status").size() > told);
        QVERIFY(!watching.isClosed());
    }

    // Ten thousand buys may wait: the next is refused at once, and who only looks waits for nobody.
    void beyondTenThousandBuysTheNextIsRefusedAtOnce()
    {
        constexpr int buys = 10'050;
        if (raiseDescriptorLimit() < buys + 300)
            QSKIP("the descriptors of a process do not suffice here");
        QCOMPARE(get("/products/Tux").status, 200);
        m_store->dropBuys(true);
        const QByteArray body = "{\"name\":\"Tux\",\"quantity\":1}";
        std::vector<PlainSocket> buyers;
        std::jthread crowd([&, at = port()] { // the store's heart beats in this thread
            for (int i = 0; i < buys; ++i)
                buyers.emplace_back(at);
            for (PlainSocket &buyer : buyers)
                buyer.send("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 27\r\n\r\n" + body);
        });
        const bool full = QTest::qWaitFor(
            [this] { return m_frontend->ask(FrontendStatus())->waitingBuys == 10'000; }, 20'000);
        const Instant before = monotonicNow();
        const RawHttp::Answer answer = httpPost(port(), "/orders", body);
        const auto refusedAfter = monotonicNow() - before;
        for (int i = 0; i < 20; ++i)
            QCOMPARE(get("/products/Tux").status, 200);
        const auto lookedAfter = monotonicNow() - before;

        QVERIFY2(full, "not ten thousand at a time: the machine is too slow");
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.head.contains("Retry-After: 1\r\n"));
        QVERIFY(answer.body.contains("too many orders wait for their answer"));
        QVERIFY(refusedAfter < 1s);
        QVERIFY(lookedAfter < 2s);
        QTRY_COMPARE_WITH_TIMEOUT(m_frontend->ask(FrontendStatus())->waitingBuys, 0, 10'000); // given up
        m_store->dropBuys(false);
        QTRY_COMPARE(httpPost(port(), "/orders", body).status, 200);
    }
};

QTEST_GUILESS_MAIN(TestSessionLimits)
#include "tst_sessionlimits.moc"
