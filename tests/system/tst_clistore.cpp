// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/storefiles.h"
#include "support/clisuite.h"
#include "support/supervisedstore.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace toystore;

namespace
{

/// From here on pidfd_open() is not permitted, as in some sandboxes. In a child, between fork and exec.
void forbidPidfds()
{
    std::array steps{sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                     sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
                     sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                     sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog filter{static_cast<unsigned short>(steps.size()), steps.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        ::_exit(127);
}

} // namespace

/// The commands that open, watch, command and close a store, whose services are stand-ins.
class TestCliStore : public CliSuite
{
    Q_OBJECT

private Q_SLOTS:
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
        QProcess down;
        down.setProcessEnvironment(m_environment);
        down.setChildProcessModifier(forbidPidfds);
        down.start(QStringLiteral(TOYSTORE_CLI), {QStringLiteral("down")});
        QVERIFY(QTest::qWaitFor([&down] { return down.state() == QProcess::NotRunning; }, 30'000));
        QCOMPARE(down.readAllStandardOutput(), "The store in " + data().toUtf8() + " is closed.\n");
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

QTEST_GUILESS_MAIN(TestCliStore)
#include "tst_clistore.moc"
