// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "load/loadengine.h"
#include "load/shoppingsession.h"
#include "support/scriptedserver.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdlib>
#include <map>

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

LoadPlan planFor(const ScriptedServer &server, int clients, double purchase = 0)
{
    LoadPlan plan;
    plan.shop.port = server.serverPort();
    plan.clients = clients;
    plan.mix.purchase = purchase;
    return plan;
}

/// Whether the load came to its end within 20 s. Not by qWaitFor(), which sleeps between its looks at the
/// events.
bool finishes(LoadEngine &engine)
{
    QEventLoop loop;
    bool finished = false;
    QObject::connect(&engine, &LoadEngine::finished, &loop, [&] {
        finished = true;
        loop.quit();
    });
    QTimer::singleShot(20s, &loop, &QEventLoop::quit);
    loop.exec();
    return finished;
}

bool runFor(LoadEngine &engine, Milliseconds duration)
{
    QTimer::singleShot(duration, Qt::PreciseTimer, &engine, [&] { engine.stop(); });
    engine.start();
    return finishes(engine);
}

double milliseconds(LatencyHistogram::Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// Remembers what it was told, and that it was told in order.
class Journal : public LoadObserver
{
public:
    struct Attempt {
        qint64 client = 0;
        ShopRequest request;
        Instant sent;
        std::optional<Instant> answered;
        ShopAnswer answer;
        bool isOver = false;
    };

    void sent(qint64 client, const ShopRequest &request, Instant now) override
    {
        TOYSTORE_ENSURE(!m_underWay.contains(client));
        m_underWay[client] = m_attempts.size();
        m_attempts.push_back({client, request, now, {}, {}, false});
    }
    void answered(qint64 client, const ShopAnswer &answer, Instant now) override
    {
        Attempt &attempt = end(client);
        attempt.answered = now;
        attempt.answer = answer;
        TOYSTORE_ENSURE(attempt.sent <= now);
    }
    void gaveUp(qint64 client) override { end(client); }

    [[nodiscard]] const std::vector<Attempt> &attempts() const { return m_attempts; }
    [[nodiscard]] bool isOver() const { return m_underWay.empty(); }

private:
    Attempt &end(qint64 client)
    {
        TOYSTORE_ENSURE(m_underWay.contains(client));
        Attempt &attempt = m_attempts[m_underWay[client]];
        m_underWay.erase(client);
        attempt.isOver = true;
        return attempt;
    }

    std::vector<Attempt> m_attempts;
    std::map<qint64, std::size_t> m_underWay;
};

/// Does what @p script does, but fails in the way @p fail does every @p nth request.
ScriptedServer::Script failing(int nth, ScriptedServer::Script fail,
                               ScriptedServer::Script script = politeShop())
{
    return [=, count = std::make_shared<int>(0)](const ScriptedServer::Request &request) {
        (++*count % nth == 0 ? fail : script)(request);
    };
}

const ScriptedServer::Script cut = [](const ScriptedServer::Request &request) {
    request.socket->write(httpAnswer(200, "{\"data\":{\"order_number\":1}}").chopped(3));
    request.socket->disconnectFromHost();
};
const ScriptedServer::Script broken = [](const ScriptedServer::Request &request) {
    request.socket->write(httpAnswer(500, "{\"error\":{\"code\":500,\"message\":\"it is\"}}"));
};
const ScriptedServer::Script silent = [](const ScriptedServer::Request &) {};
const ScriptedServer::Script confused = [](const ScriptedServer::Request &request) {
    request.socket->write(httpAnswer(200, "{\"hello\":\"world\"}"));
};

} // namespace

class TestLoadEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyClientSendsWhatItWantsAndIsCounted()
    {
        ScriptedServer server(politeShop());
        LoadPlan plan = planFor(server, 5, 0.4);
        plan.mix.lookUp = 0.1;
        plan.requestsPerClient = 200;
        LoadEngine engine(plan);
        Journal journal;
        engine.setObserver(&journal);

        engine.start();
        QVERIFY(finishes(engine));

        QVERIFY(!engine.isRunning());
        QVERIFY(engine.isIdle());
        const LoadFigures figures = engine.takeFigures();
        QCOMPARE(server.connections(), 5);
        QCOMPARE(server.requests(), 1000);
        QCOMPARE(figures.answered(), 1000);
        QCOMPARE(figures.allErrors(), 0);
        QVERIFY(figures.noticedBy.isEmpty());
        QVERIFY(std::abs(figures.acknowledged() - 400) < 70);
        QVERIFY(figures.latencyOf(RequestKind::LookUp).count() > 40);
        QVERIFY(figures.throughput() > 0);
        QVERIFY(figures.longestWait ==
                std::max({figures.latency[0].max(), figures.latency[1].max(), figures.latency[2].max()}));
        QVERIFY(journal.isOver());
        QCOMPARE(journal.attempts().size(), 1000u);
        QCOMPARE(engine.takeFigures().answered(), 0); // taken is taken
    }

    void rejectionsAndTheLikeAreAnswers()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) {
            request.socket->write(httpAnswer(404, "{\"error\":{\"code\":404,\"message\":\"no\"}}"));
        });
        LoadPlan plan = planFor(server, 2, 0.5);
        plan.requestsPerClient = 50;
        LoadEngine engine(plan);
        engine.start();
        QVERIFY(finishes(engine));
        const LoadFigures figures = engine.takeFigures();
        QCOMPARE(figures.answered(), 100);
        QCOMPARE(figures.acknowledged(), 0);
        QVERIFY(figures.rejected > 20);
        QCOMPARE(figures.notFound, 100 - figures.rejected);
        QCOMPARE(figures.allErrors(), 0);
    }

    void aBuyIsRepeatedUnderItsKeyUntilItIsAnswered_data()
    {
        QTest::addColumn<ScriptedServer::Script>("fail");
        QTest::addColumn<LoadError>("error");
        QTest::newRow("cut in mid-answer") << cut << LoadError::ConnectionLost;
        QTest::newRow("server error") << broken << LoadError::ServerError;
        QTest::newRow("silence") << silent << LoadError::TimedOut;
        QTest::newRow("not a toy store") << confused << LoadError::Malformed;
    }

    void aBuyIsRepeatedUnderItsKeyUntilItIsAnswered()
    {
        QFETCH(const ScriptedServer::Script, fail);
        QFETCH(const LoadError, error);
        ScriptedServer server(failing(4, fail));
        LoadPlan plan = planFor(server, 3, 1);
        plan.requestsPerClient = 20;
        plan.timeout = 40ms;
        LoadEngine engine(plan);
        Journal journal;
        engine.setObserver(&journal);

        engine.start();
        QVERIFY(finishes(engine));

        const LoadFigures figures = engine.takeFigures();
        QCOMPARE(figures.acknowledged(), 60);
        QCOMPARE(figures.unanswered, 0);
        QCOMPARE(figures.repeats, figures.allErrors());
        QVERIFY(figures.errorsOf(error) >= 15);
        QVERIFY(figures.recovered >= 10 && figures.recovered <= figures.repeats);
        QVERIFY(!figures.noticedBy.isEmpty() && figures.noticedBy.size() <= 3);
        std::map<QByteArray, std::vector<Journal::Attempt>> byKey;
        for (const Journal::Attempt &attempt : journal.attempts())
            byKey[attempt.request.key].push_back(attempt);
        QCOMPARE(byKey.size(), 60u);
        for (const auto &[key, attempts] : byKey) {
            for (const Journal::Attempt &attempt : attempts) {
                QVERIFY(attempt.request == attempts.front().request);
                const bool isLast = &attempt == &attempts.back();
                QCOMPARE(attempt.answer.outcome == ShopAnswer::Outcome::Ok, isLast);
            }
        }
    }

    void theWaitOfARepeatedBuyIsAllOfIt()
    {
        ScriptedServer server(failing(10, silent));
        LoadPlan plan = planFor(server, 1, 1);
        plan.requestsPerClient = 15;
        plan.timeout = 150ms;
        LoadEngine engine(plan);
        engine.start();
        QVERIFY(finishes(engine));
        const LoadFigures figures = engine.takeFigures();
        QCOMPARE(figures.latencyOf(RequestKind::Buy).count(), 15u);
        QVERIFY(figures.latencyOf(RequestKind::Buy).max() >= 150ms);
        QVERIFY(figures.longestWait >= 150ms);
        QVERIFY(figures.latencyOf(RequestKind::Buy).quantile(0.5) < 150ms);
    }

    void aQueryIsNotRepeated()
    {
        ScriptedServer server(failing(2, broken));
        LoadPlan plan = planFor(server, 1);
        plan.requestsPerClient = 10;
        LoadEngine engine(plan);
        engine.start();
        QVERIFY(finishes(engine));
        QCOMPARE(server.requests(), 10);
        QCOMPARE(engine.figures().answered(), 5);
        QCOMPARE(engine.figures().unanswered, 5);
        QCOMPARE(engine.figures().errorsOf(LoadError::ServerError), 5);
        QCOMPARE(engine.figures().repeats, 0);
    }

    void repetitionsHaveAnEnd_data()
    {
        QTest::addColumn<int>("maxRepeats");
        QTest::addColumn<Milliseconds>("repeatFor");
        QTest::addColumn<int>("attempts"); // 0: some
        QTest::newRow("none") << 0 << Milliseconds(10'000) << 1;
        QTest::newRow("three") << 3 << Milliseconds(10'000) << 4;
        QTest::newRow("for 100 ms") << 1000 << Milliseconds(100) << 0;
    }

    void repetitionsHaveAnEnd()
    {
        QFETCH(const int, maxRepeats);
        QFETCH(const Milliseconds, repeatFor);
        QFETCH(const int, attempts);
        ScriptedServer server(broken);
        LoadPlan plan = planFor(server, 1, 1);
        plan.requestsPerClient = 1;
        plan.maxRepeats = maxRepeats;
        plan.repeatFor = repeatFor;
        LoadEngine engine(plan);
        engine.start();
        QVERIFY(finishes(engine));
        if (attempts > 0)
            QCOMPARE(server.requests(), attempts);
        else
            QVERIFY(server.requests() > 1 && server.requests() < 20);
        QCOMPARE(engine.figures().unanswered, 1);
        QCOMPARE(engine.figures().acknowledged(), 0);
        QCOMPARE(engine.figures().recovered, 0);
    }

    void aShopThatIsNotThereIsRefusedWithoutHaste()
    {
        auto server = std::make_unique<ScriptedServer>(politeShop());
        const LoadPlan plan = planFor(*server, 4);
        server.reset();
        LoadEngine engine(plan);
        QVERIFY(runFor(engine, 500ms));
        const LoadFigures figures = engine.takeFigures();
        QCOMPARE(figures.allErrors(), figures.errorsOf(LoadError::Refused));
        QCOMPARE(figures.noticedBy.size(), 4);
        QVERIFY(figures.errorsOf(LoadError::Refused) >= 8);
        QVERIFY(figures.errorsOf(LoadError::Refused) < 60);
    }

    void theOpenLoopKeepsItsRate()
    {
        ScriptedServer server(politeShop());
        LoadPlan plan = planFor(server, 16, 0.5);
        plan.rate = 400;
        LoadEngine engine(plan);
        QVERIFY(runFor(engine, 1000ms));
        const LoadFigures figures = engine.takeFigures();
        // On a busy machine something may be due, and not sent, when it is stopped.
        QCOMPARE(figures.allErrors(), figures.errorsOf(LoadError::Overrun));
        QVERIFY(figures.allErrors() < 20);
        // As many as were due in the time that it took.
        const double expected = 400 * std::chrono::duration<double>(figures.span).count();
        QVERIFY(static_cast<double>(figures.answered()) <= expected + 1);
        QVERIFY(static_cast<double>(figures.answered()) >= 0.8 * expected);
    }

    void aStallShowsInTheUpperPercentilesOfAnOpenLoop()
    {
        // For 500 ms of 1000 the server answers nothing. A closed loop of one client would see one slow
        // request; half of what is due in an open loop is late, by 250 ms in the middle.
        const Instant begin = monotonicNow();
        ScriptedServer server([&, polite = politeShop()](const ScriptedServer::Request &request) {
            const auto left = std::chrono::ceil<Milliseconds>(begin + 700ms - monotonicNow());
            if (left > 0ms && left <= 500ms)
                QTimer::singleShot(left, Qt::PreciseTimer, request.socket, [=] { polite(request); });
            else
                polite(request);
        });
        LoadPlan plan = planFor(server, 1);
        plan.rate = 200;
        LoadEngine engine(plan);
        QVERIFY(runFor(engine, 1000ms));
        const LoadFigures figures = engine.takeFigures();
        const LatencyHistogram &latency = figures.latencyOf(RequestKind::Query);
        // On a busy machine something may be due, and not sent, when it is stopped.
        QCOMPARE(figures.allErrors(), figures.errorsOf(LoadError::Overrun));
        QVERIFY(figures.allErrors() < 20);
        QVERIFY(latency.count() >= 150);
        QVERIFY2(milliseconds(latency.max()) >= 450, QByteArray::number(milliseconds(latency.max())));
        QVERIFY2(milliseconds(latency.quantile(0.9)) >= 300,
                 QByteArray::number(milliseconds(latency.quantile(0.9))));
        QVERIFY2(milliseconds(latency.quantile(0.75)) >= 150,
                 QByteArray::number(milliseconds(latency.quantile(0.75))));
        QVERIFY(milliseconds(latency.quantile(0.25)) < 150);
    }

    void aStallOfTheEngineItselfShowsAsWell()
    {
        ScriptedServer server(politeShop());
        LoadPlan plan = planFor(server, 100); // always one that is free
        plan.rate = 200;
        LoadEngine engine(plan);
        QTimer::singleShot(200ms, Qt::PreciseTimer, &engine, [] {
            for (const Instant end = monotonicNow() + 300ms; monotonicNow() < end;) {
            }
        });
        QVERIFY(runFor(engine, 1000ms));
        const LoadFigures figures = engine.takeFigures();
        QVERIFY(figures.longestWait >= 290ms);
        QVERIFY(figures.latencyOf(RequestKind::Query).quantile(0.85) >= 100ms);
    }

    void whatIsDueAndCannotBeSentIsBoundedAndCounted()
    {
        ScriptedServer server(silent);
        LoadPlan plan = planFor(server, 2);
        plan.rate = 1000;
        plan.maxBacklog = 10;
        plan.timeout = 10s;
        LoadEngine engine(plan);
        qint64 whileRunning = 0;
        QTimer::singleShot(300ms, Qt::PreciseTimer, &engine, [&] {
            whileRunning = engine.figures().errorsOf(LoadError::Overrun);
            engine.abort();
        });
        engine.start();
        QVERIFY(finishes(engine));
        const LoadFigures figures = engine.takeFigures();
        QCOMPARE(server.requests(), 2);
        QCOMPARE(figures.unanswered, 2);
        QVERIFY(whileRunning >= 250);
        QCOMPARE(figures.errorsOf(LoadError::Overrun), whileRunning + 10); // what was due in the end
        QCOMPARE(figures.allErrors(), figures.errorsOf(LoadError::Overrun));
        QVERIFY(figures.noticedBy.isEmpty());
    }

    void theParametersMayChangeWhileItRuns()
    {
        ScriptedServer server(politeShop());
        LoadEngine engine(planFor(server, 2));
        engine.start();
        QTRY_VERIFY(engine.figures().answered() > 20);
        QCOMPARE(engine.figures().acknowledged(), 0);

        LoadMix mix;
        mix.purchase = 1;
        engine.setMix(mix);
        QTRY_VERIFY(engine.figures().acknowledged() > 20);

        engine.setClients(6);
        QTRY_COMPARE(server.connections(), 6);
        engine.setClients(1);
        QTRY_COMPARE(server.findChildren<QTcpSocket *>().size(), 1);

        engine.setRate(100);
        static_cast<void>(engine.takeFigures());
        const Instant begin = monotonicNow();
        QTRY_VERIFY(engine.figures().answered() >= 20);
        QVERIFY(monotonicNow() - begin >= 150ms);

        engine.setRate(std::nullopt);
        static_cast<void>(engine.takeFigures());
        QTRY_VERIFY(engine.figures().answered() >= 20);
        QCOMPARE(engine.figures().allErrors(), 0);
        engine.stop();
        QVERIFY(finishes(engine));
    }

    void stoppingLetsWhatIsUnderWayEnd()
    {
        std::vector<ScriptedServer::Request> held;
        ScriptedServer server([&](const ScriptedServer::Request &request) { held.push_back(request); });
        LoadEngine engine(planFor(server, 3, 1));
        Journal journal;
        engine.setObserver(&journal);
        engine.start();
        QTRY_COMPARE(held.size(), 3u);
        engine.stop();
        QVERIFY(!engine.isIdle());
        const ScriptedServer::Script polite = politeShop();
        for (const ScriptedServer::Request &request : held)
            polite(request);
        QVERIFY(finishes(engine));
        QCOMPARE(engine.figures().acknowledged(), 3);
        QVERIFY(journal.isOver());
        engine.setObserver(nullptr);

        // And it can be started again.
        engine.start();
        QTRY_COMPARE(held.size(), 6u);
        engine.abort();
        QVERIFY(finishes(engine));
        QCOMPARE(engine.figures().unanswered, 3);
        QCOMPARE(server.connections(), 3);
    }

    void abortingGivesUpWhatIsUnderWay()
    {
        ScriptedServer server(silent);
        LoadEngine engine(planFor(server, 3, 1));
        Journal journal;
        engine.setObserver(&journal);
        engine.start();
        QTRY_COMPARE(server.requests(), 3);
        engine.abort();
        QVERIFY(finishes(engine));
        QCOMPARE(engine.figures().unanswered, 3);
        QVERIFY(journal.isOver());
        QCOMPARE(server.requests(), 3);
    }

    void keysAreNewForEveryEngine()
    {
        ScriptedServer server(politeShop());
        QVERIFY(LoadEngine(planFor(server, 1)).plan().keyPrefix !=
                LoadEngine(planFor(server, 1)).plan().keyPrefix);
    }

    void anOpenLoopWhoseClientsWantNothingMoreEnds()
    {
        ScriptedServer server(politeShop());
        LoadPlan plan = planFor(server, 3);
        plan.rate = 500;
        plan.requestsPerClient = 5;
        LoadEngine engine(plan);
        engine.start();
        QVERIFY(finishes(engine));
        QVERIFY(!engine.isRunning());
        QCOMPARE(server.requests(), 15);
        QCOMPARE(engine.figures().answered(), 15);
        QCOMPARE(engine.figures().allErrors(), 0); // what was due after that was due to nobody
    }

    void sessionsComeToTheirEnd()
    {
        ScriptedServer server(politeShop());
        LoadPlan plan = planFor(server, 4, 0.5);
        std::vector<std::shared_ptr<ShoppingSession>> sessions;
        std::unique_ptr<LoadEngine> engine;
        engine = std::make_unique<LoadEngine>(plan, [&](qint64 client) {
            sessions.push_back(
                std::make_shared<ShoppingSession>(engine->plan().mix, client, engine->plan().keyPrefix, 20));
            return sessions.back();
        });
        engine->start();
        QVERIFY(finishes(*engine));
        QCOMPARE(sessions.size(), 4u);
        qint64 bought = 0;
        for (const auto &session : sessions) {
            QCOMPARE(session->summary().queries, 20);
            QCOMPARE(session->summary().lookedUp, session->summary().bought);
            QCOMPARE(session->summary().mismatches, QByteArrayList());
            bought += session->summary().bought;
        }
        QVERIFY(bought > 15);
        QCOMPARE(engine->figures().acknowledged(), bought);
        QCOMPARE(engine->figures().latencyOf(RequestKind::LookUp).count(), quint64(bought));
    }
};

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication application(argc, argv);
    TestLoadEngine test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_loadengine.moc"
