// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/error.h"
#include "base/eventring.h"
#include "base/logging.h"
#include "base/process.h"
#include "base/requestsampler.h"
#include "base/result.h"
#include "base/settings.h"
#include "base/timeordereduuid.h"
#include "base/version.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <iostream>
#include <set>
#include <sstream>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcTest, "toystore.test")

using namespace toystore;
using namespace std::chrono_literals;

namespace
{

/// Sets an environment variable for one scope.
class ScopedVariable
{
public:
    ScopedVariable(const char *name, const QByteArray &value) : m_name(name) { qputenv(name, value); }
    ~ScopedVariable() { qunsetenv(m_name); }
    Q_DISABLE_COPY_MOVE(ScopedVariable)

private:
    const char *m_name;
};

/// Sends a C++ stream into a string for one scope.
class Captured
{
public:
    explicit Captured(std::ostream &stream) : m_stream(stream), m_before(stream.rdbuf(m_text.rdbuf())) {}
    ~Captured() { m_stream.rdbuf(m_before); }
    Q_DISABLE_COPY_MOVE(Captured)

    [[nodiscard]] QByteArray text() const { return QByteArray::fromStdString(m_text.str()); }

private:
    std::ostringstream m_text;
    std::ostream &m_stream;
    std::streambuf *m_before;
};

/// What a program says on stderr, below C++ streams, while @p act runs.
template <typename Act>
QByteArray writtenToStderr(const QString &directory, Act act)
{
    QFile file(directory + QStringLiteral("/stderr"));
    if (!file.open(QIODevice::ReadWrite | QIODevice::Truncate))
        return "can't open the file";
    const int before = ::dup(STDERR_FILENO);
    ::dup2(file.handle(), STDERR_FILENO);
    act();
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    file.seek(0);
    return file.readAll();
}

/// One setting of every kind, with its default.
struct Example {
    QString toys = QStringLiteral("toys.json");
    qint64 stock = 100;
    Milliseconds interval = 10'000ms;
    quint16 port = 8081;
    bool resume = false;

    struct Outcome {
        std::optional<int> exitCode;
        QByteArray out;
        QByteArray err;
    };

    Outcome parse(const std::vector<const char *> &arguments)
    {
        Settings settings("example", "An example");
        settings.addText("toys", toys, "File with the toys");
        settings.addInteger("stock", stock, 0, 1000, "Stock of a toy");
        settings.addMilliseconds("restock-interval", interval, 1ms, 60'000ms, "Time between restocks");
        settings.addPort("http-port", port, "Where to listen");
        settings.addFlag("resume", resume, "Keep the stock");
        std::vector<const char *> argv{"example"};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        const Captured out(std::cout);
        const Captured err(std::cerr);
        Outcome outcome;
        outcome.exitCode = settings.parse(static_cast<int>(argv.size()), argv.data());
        outcome.out = out.text();
        outcome.err = err.text();
        return outcome;
    }

    [[nodiscard]] QByteArray toText() const
    {
        return toys.toUtf8() + ' ' + QByteArray::number(stock) + ' ' +
               QByteArray::number(qint64(interval.count())) + ' ' + QByteArray::number(port) + ' ' +
               (resume ? "resume" : "open");
    }
};

} // namespace

class TestBase : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_directory;

    [[nodiscard]] QByteArray writeConfig(const QByteArray &content) const
    {
        const QString path = m_directory.filePath(QStringLiteral("toystore.conf"));
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? path.toUtf8()
                                                                                        : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        // The config file of whoever runs this must not matter.
        qputenv("XDG_CONFIG_HOME", m_directory.path().toUtf8() + "/none");
        qputenv("XDG_CONFIG_DIRS", m_directory.path().toUtf8() + "/none");
    }

    void everyErrorCodeHasItsOwnNameAndAStatus()
    {
        std::set<QByteArray> names;
        for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
            const auto code = static_cast<ErrorCode>(i);
            const QByteArray name = wireName(code).toByteArray();
            QCOMPARE(errorCodeFromWireName(name), code);
            QVERIFY2(names.insert(name).second, name.constData());
            QVERIFY2(httpStatus(code) >= 400 && httpStatus(code) <= 503, name.constData());
        }
        QCOMPARE(errorCodeFromWireName("stale_epoc"), std::nullopt);
        QCOMPARE(errorCodeFromWireName(""), std::nullopt);
    }

    void thePromisedStatuses()
    {
        QCOMPARE(httpStatus(ErrorCode::ProductNotFound), 404);
        QCOMPARE(httpStatus(ErrorCode::OrderRejected), 404);
        QCOMPARE(httpStatus(ErrorCode::OrderNotFound), 404);
        QCOMPARE(httpStatus(ErrorCode::NoOrderService), 500);
        QCOMPARE(httpStatus(ErrorCode::CatalogUnavailable), 500);
        QCOMPARE(httpStatus(ErrorCode::RequestMismatch), 422);
        QCOMPARE(httpStatus(ErrorCode::MessageTooLarge), 413);
        QCOMPARE(httpStatus(ErrorCode::Overloaded), 503);
    }

    void settingsKeepTheirDefaults()
    {
        Example example;
        QVERIFY(!example.parse({}).exitCode);
        QCOMPARE(example.toText(), "toys.json 100 10000 8081 open");
    }

    void theFileBeatsTheDefaultAndLeavesWhatItDoesNotName()
    {
        const QByteArray path =
            writeConfig("# a comment\ntoys = \"a b.json\"\nstock=7\nresume = on\nother = 1\n");
        Example example;
        QVERIFY(!example.parse({"--config", path.constData()}).exitCode);
        QCOMPARE(example.toText(), "a b.json 7 10000 8081 resume");
    }

    void theEnvironmentBeatsTheFile()
    {
        const QByteArray path =
            writeConfig("toys = file.json\nstock = 7\nrestock-interval = 7\nhttp-port = 7\nresume = true\n");
        const ScopedVariable toys("TOYSTORE_TOYS", "environment.json");
        const ScopedVariable stock("TOYSTORE_STOCK", "8");
        const ScopedVariable interval("TOYSTORE_RESTOCK_INTERVAL", "8");
        const ScopedVariable port("TOYSTORE_HTTP_PORT", "8");
        const ScopedVariable resume("TOYSTORE_RESUME", "false");
        const ScopedVariable config("TOYSTORE_CONFIG", path);
        Example example;
        QVERIFY(!example.parse({}).exitCode);
        QCOMPARE(example.toText(), "environment.json 8 8 8 open");
    }

    void theCommandLineBeatsTheEnvironment()
    {
        const ScopedVariable toys("TOYSTORE_TOYS", "environment.json");
        const ScopedVariable stock("TOYSTORE_STOCK", "8");
        const ScopedVariable interval("TOYSTORE_RESTOCK_INTERVAL", "8");
        const ScopedVariable port("TOYSTORE_HTTP_PORT", "8");
        const ScopedVariable resume("TOYSTORE_RESUME", "false");
        Example example;
        QVERIFY(!example
                     .parse({"--toys", "flag.json", "--stock", "9", "--restock-interval=9", "--http-port",
                             "9", "--resume"})
                     .exitCode);
        QCOMPARE(example.toText(), "flag.json 9 9 9 resume");
    }

    void aFlagCanBeSwitchedOffOnTheCommandLine()
    {
        const ScopedVariable resume("TOYSTORE_RESUME", "true");
        Example example;
        QVERIFY(!example.parse({"--resume=false"}).exitCode);
        QCOMPARE(example.resume, false);
    }

    void aBadValueIsAUsageErrorThatNamesItsSource_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("why");
        const QByteArray number = "is not a whole number from ";
        QTest::newRow("text for a number") << QByteArray("stock") << QByteArray("many") << number + "0";
        QTest::newRow("empty number") << QByteArray("stock") << QByteArray("") << number + "0";
        QTest::newRow("fraction") << QByteArray("stock") << QByteArray("1.5") << number + "0";
        QTest::newRow("exponent") << QByteArray("stock") << QByteArray("1e2") << number + "0";
        QTest::newRow("too small") << QByteArray("stock") << QByteArray("-1") << number + "0 to 1000";
        QTest::newRow("too big") << QByteArray("stock") << QByteArray("1001") << number + "0 to 1000";
        QTest::newRow("beyond 64 bits") << QByteArray("stock") << QByteArray("9223372036854775808") << number;
        QTest::newRow("short time") << QByteArray("restock-interval") << QByteArray("0")
                                    << number + "1 to 60000 ms";
        QTest::newRow("unit") << QByteArray("restock-interval") << QByteArray("5s") << number;
        QTest::newRow("port 0") << QByteArray("http-port") << QByteArray("0") << number + "1 to 65535";
        QTest::newRow("port 65536") << QByteArray("http-port") << QByteArray("65536") << number;
        QTest::newRow("half a flag") << QByteArray("resume") << QByteArray("maybe")
                                     << QByteArray("'maybe' is neither true nor false");
        QTest::newRow("log format") << QByteArray("log-format") << QByteArray("xml")
                                    << QByteArray("'xml' is neither text nor json");
    }

    void aBadValueIsAUsageErrorThatNamesItsSource()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, why);
        const QByteArray variable = "TOYSTORE_" + name.toUpper().replace('-', '_');

        const QByteArray flag = "--" + name + '=' + value;
        if (!value.isEmpty()) {
            const auto byFlag = Example().parse({flag.constData()});
            QCOMPARE(byFlag.exitCode, 2);
            QVERIFY2(byFlag.err.contains("--" + name + ": ") && byFlag.err.contains(why),
                     byFlag.err.constData());
        }
        {
            const ScopedVariable set(variable.constData(), value);
            const auto byEnvironment = Example().parse({});
            QCOMPARE(byEnvironment.exitCode, 2);
            QVERIFY2(byEnvironment.err.contains(variable + ": ") && byEnvironment.err.contains(why),
                     byEnvironment.err.constData());
        }
        const QByteArray path = writeConfig(name + " = \"" + value + "\"\n");
        const auto byFile = Example().parse({"--config", path.constData()});
        QCOMPARE(byFile.exitCode, 2);
        QVERIFY2(byFile.err.contains(name + " in " + path + ": ") && byFile.err.contains(why),
                 byFile.err.constData());
    }

    void wrongUsageExitsWithTwoAndSaysWhy()
    {
        const auto unknown = Example().parse({"--stok", "1"});
        QCOMPARE(unknown.exitCode, 2);
        QVERIFY2(unknown.err.contains("--stok"), unknown.err.constData());
        QCOMPARE(Example().parse({"extra"}).exitCode, 2);
        QCOMPARE(Example().parse({"--stock"}).exitCode, 2);
        const auto missing = Example().parse({"--config", "/nowhere/toystore.conf"});
        QCOMPARE(missing.exitCode, 2);
        QVERIFY2(missing.err.contains("/nowhere/toystore.conf"), missing.err.constData());
        const QByteArray broken = writeConfig("stock 7\n");
        QCOMPARE(Example().parse({"--config", broken.constData(), "--stock", "x"}).exitCode, 2);
    }

    void aRequiredArgumentIsAsked()
    {
        QString replicas;
        Settings settings("example", "An example");
        settings.addArgument("REPLICAS", replicas, "Where the replicas are");
        const Captured err(std::cerr);
        const char *none[] = {"example"};
        QCOMPARE(settings.parse(1, none), 2);
        QVERIFY2(err.text().contains("REPLICAS"), err.text().constData());
        const char *given[] = {"example", "8091,8092"};
        QVERIFY(!settings.parse(2, given));
        QCOMPARE(replicas, QStringLiteral("8091,8092"));
    }

    void helpAndVersionGoToStdoutAndExitWithZero()
    {
        const auto help = Example().parse({"--help"});
        QCOMPARE(help.exitCode, 0);
        for (const char *part : {"--stock", "--config", "--log-format", "--verbose", "TOYSTORE_", "8081"})
            QVERIFY2(help.out.contains(part), part);
        const auto shown = Example().parse({"--version"});
        QCOMPARE(shown.exitCode, 0);
        QCOMPARE(shown.out.trimmed(), QByteArray("example ") + version);
        QVERIFY(help.err.isEmpty() && shown.err.isEmpty());
    }

    void theRingPagesByCursor()
    {
        EventRing ring(100);
        for (int i = 1; i <= 5; ++i)
            ring.add({.kind = "order_appended", .orderNumber = i});
        const EventRing::Page first = ring.after(0, 3);
        QCOMPARE(first.events.size(), 3);
        QCOMPARE(first.cursor, 3);
        QCOMPARE(first.missed, 0);
        const EventRing::Page rest = ring.after(first.cursor, 3);
        QCOMPARE(rest.events.size(), 2);
        QCOMPARE(rest.events.last().orderNumber, 5);
        QCOMPARE(rest.events.last().cursor, 5);
        QVERIFY(rest.events.last().atMs > 0);
        QCOMPARE(rest.cursor, ring.lastCursor());
        const EventRing::Page none = ring.after(5, 3);
        QVERIFY(none.events.isEmpty());
        QCOMPARE(none.cursor, 5);
    }

    void theRingForgetsTheOldestAndCountsWhatAReaderMissed()
    {
        EventRing ring(3);
        for (int i = 1; i <= 10; ++i)
            ring.add({.atMs = i});
        const EventRing::Page page = ring.after(2, 10);
        QCOMPARE(page.missed, 5); // 3 to 7
        QCOMPARE(page.events.size(), 3);
        QCOMPARE(page.events.first().cursor, 8);
        QCOMPARE(page.events.first().atMs, 8);
        QCOMPARE(ring.after(7, 10).missed, 0);
    }

    void whatHappensOftenIsSummedAndNothingIsLost()
    {
        EventRing ring(10'000);
        qint64 happened = 0;
        const Instant until = monotonicNow() + std::chrono::milliseconds(300);
        while (monotonicNow() < until) {
            ring.addOften({.kind = "sold", .requestId = "f-1", .orderNumber = ++happened, .count = 1});
            if (happened % 100 == 0 && happened < 500'000) // a fast machine would fill the ring with them
                ring.add({.kind = "leader_changed"});
        }
        const auto sales = [&ring] {
            QList<Event> all;
            for (const Event &event : ring.after(0, 10'000).events) {
                if (event.kind == "sold")
                    all.append(event);
            }
            return all;
        };
        const auto counted = [&sales] {
            qint64 sum = 0;
            for (const Event &event : sales())
                sum += *event.count;
            return sum;
        };
        QTRY_COMPARE(counted(), happened); // the last sum comes when its time is over
        const QList<Event> all = sales();
        QVERIFY(happened > 1000);
        QVERIFY2(all.size() <= EventRing::oftenPerSecond + 300 / 50 + 2, QByteArray::number(all.size()));
        QCOMPARE(all.first().requestId, "f-1"); // told one by one
        QCOMPARE(all.last().requestId, "");     // stands for many
        QCOMPARE(all.last().orderNumber, happened);
    }

    void requestsAreFollowedAFewASecond()
    {
        RequestSampler sampler;
        Instant now(std::chrono::seconds(1000));
        int taken = 0;
        qint64 stoodFor = 0;
        for (int i = 0; i < 20'000; ++i) { // 2000 a second
            now += std::chrono::microseconds(500);
            const qint64 standsFor = sampler.take("f-" + QByteArray::number(i), now);
            taken += standsFor > 0 ? 1 : 0;
            stoodFor += standsFor;
        }
        QVERIFY2(taken >= 50 && taken <= 500, QByteArray::number(taken));
        QVERIFY2(stoodFor > 10'000 && stoodFor < 40'000, QByteArray::number(stoodFor));
    }

    void whatABusyServiceFollowsAnIdleOneFollowsToo()
    {
        RequestSampler busy;
        RequestSampler idle;
        Instant now(std::chrono::seconds(1000));
        for (int i = 0; i < 20'000; ++i) { // makes it choosy
            now += std::chrono::microseconds(100);
            static_cast<void>(busy.take("f-" + QByteArray::number(i), now));
        }
        for (int i = 0; i < 2000; ++i) {
            now += std::chrono::milliseconds(100);
            const QByteArray id = "g-" + QByteArray::number(i);
            if (busy.take(id, now) > 1)
                QVERIFY(idle.take(id, now) > 0);
        }
        QCOMPARE(idle.take("g-any", now), 1); // an idle one follows all
    }

    void aCursorFromTheFutureStartsFromTheOldest()
    {
        EventRing ring(10);
        ring.add({.kind = "started"});
        QCOMPARE(ring.after(4711, 10).events.size(), 1);
        QCOMPARE(ring.after(-1, 10).events.size(), 1);
        QCOMPARE(EventRing(10).after(4711, 10).cursor, 0);
    }

    void aTimeOrderedUuidIsOfVersionSevenAndItsOwn()
    {
        std::set<QByteArray> uuids;
        for (int i = 0; i < 1000; ++i) {
            const QByteArray uuid = timeOrderedUuid().toByteArray(QUuid::WithoutBraces);
            QVERIFY2(uuid[14] == '7' && QByteArrayLiteral("89ab").contains(uuid[19]), uuid.constData());
            uuids.insert(uuid);
        }
        QCOMPARE(uuids.size(), 1000u);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const QByteArray hex = uuids.rbegin()->left(8) + uuids.rbegin()->mid(9, 4);
        const qint64 made = hex.toLongLong(nullptr, 16);
        QVERIFY2(made <= now && made > now - 10'000, hex.constData());
    }

    void timeOrderedUuidsAreInTheOrderOfTime()
    {
        const QByteArray earlier = timeOrderedUuid().toByteArray();
        const qint64 then = QDateTime::currentMSecsSinceEpoch();
        QTRY_VERIFY(QDateTime::currentMSecsSinceEpoch() > then);
        QVERIFY(timeOrderedUuid().toByteArray() > earlier);
    }

    void controlCharactersAreEscaped()
    {
        QCOMPARE(printable("a\nb\r\x1b[31m\x7f\t"), "a\\u000ab\\u000d\\u001b[31m\\u007f\\u0009");
        QCOMPARE(printable("Caf\u00e9 \u2603"), "Caf\u00e9 \u2603");
        QCOMPARE(printable("\u0080|\u009b31m|\u00a0"), "\\u0080|\\u009b31m|\u00a0");
        QCOMPARE(printable(QByteArray("a\0b", 3)), "a\\u0000b");
        QCOMPARE(printable("\xff\xc2"), "\ufffd\ufffd");
    }

    void aLogLineIsOneLineWhateverIsLogged()
    {
        const QByteArray text = writtenToStderr(m_directory.path(), [] {
            installLogging("order-8091", LogFormat::Text, false);
            qCWarning(lcTest, "a\n2026-11-22T09:00:00.000Z order-8091 info forged: \x1b[2J\u009b2J");
            qCDebug(lcTest, "not shown");
            installLogging("order-8091", LogFormat::Text, true);
            qCDebug(lcTest, "shown");
            qInstallMessageHandler(nullptr);
        });
        const QList<QByteArray> lines = text.split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines[0].endsWith(" order-8091 warning toystore.test: a\\u000a2026-11-22T09:00:00.000Z "
                                   "order-8091 info forged: \\u001b[2J\\u009b2J"),
                 lines[0].constData());
        QVERIFY2(lines[1].endsWith(" order-8091 debug toystore.test: shown"), lines[1].constData());
        QCOMPARE(QDateTime::fromString(QString::fromLatin1(lines[0].left(24)), Qt::ISODateWithMs).isValid(),
                 true);
        QCOMPARE(lines[0].at(23), 'Z');
    }

    void aJsonLogLineIsOneObject()
    {
        const QByteArray text = writtenToStderr(m_directory.path(), [] {
            installLogging("catalog", LogFormat::Json, false);
            qCInfo(lcTest, "a \"b\"\n\x7f\u009b\u00e9");
            qInstallMessageHandler(nullptr);
        });
        QCOMPARE(text.count('\n'), 1);
        for (const char c : text.chopped(1))
            QVERIFY(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
        QVERIFY(!text.contains("\u009b"));
        const QJsonObject line = QJsonDocument::fromJson(text).object();
        QCOMPARE(line.value(QLatin1String("message")).toString(),
                 QStringLiteral("a \"b\"\n\u007f\u009b\u00e9"));
        QCOMPARE(line.value(QLatin1String("level")).toString(), QStringLiteral("info"));
        QCOMPARE(line.value(QLatin1String("service")).toString(), QStringLiteral("catalog"));
        QCOMPARE(line.value(QLatin1String("category")).toString(), QStringLiteral("toystore.test"));
        QVERIFY(line.value(QLatin1String("at")).toString().endsWith(QLatin1Char('Z')));
    }

    void theLogFormatIsASettingLikeAllOthers()
    {
        const QByteArray path = writeConfig("log-format = json\nverbose = true\n");
        Settings settings("example", "An example");
        const char *arguments[] = {"example", "--config", path.constData()};
        QVERIFY(!settings.parse(3, arguments));
        const QByteArray text = writtenToStderr(m_directory.path(), [&] {
            settings.installLogging("example");
            qCDebug(lcTest, "shown");
            qInstallMessageHandler(nullptr);
        });
        QVERIFY2(text.startsWith('{') && text.contains("\"shown\""), text.constData());
    }

    void terminationIsHandledOnceAndTheSecondSignalIsNot()
    {
        int asked = 0;
        onTermination(this, [&] { ++asked; });
        ::raise(SIGTERM);
        QTRY_COMPARE(asked, 1);
        struct sigaction now {
        };
        for (const int signal : {SIGTERM, SIGINT}) {
            QCOMPARE(::sigaction(signal, nullptr, &now), 0);
            QVERIFY(now.sa_handler == SIG_DFL);
        }
        QCOMPARE(::sigaction(SIGPIPE, nullptr, &now), 0);
        QVERIFY(now.sa_handler == SIG_IGN);
        QCOMPARE(asked, 1);
    }

    void theDescriptorLimitIsTheHardOne()
    {
        const qint64 limit = raiseDescriptorLimit();
        QVERIFY(limit >= 256);
        QCOMPARE(raiseDescriptorLimit(), limit);
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
