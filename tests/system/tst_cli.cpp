// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/jsontree.h"
#include "protocol/storefiles.h"
#include "support/fakeshop.h"
#include "support/supervisedstore.h"

#include <QDir>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace toystore;

namespace
{

struct Outcome {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
};

} // namespace

class TestCli : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();

    [[nodiscard]] QString data() const { return m_home.filePath(QStringLiteral("store")); }

    // Runs the CLI to its end while this process's event loop goes on.
    Outcome run(const QStringList &arguments)
    {
        QProcess cli;
        cli.setProcessEnvironment(m_environment);
        cli.start(QStringLiteral(TOYSTORE_CLI), arguments);
        if (!QTest::qWaitFor([&] { return cli.state() == QProcess::NotRunning; }, 30'000)) {
            cli.kill();
            cli.waitForFinished();
            return {};
        }
        return {cli.exitCode(), cli.readAllStandardOutput(), cli.readAllStandardError()};
    }

    Outcome run(const char *words, const QStringList &more = {})
    {
        return run(QString::fromUtf8(words).split(QLatin1Char(' ')) + more);
    }

    Outcome up(const StorePorts &ports, const QStringList &more = {})
    {
        return run("up --wait --programs",
                   QStringList{QStringLiteral(TOYSTORE_STANDINS)} + ports.arguments() + more);
    }

    // The text at a path like "error.name" in the JSON object that @p outcome printed; "?" if it is not
    // there.
    static QByteArray textAt(const Outcome &outcome, const char *path)
    {
        const Result<JsonTree> tree = JsonTree::parse(outcome.out.trimmed());
        if (!tree)
            return "?";
        JsonValue value = tree->root();
        for (const QByteArray &name : QByteArray(path).split('.')) {
            const std::optional<JsonValue> member = value.member(name);
            if (!member)
                return "?";
            value = *member;
        }
        switch (value.kind()) {
        case JsonValue::Kind::String:
            return value.text().toByteArray();
        case JsonValue::Kind::Integer:
            return QByteArray::number(value.integer());
        case JsonValue::Kind::Fraction:
            return QByteArray::number(value.number());
        case JsonValue::Kind::Boolean:
            return value.boolean() ? "true" : "false";
        default:
            return "?";
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        // Neither the user's store nor the user's settings.
        m_environment.insert(QStringLiteral("XDG_DATA_HOME"), m_home.path());
        m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_home.path());
        m_environment.insert(QStringLiteral("TOYSTORE_DATA"), data());
    }

    void cleanup()
    {
        // What a failed test left running.
        if (const Result<StoreFile> file = readStoreFile(data()); file && isAlive(file->pid)) {
            ::kill(static_cast<pid_t>(file->pid), SIGKILL);
            QTRY_VERIFY(!isAlive(file->pid));
        }
        QDir(data()).removeRecursively();
    }

    void anAnswerDecidesTheExitCode_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("name");
        const QByteArray error = R"({"error":{"code":1,"message":"no luck"}})";
        const QString product = QStringLiteral("product Tux");
        const QString buy = QStringLiteral("buy Tux 1");
        const QString order = QStringLiteral("order 7");
        QTest::newRow("product not found") << product << 404 << error << 3 << QByteArray("product_not_found");
        QTest::newRow("order not found") << order << 404 << error << 3 << QByteArray("order_not_found");
        QTest::newRow("rejected") << buy << 404 << error << 4 << QByteArray("order_rejected");
        QTest::newRow("mismatch") << buy << 422 << error << 4 << QByteArray("request_mismatch");
        QTest::newRow("bad request") << buy << 400 << error << 4 << QByteArray("invalid_field");
        QTest::newRow("server error") << buy << 500 << error << 5 << QByteArray("internal");
        QTest::newRow("overloaded") << product << 503 << error << 5 << QByteArray("overloaded");
        QTest::newRow("silence") << product << 0 << error << 7 << QByteArray("deadline_exceeded");
        QTest::newRow("no JSON") << product << 200 << QByteArray("<html>") << 1
                                 << QByteArray("malformed_message");
        QTest::newRow("other JSON") << product << 200 << QByteArray("{}") << 1
                                    << QByteArray("malformed_message");
    }

    void anAnswerDecidesTheExitCode()
    {
        QFETCH(QString, command);
        QFETCH(int, status);
        QFETCH(QByteArray, answer);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, name);
        FakeShop shop;
        shop.answer(status, answer);
        const QStringList arguments =
            command.split(QLatin1Char(' ')) +
            QStringList{QStringLiteral("--url"), shop.url(), QStringLiteral("--timeout=500")};

        const Outcome forPeople = run(arguments);
        QCOMPARE(forPeople.exitCode, exitCode);
        QCOMPARE(forPeople.out, QByteArray());
        QVERIFY2(forPeople.err.startsWith("toystore: can't "), forPeople.err);
        QVERIFY2(forPeople.err.contains(shop.url().toUtf8()), forPeople.err);

        const Outcome forPrograms =
            run(arguments + QStringList{QStringLiteral("-o"), QStringLiteral("json")});
        QCOMPARE(forPrograms.exitCode, exitCode);
        QCOMPARE(forPrograms.err, QByteArray());
        QCOMPARE(textAt(forPrograms, "error.name"), name);
        if (status >= 400) {
            QVERIFY(textAt(forPrograms, "error.message").contains("no luck"));
            QVERIFY(textAt(forPrograms, "error.message").contains(QByteArray::number(status)));
        }
    }

    void nobodyThereIsExitCode6()
    {
        FakeShop shop;
        const QString url = shop.url();
        shop.close();
        const Outcome outcome = run("product Tux --url", {url});
        QCOMPARE(outcome.exitCode, 6);
        QVERIFY2(outcome.err.contains("toystore up"), outcome.err);
    }

    void wrongUsageIsExitCode2_data()
    {
        QTest::addColumn<QString>("line");
        for (const char *line :
             {"sell Tux", "buy Tux", "buy Tux many", "buy Tux 1.5", "product", "kill", "status --foo",
              "status -o xml", "bench --clients 0", "product Tux --url ftp://x", "product Tux --url nonsense",
              "status --timeout soon", "status --supervisor-port 70000", "up --stock"})
            QTest::newRow(line) << QString::fromLatin1(line);
    }

    void wrongUsageIsExitCode2()
    {
        QFETCH(QString, line);
        const Outcome outcome = run(line.split(QLatin1Char(' ')));
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(outcome.err.contains("--"), outcome.err);
    }

    void whatIsWrongWithALineIsNamed_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *line, const char *says) {
            QTest::newRow(line) << QString::fromLatin1(line) << QByteArray(says);
        };
        row("stauts", "toystore: there is no command 'stauts'\n'toystore --help' shows");
        row("--foo", "toystore: there is no option '--foo'\n'toystore --help' shows");
        row("cache shrink", "toystore: there is no command 'shrink'\n'toystore cache --help' shows");
        row("fault", "toystore: A subcommand is required\n'toystore fault --help' shows");
        row("buy Tux", "toystore: QUANTITY is required\n'toystore buy --help' shows");
        row("cache capacity x",
            "toystore: NUMBER: Value x not in range 1 to 1000000\n'toystore cache capacity --help' shows");
        row("status --timeout x", "toystore: --timeout: 'x' is not a whole number from 1 to 86400000 ms\n"
                                  "'toystore status --help' shows");
    }
    void whatIsWrongWithALineIsNamed()
    {
        QFETCH(QString, line);
        QFETCH(QByteArray, says);
        const Outcome outcome = run(line.split(QLatin1Char(' ')));
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.err.startsWith(says), outcome.err);
    }

    void withoutACommandItShowsItsHelp()
    {
        const Outcome outcome = run(QStringList());
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY(outcome.err.contains("Examples:"));
    }

    void productShowsPriceAndQuantity()
    {
        FakeShop shop;
        shop.answer(200, R"({"data":{"name":"Bouncing Ball","price":4.5,"quantity":0}})");
        const Outcome table = run({QStringLiteral("product"), QStringLiteral("Bouncing Ball"),
                                   QStringLiteral("--url"), shop.url() + QLatin1Char('/')});
        QCOMPARE(table.exitCode, 0);
        QCOMPARE(table.out, QByteArray("NAME           PRICE  QUANTITY\nBouncing Ball   4.50         0\n"));
        QCOMPARE(shop.requestLine(), QByteArray("GET /products/Bouncing%20Ball HTTP/1.1"));
        const Outcome json = run("-o json product Ball --url", {shop.url()});
        QCOMPARE(json.out, QByteArray("{\"name\":\"Bouncing Ball\",\"price\":4.5,\"quantity\":0}\n"));
    }

    void namesAreEncoded_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("slash") << QStringLiteral("a/b") << QByteArray("/products/a%2Fb");
        QTest::newRow("query") << QStringLiteral("a?b#c") << QByteArray("/products/a%3Fb%23c");
        QTest::newRow("percent") << QStringLiteral("100%41") << QByteArray("/products/100%2541");
        QTest::newRow("unicode") << QStringLiteral("Bär") << QByteArray("/products/B%C3%A4r");
    }

    void namesAreEncoded()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, path);
        FakeShop shop;
        shop.answer(404, "{}");
        QCOMPARE(run({QStringLiteral("product"), name, QStringLiteral("--url"), shop.url()}).exitCode, 3);
        QCOMPARE(shop.requestLine(), "GET " + path + " HTTP/1.1");
    }

    void buySendsAKeyAndTellsTheOrder()
    {
        FakeShop shop;
        shop.answer(200, R"({"data":{"order_number":192}})");
        const Outcome table = run("buy Tux 2 --url", {shop.url()});
        QCOMPARE(table.exitCode, 0);
        QCOMPARE(table.out, QByteArray("Order 192: 2 x Tux\n"));
        QCOMPARE(shop.requestLine(), QByteArray("POST /orders HTTP/1.1"));
        QCOMPARE(shop.body(), QByteArray(R"({"name":"Tux","quantity":2})"));
        QVERIFY2(shop.head().toLower().contains("\r\nidempotency-key: "), shop.head());
        const Outcome json = run("buy Tux -2 --key my-key -o json --url", {shop.url()});
        QCOMPARE(json.out,
                 QByteArray("{\"order_number\":192,\"name\":\"Tux\",\"quantity\":-2,\"key\":\"my-key\"}\n"));
        QVERIFY2(shop.head().contains(": my-key"), shop.head());
    }

    void aBuyOfUnknownOutcomeNamesItsKey()
    {
        FakeShop shop;
        shop.answer(500, R"({"error":{"code":500,"message":"the outcome is unknown"}})");
        const Outcome outcome = run("buy Tux 1 --key k7 --url", {shop.url()});
        QCOMPARE(outcome.exitCode, 5);
        QVERIFY2(outcome.err.contains("--key k7"), outcome.err);
    }

    void orderShowsWhatWasBought()
    {
        FakeShop shop;
        shop.answer(200, R"({"number":7,"name":"Tux","quantity":3})");
        QCOMPARE(run("order 7 --url", {shop.url()}).out, QByteArray("Order 7: 3 x Tux\n"));
        QCOMPARE(shop.requestLine(), QByteArray("GET /orders/7 HTTP/1.1"));
        QCOMPARE(run("order 7 -o json --url", {shop.url()}).out,
                 QByteArray("{\"number\":7,\"name\":\"Tux\",\"quantity\":3}\n"));
    }

    void whatAShopSaysCannotDriveTheTerminal()
    {
        FakeShop shop;
        shop.answer(200, "{\"number\":7,\"name\":\"\\u001b[2J\",\"quantity\":3}");
        const Outcome outcome = run("order 7 --url", {shop.url()});
        QVERIFY2(!outcome.out.contains('\x1b'), outcome.out);
    }

    void theUrlComesFromFlagThenEnvironmentThenFile()
    {
        FakeShop flag;
        FakeShop environment;
        FakeShop file;
        for (FakeShop *shop : {&flag, &environment, &file})
            shop->answer(404, "{}");
        QFile config(m_home.filePath(QStringLiteral("test.conf")));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("url = " + file.url().toUtf8() + '\n');
        config.close();
        const QStringList useFile = {QStringLiteral("--config"), config.fileName()};

        run("product Tux", useFile);
        QCOMPARE(file.requests(), 1);
        m_environment.insert(QStringLiteral("TOYSTORE_URL"), environment.url());
        run("product Tux", useFile);
        QCOMPARE(environment.requests(), 1);
        run("product Tux --url", QStringList{flag.url()} + useFile);
        m_environment.remove(QStringLiteral("TOYSTORE_URL"));
        QCOMPARE(flag.requests(), 1);
        QCOMPARE(file.requests() + environment.requests(), 2);
    }

    void everyCommandHasHelpWithExamples()
    {
        QVERIFY(run("--version").out.startsWith("toystore "));
        for (const char *command :
             {"up",    "down",    "status", "product", "products", "buy",    "order", "kill",
              "pause", "resume",  "stop",   "start",   "restart",  "verify", "fault", "cache",
              "chaos", "session", "bench",  "sweep",   "events",   "trace",  "logs",  "demo"}) {
            const Outcome outcome = run(command, {QStringLiteral("--help")});
            QCOMPARE(outcome.exitCode, 0);
            QVERIFY2(outcome.out.contains("Examples:\n  toystore " + QByteArray(command)), outcome.out);
            QVERIFY(run("--help").out.contains("\n  " + QByteArray(command) + ' '));
        }
    }

    // What is completed without a store; with one, whatThereIsIsCompleted(); in the shells, tst_completion.
    void wordsAreCompleted_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("offered");
        QTest::newRow("command") << QStringLiteral("ben") << QByteArray("bench\n");
        QTest::newRow("subcommand") << QStringLiteral("fault s") << QByteArray("set\n");
        QTest::newRow("option") << QStringLiteral("bench --cl") << QByteArray("--clients\n");
        QTest::newRow("option of all") << QStringLiteral("bench --time") << QByteArray("--timeout\n");
        QTest::newRow("format") << QStringLiteral("status -o ") << QByteArray("table\njson\ncsv\n");
        QTest::newRow("kind") << QStringLiteral("chaos --only p") << QByteArray("pause\n");
        QTest::newRow("service") << QStringLiteral("kill le") << QByteArray("leader\n");
        QTest::newRow("fault") << QStringLiteral("fault set frontend catalog de") << QByteArray("delay\n");
        QTest::newRow("nothing") << QStringLiteral("bench nonsense") << QByteArray();
    }
    void wordsAreCompleted()
    {
        QFETCH(QString, typed);
        QFETCH(QByteArray, offered);
        const Outcome outcome = run(QStringList{QStringLiteral("complete")} + typed.split(QLatin1Char(' ')));
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.out, offered);
    }

    void whatThereIsIsCompleted()
    {
        QCOMPARE(up(StorePorts::find()).exitCode, 0);
        QCOMPARE(run("complete product ").out, QByteArray("Bouncing Ball\nTux\n"));
        QCOMPARE(run("complete bench --toy T").out, QByteArray("Tux\n"));
        QCOMPARE(run("complete kill order-").out, QByteArray("order-8091\norder-8092\norder-8093\n"));
        m_environment.remove(QStringLiteral("TOYSTORE_DATA"));
        const Outcome named = run("complete", {QStringLiteral("--data=") + data(), QStringLiteral("kill"),
                                               QStringLiteral("order-")});
        m_environment.insert(QStringLiteral("TOYSTORE_DATA"), data());
        QCOMPARE(named.out, QByteArray("order-8091\norder-8092\norder-8093\n"));
        QCOMPARE(run("down").exitCode, 0);
    }

    void theManualPageHasEveryCommandAndIsGoodRoff()
    {
        const Outcome man = run("--man");
        QCOMPARE(man.exitCode, 0);
        QVERIFY2(man.out.startsWith(".TH TOYSTORE 1 "), man.out.left(200));
        for (const char *command : {"up", "buy", "status", "fault set", "bench", "session", "events", "demo"})
            QVERIFY2(man.out.contains(".SS " + QByteArray(command) + '\n'), command);
        QVERIFY(man.out.contains("\\-\\-max\\-p99"));
        const QString groff = QStandardPaths::findExecutable(QStringLiteral("groff"));
        if (groff.isEmpty())
            QSKIP("groff, which reads manual pages, is not installed");
        QProcess roff;
        roff.start(groff, {QStringLiteral("-man"), QStringLiteral("-ww"), QStringLiteral("-Tutf8"),
                           QStringLiteral("-Kutf8")});
        roff.write(man.out);
        roff.closeWriteChannel();
        QVERIFY(roff.waitForFinished(20'000));
        QCOMPARE(roff.readAllStandardError(), QByteArray());
        QVERIFY(roff.readAllStandardOutput().contains("--max-p99"));
    }

    void upKnowsEveryOptionOfTheSupervisor()
    {
        QProcess supervisor;
        supervisor.start(QStringLiteral(TOYSTORE_SUPERVISOR), {QStringLiteral("--help")});
        QVERIFY(supervisor.waitForFinished(10'000));
        const QByteArray known = run("up --help").out + run("--help").out;
        int options = 0;
        for (const QByteArray &line : supervisor.readAllStandardOutput().split('\n')) {
            const QByteArray flag = line.trimmed().split(' ').first();
            if (!flag.startsWith("--"))
                continue;
            ++options;
            QVERIFY2(known.contains("  " + flag + ' '), flag);
        }
        QVERIFY(options > 15);
    }

    void aClosedStoreIsToldPlainly()
    {
        const Outcome status = run("status");
        QCOMPARE(status.exitCode, 6);
        QVERIFY2(status.err.startsWith("toystore: the store in " + data().toUtf8() + " is not open\n"),
                 status.err);
        QCOMPARE(textAt(run("status -o json"), "error.name"), QByteArray("cannot_connect"));
        QCOMPARE(run("kill leader").exitCode, 6);
        QCOMPARE(run("down").exitCode, 0);
        QCOMPARE(textAt(run("down -o json"), "open"), QByteArray("false"));
    }

    void upWaitStatusAndDown()
    {
        const StorePorts ports = StorePorts::find();
        const Outcome opened = up(ports);
        QVERIFY2(opened.exitCode == 0, opened.out + opened.err);
        for (const char *service : {"catalog", "order-8091", "order-8092", "order-8093", "frontend"})
            QVERIFY2(opened.out.contains("\n  " + QByteArray(service) + ' '), opened.out);
        QVERIFY2(opened.out.contains("curl http://127.0.0.1:" + QByteArray::number(ports.http)), opened.out);

        // The ports are learned from the data directory.
        const Outcome status = run("status");
        QCOMPARE(status.exitCode, 0);
        QVERIFY2(status.out.contains("leader      order-8093, epoch 3"), status.out);
        QVERIFY2(status.out.contains("30 hits of 40 queries (75 %)"), status.out);
        QVERIFY2(status.out.contains("last order  192"), status.out);
        const Outcome json = run("status -o json");
        QCOMPARE(textAt(json, "open"), QByteArray("true"));
        QCOMPARE(textAt(json, "frontend.leader_id"), QByteArray("8093"));
        QVERIFY(json.out.contains(R"("replica_id":8092,"role":"follower")"));

        QCOMPARE(run("products").out, QByteArray("NAME           PRICE  QUANTITY\nBouncing Ball   4.50       "
                                                 "  0\nTux            19.90       100\n"));

        const qint64 pid = readStoreFile(data())->pid;
        QCOMPARE(run("down").out, "The store in " + data().toUtf8() + " is closed.\n");
        QVERIFY(!isAlive(pid));
        // At once again: everything is free.
        QCOMPARE(up(ports, {QStringLiteral("-o"), QStringLiteral("json")}).exitCode, 0);
        QCOMPARE(run("down").exitCode, 0);
    }

    void upInJsonListsTheProcesses()
    {
        const StorePorts ports = StorePorts::find();
        const Outcome opened = up(ports, {QStringLiteral("-o"), QStringLiteral("json")});
        QCOMPARE(opened.exitCode, 0);
        QCOMPARE(textAt(opened, "url"), "http://127.0.0.1:" + QByteArray::number(ports.http));
        QVERIFY(opened.out.contains(R"("service":"frontend","state":"ready")"));
        const Outcome csv = run("products -o csv");
        QCOMPARE(csv.out, QByteArray("name,price,quantity\nBouncing Ball,4.5,0\nTux,19.9,100\n"));
        QVERIFY(run("status -o csv").out.startsWith("service,state,port,pid,since_ms,restarts,reason,"));
        QCOMPARE(run("down").exitCode, 0);
    }

    void serviceCommands()
    {
        const StorePorts ports = StorePorts::find();
        QCOMPARE(up(ports).exitCode, 0);
        QCOMPARE(run("kill leader").out, QByteArray("order-8093 is killed (SIGKILL)\n"));
        QCOMPARE(textAt(run("status -o json"), "open"), QByteArray("true"));
        QVERIFY(run("start 8093").out.startsWith("order-8093 is ready (pid "));
        QVERIFY(run("pause catalog").out.startsWith("catalog is paused (pid "));
        const Outcome again = run("pause catalog");
        QCOMPARE(again.exitCode, 1);
        QVERIFY2(again.err.contains("catalog is paused"), again.err);
        QCOMPARE(textAt(run("resume catalog -o json"), "state"), QByteArray("ready"));
        QCOMPARE(textAt(run("restart catalog -o json"), "restarts"), QByteArray("1"));
        QVERIFY(run("restart order-8092 --repair --rebuild-from-available")
                    .out.startsWith("order-8092 is ready"));
        const Outcome noReplica = run("restart catalog --repair");
        QVERIFY2(noReplica.err.contains("catalog is no order replica: --repair is not for it"),
                 noReplica.err);
        QCOMPARE(run("kill catalog --repair").exitCode, 2);
        QCOMPARE(textAt(run("stop frontend -o json"), "state"), QByteArray("stopped"));
        const Outcome unknown = run("kill order-9 -o json");
        QCOMPARE(unknown.exitCode, 3);
        QCOMPARE(textAt(unknown, "error.name"), QByteArray("unknown_service"));
        QFile token(tokenFilePath(data()));
        QVERIFY(token.open(QIODevice::WriteOnly));
        token.write("0123456789abcdef0123456789abcdef\n");
        token.close();
        const Outcome refused = run("kill catalog -o json");
        QCOMPARE(refused.exitCode, 1);
        QCOMPARE(textAt(refused, "error.name"), QByteArray("unauthorized"));
    }

    void upSaysWhyAStoreDoesNotOpen()
    {
        const StorePorts ports = StorePorts::find();
        QCOMPARE(up(ports).exitCode, 0);
        const Outcome second = up(ports);
        QCOMPARE(second.exitCode, 1);
        QVERIFY2(second.err.contains("is already open, pid"), second.err);
        QCOMPARE(run("down").exitCode, 0);

        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, ports.admin));
        const Outcome busy = up(ports);
        QCOMPARE(busy.exitCode, 1);
        QVERIFY2(busy.err.contains("port " + QByteArray::number(ports.admin)), busy.err);
        other.close();

        const Outcome usage = up(ports, {QStringLiteral("--stock=x")});
        QCOMPARE(usage.exitCode, 2);
        QVERIFY2(usage.err.startsWith("toystore: can't open the store: --stock: 'x' is not a whole number"),
                 usage.err);
        QVERIFY2(usage.err.endsWith("\n'toystore up --help' shows what there is.\n"), usage.err);
        QCOMPARE(usage.err.count('\n'), 2);

        m_environment.insert(QStringLiteral("STANDIN_CATALOG"), QStringLiteral("exit"));
        const Outcome broken = up(ports);
        m_environment.remove(QStringLiteral("STANDIN_CATALOG"));
        QCOMPARE(broken.exitCode, 1);
        QVERIFY2(broken.err.contains("the disk is on fire"), broken.err);
    }

    void upTellsWhenAReplicaIsMissing()
    {
        m_environment.insert(QStringLiteral("STANDIN_ORDER_8091"), QStringLiteral("exit"));
        const Outcome opened = up(StorePorts::find());
        m_environment.remove(QStringLiteral("STANDIN_ORDER_8091"));
        QCOMPARE(opened.exitCode, 1);
        QVERIFY2(opened.out.contains("order-8091  failed"), opened.out);
        QVERIFY2(opened.out.contains("The store is open"), opened.out);
        // The table has no room for the whole story; below it is.
        const Outcome status = run("status");
        QVERIFY2(status.out.contains("exit code 1 before it was ready\n"), status.out);
        QVERIFY2(status.out.contains("\norder-8091 is failed:\n"), status.out);
        QVERIFY2(status.out.contains("    line 7 of orders.log is damaged\n"), status.out);
        QCOMPARE(run("down").exitCode, 0);
    }

    // The supervisor gives a service so long to get ready; who asked it for that waits for what it says.
    void aStartIsAwaitedAsLongAsTheSupervisorIsPatient()
    {
        m_environment.insert(QStringLiteral("STANDIN_ORDER_8092"), QStringLiteral("never-ready"));
        const StorePorts ports = StorePorts::find();
        QCOMPARE(run("up --ready-within 22000 --programs",
                     QStringList{QStringLiteral(TOYSTORE_STANDINS)} + ports.arguments())
                     .exitCode,
                 0);
        m_environment.remove(QStringLiteral("STANDIN_ORDER_8092"));
        QVERIFY(QTest::qWaitFor([this] { return run("kill order-8092").exitCode == 0; }, 20'000));
        QCOMPARE(run("start order-8092 --timeout 300").exitCode, 7); // a limit is a limit
        QCOMPARE(run("kill order-8092").exitCode, 0);
        const Outcome start = run("start order-8092");
        QCOMPARE(start.exitCode, 1);
        QVERIFY2(start.err.contains("order-8092"), start.err);
        QVERIFY2(!start.err.contains("no answer within"), start.err);
        QCOMPARE(run("down").exitCode, 0);
    }

    void downWaitsForTheEndWithoutPidfds()
    {
        QCOMPARE(up(StorePorts::find()).exitCode, 0);
        const qint64 pid = readStoreFile(data())->pid;
        const QProcessEnvironment before = m_environment;
        m_environment.insert(QStringLiteral("LD_PRELOAD"), QStringLiteral(TOYSTORE_NO_PIDFD_LIBRARY));
        // Where the sanitizer's library wants to be the first.
        m_environment.insert(QStringLiteral("ASAN_OPTIONS"),
                             m_environment.value(QStringLiteral("ASAN_OPTIONS")) +
                                 QStringLiteral(":verify_asan_link_order=0"));
        const Outcome down = run("down");
        m_environment = before;
        QCOMPARE(down.out, "The store in " + data().toUtf8() + " is closed.\n");
        QVERIFY(!isAlive(pid));
    }

    void withoutTheSupervisorsProgramItSaysWhatToDo()
    {
        QTemporaryDir alone;
        const QString cli = alone.filePath(QStringLiteral("toystore"));
        QVERIFY(QFile::copy(QStringLiteral(TOYSTORE_CLI), cli));
        QProcessEnvironment environment = m_environment;
        environment.insert(QStringLiteral("PATH"), alone.path());
        for (const char *how : {"--foreground", "--wait"}) {
            QProcess up;
            up.setProcessEnvironment(environment);
            up.start(cli, {QStringLiteral("up"), QLatin1String(how)});
            QVERIFY(up.waitForFinished(20'000));
            QCOMPARE(up.exitCode(), 1);
            const QByteArray said = up.readAllStandardError();
            QVERIFY2(said.startsWith("toystore: can't open the store: can't run "), said);
            QVERIFY2(said.trimmed().contains('\n'), said);
        }
    }

    void aKilledSupervisorIsToldFromAClosedStore()
    {
        QCOMPARE(up(StorePorts::find()).exitCode, 0);
        const qint64 pid = readStoreFile(data())->pid;
        ::kill(static_cast<pid_t>(pid), SIGKILL);
        QTRY_VERIFY(!isAlive(pid));
        const Outcome status = run("status");
        QCOMPARE(status.exitCode, 6);
        QVERIFY2(status.err.contains("pid " + QByteArray::number(pid) + ", is gone"), status.err);
        const Outcome down = run("down");
        QCOMPARE(down.exitCode, 0);
        QVERIFY2(down.out.contains("was killed"), down.out);
    }

    void inTheForegroundCtrlCClosesTheStore()
    {
        QProcess cli;
        cli.setProcessEnvironment(m_environment);
        cli.start(QStringLiteral(TOYSTORE_CLI),
                  QStringList{QStringLiteral("up"), QStringLiteral("--foreground"),
                              QStringLiteral("--programs"), QStringLiteral(TOYSTORE_STANDINS)} +
                      StorePorts::find().arguments());
        QByteArray out;
        QTRY_VERIFY2((out += cli.readAllStandardOutput()).contains("The store is open"), out);
        QCOMPARE(readStoreFile(data())->pid, cli.processId()); // it became the supervisor
        ::kill(static_cast<pid_t>(cli.processId()), SIGINT);
        QTRY_COMPARE(cli.state(), QProcess::NotRunning);
        QCOMPARE(cli.exitCode(), 0);
        out += cli.readAllStandardOutput();
        QVERIFY2(out.contains("  frontend    stopped after"), out);
        QVERIFY2(out.trimmed().endsWith("is closed"), out);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
