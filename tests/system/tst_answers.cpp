// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every command of `toystore`: its JSON and CSV have the fields that docs/cli.md names, and it ends with
// every exit code that is documented for it. What a command does is tested elsewhere; here nothing is left
// out.

#include "protocol/messagejson.h"
#include "protocol/storefiles.h"
#include "support/clireference.h"
#include "support/fakeshop.h"
#include "support/operatedstore.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace toystore;

namespace
{

/// A command line, "--data @open" where it says nothing of a store, and what comes of it. What begins with @
/// is put in by TestAnswers::stand().
struct Row {
    const char *line;
    int exitCode;
    const char *fields = ""; ///< with -o json: those of the answer, sorted
    const char *before = ""; ///< other lines, which come first, however they end, "; " between
};

constexpr char process[] = "pid port reason restarts service since_ms state";
constexpr char processWithAdmin[] = "admin_port pid port reason restarts service since_ms state";
constexpr char link[] = "links";
constexpr char statistics[] =
    "capacity enabled entries evictions hits invalidations misses policy subscribed";
constexpr char chaos[] =
    "answers_per_second clients clients_noticed data_directory duration_ms faults holds interrupted links"
    " longest_wait_ms noticed orders_per_second refused seed sold_again_after_ms verdict";
constexpr char bench[] =
    "answered answers_per_second cache clients clients_noticed duration_ms errors holds interrupted kinds"
    " limits longest_wait_ms loop mismatched not_found orders probability recovered rejected repeats seed"
    " shop unanswered";
constexpr char session[] = "bought clients duration_ms holds interrupted looked_up mismatches probability"
                           " queries rejected seed unanswered";

constexpr Row rows[] = {
    {"product Tux -o json", 0, "name price quantity"},
    {"product Tux -o csv", 0},
    {"product Tux --url @website", 1},
    {"product Nonsense", 3},
    {"product Tux --url @failing", 5},
    {"product Tux --url @nobody", 6},
    {"product Tux --url @silent --timeout 200", 7},
    {"products -o json", 0, "products"},
    {"products -o csv", 0},
    {"product Tux --url @breaking", 6},
    {"product Tux --url ftp://x", 2},
    {"products --data @broken", 6},
    {"products --data @gone", 6},
    {"products --data @mute --timeout 200", 7},
    {"buy Tux 1 -o json", 0, "key name order_number quantity"},
    {"buy Tux 1 -o csv", 0},
    {"buy Tux 1 --url @website", 1},
    {"buy Tux two", 2},
    {"buy Tux 1 --url @breaking", 5},
    {"buy Tux 0", 4},
    {"buy Tux 1 --url @failing", 5},
    {"buy Tux 1 --url @nobody", 6},
    {"buy Tux 1 --url @silent --timeout 200", 7},
    {"order 1 -o json", 0, "name number quantity"},
    {"order 1 -o csv", 0},
    {"order 1 --url @website", 1},
    {"order 999999", 3},
    {"order 1 --url @failing", 5},
    {"order 1 --url @nobody", 6},
    {"order 1 --url @silent --timeout 200", 7},

    {"up --wait @ports --data @other -o json", 0, "data_directory pid processes url", "down --data @other"},
    {"up --wait @ports --data @other -o csv", 0, "", "down --data @other"},
    {"up @ports --data @open", 1, "", "down --data @other"},
    {"up --wait @free --data @late --timeout 1 -o json", 7},
    {"status -o json", 0, "catalog data_directory frontend open orders pid processes url version"},
    {"status -o csv", 0},
    {"status --data @closed", 6},
    {"status --data @gone", 6},
    {"status --data @mute --timeout 200", 7},
    {"down --data @other -o json", 0, "data_directory open", "up --wait @ports --data @other"},
    {"down --data @other -o csv", 0, "", "up --wait @ports --data @other"},
    {"down --data @tokenless", 1},
    {"down --data @gone", 6},
    {"down --data @mute --timeout 200", 7},

    {"kill order-8091 -o json", 0, process, "start order-8091"},
    {"kill order-8091 -o csv", 0, "", "start order-8091"},
    {"kill order-8091", 1, "", "kill order-8091"},
    {"start order-8091 -o json", 0, process, "kill order-8091"},
    {"start order-8091 -o csv", 0, "", "kill order-8091"},
    {"start catalog", 1},
    {"stop order-8091 -o json", 0, process, "start order-8091"},
    {"stop order-8091 -o csv", 0, "", "start order-8091"},
    {"stop order-8091", 1, "", "kill order-8091"},
    {"restart frontend -o json", 0, processWithAdmin},
    {"restart order-8091 -o csv", 0},
    {"restart order-8091 --data @tokenless", 1},
    {"restart catalog --repair", 2},
    {"pause order-8091 -o json", 0, process, "restart order-8091"},
    {"pause order-8091 -o csv", 0, "", "restart order-8091"},
    {"pause order-8091", 1, "", "kill order-8091"},
    {"resume order-8091 -o json", 0, process, "restart order-8091; pause order-8091"},
    {"resume order-8091 -o csv", 0, "", "restart order-8091; pause order-8091"},
    {"resume catalog", 1},

    {"kill catalog --data @broken", 6},
    {"start catalog --data @broken", 6},
    {"kill order-9", 3},
    {"kill catalog --data @closed", 6},
    {"kill frontend --data @gone", 6},
    {"kill catalog --data @mute --timeout 200", 7},
    {"pause order-9", 3},
    {"pause catalog --data @closed", 6},
    {"pause frontend --data @gone", 6},
    {"pause catalog --data @mute --timeout 200", 7},
    {"resume order-9", 3},
    {"resume catalog --data @closed", 6},
    {"resume frontend --data @gone", 6},
    {"resume catalog --data @mute --timeout 200", 7},
    {"stop order-9", 3},
    {"stop catalog --data @closed", 6},
    {"stop frontend --data @gone", 6},
    {"stop catalog --data @mute --timeout 200", 7},
    {"start order-9", 3},
    {"start catalog --data @closed", 6},
    {"start frontend --data @gone", 6},
    {"start catalog --data @mute --timeout 200", 7},
    {"restart order-9", 3},
    {"restart catalog --data @closed", 6},
    {"restart frontend --data @gone", 6},
    {"restart catalog --data @mute --timeout 200", 7},

    {"fault list -o json", 0, link},
    {"fault list -o csv", 0},
    {"fault set frontend order-8091 delay 1 --jitter 1 -o json", 0, link},
    {"fault set frontend order-8091 loss 1 --seed 1 --direction forward -o csv", 0},
    {"fault clear -o json", 0, link},
    {"fault clear -o csv", 0},
    {"fault list --data @other", 1, "", "up --wait @ports --data @other"},
    {"fault set frontend catalog flood", 2},
    {"fault set frontend catalog delay soon", 2},
    {"fault set frontend catalog loss 101", 2},
    {"fault set catalog frontend cut", 3},
    {"fault list --data @closed", 6},
    {"fault list --data @mute --timeout 200", 7},
    {"cache list -o json", 0, "capacity enabled entries", "product Tux"},
    {"cache list -o csv", 0, "", "product Tux"},
    {"cache stats -o json", 0, statistics},
    {"cache stats -o csv", 0},
    {"cache off -o json", 0, statistics},
    {"cache off -o csv", 0},
    {"cache on -o json", 0, statistics},
    {"cache on -o csv", 0},
    {"cache capacity 1000 -o json", 0, statistics},
    {"cache capacity 1000 -o csv", 0},
    {"cache capacity 0", 2},
    {"cache stats --data @gone", 6},
    {"cache stats --data @mute --timeout 200", 7},
    {"events -o json", 0, "at_ms cursor kind message request_id service subject"},
    {"events -o csv", 0},
    {"events --data @closed", 6},
    {"events --data @mute --timeout 200", 7},
    {"trace 1 -o json", 0, "order request_id stages"},
    {"trace 1 -o csv", 0},
    {"trace 999999", 3},
    {"trace 1 --data @closed", 6},
    {"trace 1 --data @mute --timeout 200", 7},

    {"logs -o json", 0, "orders"},
    {"logs -o csv", 0},
    {"logs --diff -o json", 0, "differences equal logs up_to", "restart order-8091"},
    {"logs --diff -o csv", 0, "", "restart order-8091"},
    {"logs --data @closed", 1},
    {"logs --diff --data @damaged", 8},
    {"verify -o json", 0, "data_directory holds invariants ledger logs open violations"},
    {"verify -o csv", 0},
    {"verify --data @closed", 1},
    {"verify --data @damaged", 8},
    {"chaos --duration 500ms --clients 2 --seed 1 -o json", 0, chaos},
    {"chaos --duration 500ms --clients 2 --seed 2 -o csv", 0},
    {"chaos --attach --data @other", 1, "", "up --wait @ports --data @other"},
    {"chaos --only flood", 2},
    {"chaos --duration 11min", 2},
    {"chaos --attach --data @mute", 1},
    {"chaos --attach --data @closed", 6},
    {"demo -o json", 0, "holds steps took_ms"},
    {"demo -o csv", 0},

    {"session --requests 5 -o json", 0, session},
    {"session --requests 5 -o csv", 0},
    {"session --toy Tux --url @website", 1},
    {"session --clients 0", 2},
    {"session --toy Nonsense", 3},
    {"session --toy Tux --requests 1 --probability 0 --url @failing", 5},
    {"session --toy Tux --url @nobody", 6},
    {"session --toy Tux --url @silent --timeout 200", 7},
    {"session --toy Ball --requests 5 --probability 1 --url @forgetful", 8},
    {"bench --duration 200ms --quiet -o json", 0, bench},
    {"bench --duration 200ms --quiet -o csv", 0},
    {"bench --toy Tux --url @website", 1},
    {"bench --rate 0", 2},
    {"bench --toy Nonsense", 3},
    {"bench --toy Tux --probability 0 --duration 200ms --quiet --url @failing", 5},
    {"bench --toy Tux --url @nobody", 6},
    {"bench --toy Tux --url @silent --timeout 200", 7},
    {"bench --duration 200ms --quiet --max-p99 0.001", 8},
    {"sweep --quick --out /proc/none", 1},
};

/// These can't be parsed, and so nobody knows whether they ask for JSON.
constexpr const char *unparsed[] = {"cache capacity 0", "session --clients 0", "bench --rate 0"};

/// What other tests see: it takes long, or signals.
constexpr const char *elsewhere[] = {
    "chaos 8",    // tst_chaos: aBrokenPromiseIsFoundAndTheEvidenceKept
    "demo 1",     // tst_demo: ctrlCCleansUp
    "demo 8",     // tst_demo: aStepThatFailsEndsIt
    "sweep 0",    // tst_sweep: aQuickOneWritesFiguresPlotsAndAReport; so the two that follow
    "sweep json", //
    "sweep csv",
};

QStringList words(const QByteArray &line)
{
    return QString::fromUtf8(line).split(u' ', Qt::SkipEmptyParts);
}

/// The first words of a line that name its command, as "kill" or "fault set".
QByteArray commandOf(const QByteArray &line)
{
    const QByteArrayList words = line.split(' ');
    const bool isGroup = words.first() == "fault" || words.first() == "cache";
    return isGroup ? words.mid(0, 2).join(' ') : words.first();
}

QByteArray fieldsOf(const QJsonObject &object)
{
    return object.keys().join(u' ').toUtf8();
}

/// The names of commands in a help: what is listed under headings other than of options.
QByteArrayList commandsIn(const QByteArray &help)
{
    static const QRegularExpression heading(QStringLiteral("^[A-Z][A-Za-z ]*:$"));
    static const QRegularExpression entry(QStringLiteral("^  ([a-z]+)  "));
    QByteArrayList names;
    bool isList = false;
    for (const QByteArray &line : help.split('\n')) {
        if (heading.match(QString::fromUtf8(line)).hasMatch())
            isList = line != "Options:" && line != "Positionals:" && line != "Examples:";
        else if (line.isEmpty())
            isList = false;
        if (const auto match = entry.match(QString::fromUtf8(line)); isList && match.hasMatch())
            names.append(match.captured(1).toUtf8());
    }
    return names;
}

/// The cells of a line of CSV.
qsizetype cellsIn(const QByteArray &line)
{
    qsizetype cells = 1;
    bool isQuoted = false;
    for (const char c : line) {
        isQuoted ^= c == '"';
        cells += !isQuoted && c == ',';
    }
    return cells;
}

} // namespace

class TestAnswers : public QObject
{
    Q_OBJECT

private:
    const CliReference m_reference{QStringLiteral(TOYSTORE_DOCS)};
    QTemporaryDir m_directory;
    OperatedStore m_store;
    FakeShop m_failing;
    FakeShop m_website;
    FakeShop m_silent;
    ScriptedServer m_forgetful{politeShop()};
    const FreePort m_nobody;
    QTcpServer m_mute;     // takes connections and says nothing
    QTcpServer m_breaking; // and closes them when it is asked
    QHash<QString, QStringList> m_stand;

    [[nodiscard]] QString path(const char *name) const { return m_directory.filePath(QLatin1String(name)); }

    // The words of a line, with what stands for those that begin with @.
    [[nodiscard]] QStringList stand(const QByteArray &line) const
    {
        QStringList all;
        for (const QString &word : words(line))
            all += word.startsWith(u'@') ? m_stand.value(word) : QStringList{word};
        if (!all.contains(QStringLiteral("--data")))
            all += {QStringLiteral("--data"), m_store.data()};
        return all;
    }

    // A directory that says that a store is open there whose services are all at @p port.
    void pretendStore(const char *name, quint16 port, bool withToken = true)
    {
        QVERIFY(QDir().mkpath(path(name)));
        StoreFile file;
        file.pid = QCoreApplication::applicationPid();
        file.dataDirectory = path(name).toUtf8();
        file.replicas = "8091@127.0.0.1:" + QByteArray::number(port);
        file.supervisorPort = file.httpPort = file.adminPort = file.catalogPort = port;
        QVERIFY(writeBytes(storeFilePath(path(name)), toJson(file)));
        QVERIFY(!withToken || writeBytes(tokenFilePath(path(name)), "0123456789abcdef0123456789abcdef\n"));
    }

    // Order 1, and two logs with it, of which one was tampered with.
    void damageLogs()
    {
        QCOMPARE(m_store.buy().exitCode, 0);
        QByteArray log = bytesOf(m_store.log(8093));
        for (const char *replica : {"damaged/order-8092", "damaged/order-8093"}) {
            QVERIFY(QDir().mkpath(path(replica)));
            QVERIFY(writeBytes(path(replica) + QStringLiteral("/orders.log"), log));
            log.replace("\"quantity\":1", "\"quantity\":2");
        }
    }

    void checkJson(const QByteArray &line, const Outcome &outcome, const QByteArray &fields) const
    {
        const QByteArray command = line.split(' ').first();
        QCOMPARE(outcome.err, QByteArray());
        for (const QByteArray &text : outcome.out.trimmed().split('\n')) {
            const QJsonObject answer = QJsonDocument::fromJson(text).object();
            QVERIFY2(!answer.isEmpty(), outcome.out);
            if (answer.contains(QLatin1String("error"))) {
                const QJsonObject error = answer.value(QLatin1String("error")).toObject();
                QVERIFY2(outcome.exitCode != 0, outcome.out);
                QVERIFY2(fieldsOf(error).startsWith("code") && fieldsOf(error).endsWith("message name"),
                         outcome.out);
                return;
            }
            QCOMPARE(m_reference.undocumentedIn(answer, command).join(' '), QByteArray());
            // Of events some fields depend on the kind.
            if (!fields.isEmpty() && command != "events")
                QCOMPARE(fieldsOf(answer), fields);
        }
    }

    void checkCsv(const QByteArray &line, const Outcome &outcome) const
    {
        const QByteArrayList lines = outcome.out.trimmed().split('\n');
        QCOMPARE(m_reference.undocumentedIn(lines.first(), line.split(' ').first()).join(' '), QByteArray());
        QVERIFY2(lines.size() > 1, outcome.out);
        for (const QByteArray &row : lines)
            QVERIFY2(cellsIn(row) == cellsIn(lines.first()), row);
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("TMPDIR", m_directory.path().toUtf8()); // for the stores that commands open themselves
        const Outcome up = m_store.up({QStringLiteral("--allow-faults")});
        QVERIFY2(up.exitCode == 0, up.all());
        m_failing.answer(500, "{\"error\":{\"code\":500,\"message\":\"no luck\"}}");
        m_website.answer(200, "<html>");
        m_silent.answer(0, {});
        QVERIFY(m_mute.listen(QHostAddress::LocalHost));
        QVERIFY(m_breaking.listen(QHostAddress::LocalHost));
        connect(&m_breaking, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = m_breaking.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, &QTcpSocket::abort);
        });
        pretendStore("gone", m_nobody.number());
        pretendStore("mute", m_mute.serverPort());
        pretendStore("broken", m_breaking.serverPort());
        pretendStore("tokenless", m_mute.serverPort(), false);
        damageLogs();
        for (const char *name : {"closed", "gone", "mute", "broken", "tokenless", "damaged", "other", "late"})
            m_stand.insert(u'@' + QLatin1String(name), {path(name)});
        m_stand.insert(QStringLiteral("@open"), {m_store.data()});
        m_stand.insert(QStringLiteral("@ports"), StorePorts::find().arguments());
        m_stand.insert(QStringLiteral("@free"), StorePorts::find().arguments());
        m_stand.insert(QStringLiteral("@failing"), {m_failing.url()});
        m_stand.insert(QStringLiteral("@website"), {m_website.url()});
        m_stand.insert(QStringLiteral("@silent"), {m_silent.url()});
        m_stand.insert(QStringLiteral("@breaking"),
                       {QStringLiteral("http://127.0.0.1:%1").arg(m_breaking.serverPort())});
        m_stand.insert(QStringLiteral("@nobody"),
                       {QStringLiteral("http://127.0.0.1:%1").arg(m_nobody.number())});
        m_stand.insert(QStringLiteral("@forgetful"),
                       {QStringLiteral("http://127.0.0.1:%1").arg(m_forgetful.serverPort())});
    }

    void cleanupTestCase()
    {
        (void)runToystore(stand("down --data @other"));
        // The one whose opening nobody waited for.
        if (QFileInfo::exists(path("late")))
            QTRY_VERIFY_WITH_TIMEOUT(readStoreFile(path("late")), 20'000);
        (void)runToystore(stand("down --data @late"));
    }

    void answersAreAsDocumented_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(rows)); ++i)
            QTest::newRow(rows[i].line) << i;
    }
    void answersAreAsDocumented()
    {
        QFETCH(int, index);
        const Row &row = rows[index];
        const QByteArray line = row.line;
        for (const QByteArray &before : QByteArray(row.before).split(';'))
            (void)(before.isEmpty() ? Outcome() : runToystore(stand(before)));
        const Outcome outcome = runToystore(stand(line));
        QVERIFY2(outcome.exitCode == row.exitCode, outcome.all());
        if (line.endsWith("-o json"))
            return checkJson(line, outcome, row.fields);
        if (line.endsWith("-o csv"))
            return checkCsv(line, outcome);
        // The others fail. They say what was tried, what came back and what to do next, or they report.
        if (!outcome.err.isEmpty()) {
            QCOMPARE(outcome.out, QByteArray());
            QVERIFY2(outcome.err.trimmed().contains('\n'), outcome.err);
        }
        const Outcome again = runToystore(stand(line) + words("-o json"));
        QCOMPARE(again.exitCode, row.exitCode);
        if (!QByteArrayList(std::begin(unparsed), std::end(unparsed)).contains(line))
            checkJson(line, again, {});
    }

    void whatDoesNotExistIsWrongUsage_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const QByteArray &command : commandsIn(runToystore(words("--help")).out))
            QTest::newRow(command) << command;
    }
    void whatDoesNotExistIsWrongUsage()
    {
        QFETCH(QByteArray, command);
        const Outcome outcome = runToystore(words(command + " --nonsense"));
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(outcome.err.contains("--help"), outcome.err);
    }

    void nothingIsLeftOut()
    {
        QSet<QByteArray> seen(std::begin(elsewhere), std::end(elsewhere));
        for (const Row &row : rows) {
            const QByteArray line = row.line;
            seen.insert(line.split(' ').first() + ' ' + QByteArray::number(row.exitCode));
            for (const char *format : {"json", "csv"}) {
                if (line.endsWith(format) && row.exitCode == 0)
                    seen.insert(commandOf(line) + ' ' + format);
            }
        }
        const QMap<QByteArray, QList<int>> exitCodes = m_reference.exitCodes();
        const QByteArrayList commands = commandsIn(runToystore(words("--help")).out);
        QCOMPARE(commands.size(), exitCodes.size());
        for (const QByteArray &command : commands) {
            for (const int exitCode : QList<int>{0} + exitCodes.value(command))
                QVERIFY2(seen.contains(command + ' ' + QByteArray::number(exitCode)),
                         command + " with exit code " + QByteArray::number(exitCode));
            QByteArrayList parts = commandsIn(runToystore(words(command + " --help")).out);
            for (QByteArray &part : parts)
                part.prepend(command + ' ');
            for (const QByteArray &part : parts.isEmpty() ? QByteArrayList{command} : parts) {
                for (const char *format : {" json", " csv"})
                    QVERIFY2(seen.contains(part + format), part + format);
            }
        }
    }

    // What ends with a code must be documented to.
    void everyExitCodeThatIsSeenIsDocumented()
    {
        const QMap<QByteArray, QList<int>> exitCodes = m_reference.exitCodes();
        for (const Row &row : rows) {
            const QByteArray command = QByteArray(row.line).split(' ').first();
            QVERIFY2(row.exitCode == 0 || row.exitCode == 2 ||
                         exitCodes.value(command).contains(row.exitCode),
                     row.line);
        }
    }
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"
