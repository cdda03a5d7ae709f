// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fakestore.h"
#include "support/frontendprocess.h"
#include "support/rawhttp.h"

#include <QTest>

using namespace toystore;
using namespace std::chrono_literals;

class TestIdleSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSessionThatIsIdleForAMinuteEnds()
    {
        FakeStore store;
        FrontendProcess frontend(store);
        QVERIFY(frontend.isReady());
        RawHttp silent(frontend.httpPort());
        RawHttp used(frontend.httpPort());
        const Instant began = monotonicNow();
        QVERIFY(!silent.isClosed(30s));
        used.get("/products/Tux");
        QCOMPARE(used.read().status, 200);

        QVERIFY(silent.isClosed(40s));
        const auto took = monotonicNow() - began;
        QVERIFY(took > 59s && took < 62s);

        used.get("/products/Tux"); // its minute began with its last answer
        QCOMPARE(used.read().status, 200);
    }
};

QTEST_GUILESS_MAIN(TestIdleSessions)
#include "tst_idlesessions.moc"
