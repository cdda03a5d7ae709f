// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/storefiles.h"
#include "support/supervisedstore.h"

#include <QTcpServer>
#include <QTest>

#include <csignal>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace toystore;

namespace
{

const QByteArrayList services = {"catalog", "order-8091", "order-8092", "order-8093", "frontend"};

// The names of @p lines in the order in which they begin the lines of @p text (after spaces).
QByteArrayList namesIn(const QByteArray &text)
{
    QByteArrayList names;
    for (const QByteArray &line : text.split('\n')) {
        const QByteArray first = line.trimmed().split(' ').first();
        if (services.contains(first))
            names.append(first);
    }
    return names;
}

bool isBefore(const QByteArrayList &list, const QByteArray &first, const QByteArray &second)
{
    return list.contains(first) && list.indexOf(first) < list.indexOf(second);
}

// Says READY=1 at the notification socket that process @p pid was given, as an impostor would.
bool sayReadyFor(qint64 pid)
{
    QFile environment(QStringLiteral("/proc/%1/environ").arg(pid));
    if (!environment.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray &variable : environment.readAll().split('\0')) {
        if (!variable.startsWith("NOTIFY_SOCKET=@"))
            continue;
        const QByteArray name = variable.mid(variable.indexOf('@') + 1);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path + 1, name.constData(), static_cast<size_t>(name.size()));
        const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const auto length =
            static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1) + static_cast<socklen_t>(name.size());
        const ssize_t sent =
            ::sendto(socket, "READY=1", 7, 0, reinterpret_cast<sockaddr *>(&address), length);
        ::close(socket);
        return sent == 7;
    }
    return false;
}

} // namespace

class TestSupervisor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servicesStartAndEndInOrder()
    {
        SupervisedStore store;
        store.start();
        QVERIFY2(store.isOpen(), store.out() + store.err());
        const QByteArrayList started = namesIn(store.journal().join('\n'));
        QCOMPARE(started.size(), 5);
        QCOMPARE(started.first(), QByteArray("catalog"));
        QCOMPARE(started.last(), QByteArray("frontend"));
        for (const QByteArray &service : services)
            QCOMPARE(store.view(service).state, QByteArray("ready"));

        ::kill(static_cast<pid_t>(store.supervisorPid()), SIGINT);
        QCOMPARE(store.exitCode(), 0);
        const QByteArray out = store.out();
        const QByteArrayList ended = namesIn(out.mid(out.indexOf("Closing")));
        QCOMPARE(ended.size(), 5);
        QCOMPARE(ended.first(), QByteArray("frontend"));
        QCOMPARE(ended.last(), QByteArray("catalog"));
        QVERIFY(!QFile::exists(storeFilePath(store.dataDirectory())));
        QVERIFY(!QFile::exists(tokenFilePath(store.dataDirectory())));
    }

    void itTellsWhereToShop()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        const QByteArray shop = "http://127.0.0.1:" + QByteArray::number(store.ports().http);
        const QByteArray out = store.out();
        QVERIFY2(out.contains("  curl " + shop + "/products/Tux\n"), out);
        for (const QByteArray &service : services)
            QVERIFY2(out.contains("pid " + QByteArray::number(store.view(service).pid)), out);
        QCOMPARE(namesIn(out).size(), 5);
    }

    void theStoreIsReadyWithinASecond()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        qint64 began = 0;
        qint64 open = 0;
        const QList<EventFields> events = store.events();
        for (const EventFields &event : events) {
            began = event.kind == "store_opening" ? event.atMs : began;
            open = event.kind == "store_open" ? event.atMs : open;
        }
        QVERIFY(began > 0 && open >= began);
        QVERIFY2(open - began < 1000, QByteArray::number(open - began));
    }

    void commandsDoWhatTheySay()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        const qint64 first = store.view("order-8091").pid;

        QCOMPARE(store.command<PauseService>("order-8091")->state, QByteArray("paused"));
        QCOMPARE(processState(first), 'T');
        QCOMPARE(store.command<ResumeService>("8091")->state, QByteArray("ready"));
        QVERIFY(processState(first) != 'T');

        const Result<ProcessView> killed = store.command<KillService>("order-8091");
        QCOMPARE(killed->state, QByteArray("killed"));
        QCOMPARE(killed->reason, QByteArray("SIGKILL"));
        QVERIFY(!isAlive(first));

        const Result<ProcessView> again = store.command<StartService>("order-8091");
        QCOMPARE(again->state, QByteArray("ready"));
        QCOMPARE(again->restarts, 1);
        QVERIFY(again->pid != first && isAlive(again->pid));

        const Result<ProcessView> restarted = store.command<RestartService>("order-8091");
        QCOMPARE(restarted->state, QByteArray("ready"));
        QVERIFY(restarted->pid != again->pid && !isAlive(again->pid));

        QCOMPARE(store.command<PauseService>("order-8091")->state, QByteArray("paused"));
        const Result<ProcessView> stopped = store.command<StopService>("order-8091");
        QCOMPARE(stopped->state, QByteArray("stopped"));
        QCOMPARE(stopped->reason, QByteArray("SIGTERM")); // which a paused one hears only once it goes on
        QVERIFY(!isAlive(restarted->pid));
    }

    void theLeaderIsFound()
    {
        SupervisedStore store; // whose stand-ins say that 8093 leads
        store.start();
        QVERIFY(store.isOpen());

        QCOMPARE(store.command<PauseService>("leader")->service, QByteArray("order-8093"));
        // A paused frontend does not answer: the catalog is asked.
        QVERIFY(store.command<PauseService>("frontend"));
        QCOMPARE(store.command<ResumeService>("leader")->service, QByteArray("order-8093"));
        // Neither answers: that is an error, not a wait.
        QVERIFY(store.command<KillService>("catalog"));
        const Result<ProcessView> nobody = store.command<KillService>("leader");
        QCOMPARE(nobody.error().code, ErrorCode::WrongState);
        QCOMPARE(store.view("order-8093").state, QByteArray("ready"));
    }

    void aCommandInTheWrongStateNamesTheState()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        QVERIFY(store.command<KillService>("order-8092"));

        for (const Result<ProcessView> &refused :
             {store.command<PauseService>("order-8092"), store.command<StopService>("order-8092"),
              store.command<ResumeService>("order-8092"), store.command<KillService>("order-8092")}) {
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::WrongState);
            QVERIFY2(refused.error().message.startsWith("order-8092 is killed"), refused.error().message);
        }
        const Result<ProcessView> twice = store.command<StartService>("order-8091");
        QVERIFY2(!twice && twice.error().message.startsWith("order-8091 is ready"), "started twice");
        const Result<ProcessView> nobody = store.command<KillService>("order-9");
        QCOMPARE(nobody.error().code, ErrorCode::UnknownService);
    }

    void commandsWantTheToken()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        const QString path = tokenFilePath(store.dataDirectory());
        QCOMPARE(QFile::permissions(path) &
                     (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
        QCOMPARE(store.token().size(), 32);

        QByteArray almost = store.token();
        almost.back() = almost.back() == '0' ? '1' : '0';
        for (const QByteArray &wrong : {QByteArray(), almost, almost.left(31)}) {
            KillService kill;
            kill.service = "catalog";
            kill.token = wrong;
            const Result<ProcessView> refused = store.call(kill);
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        }
        QCOMPARE(store.view("catalog").state, QByteArray("ready"));
    }

    void theStoreIsClosedOnRequest()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        const Result<ProcessView> closed = store.command<StopService>("store");
        QVERIFY(closed);
        QCOMPARE(closed->state, QByteArray("stopped"));
        QCOMPARE(store.exitCode(), 0);
    }

    void childrenDieWithTheSupervisorAndStaleFilesAreReplaced()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        QList<qint64> pids;
        for (const QByteArray &service : services)
            pids.append(store.view(service).pid);
        const QByteArray oldToken = store.token();

        ::kill(static_cast<pid_t>(store.supervisorPid()), SIGKILL);
        QCOMPARE(store.exitCode(), 128 + SIGKILL);
        for (const qint64 pid : pids)
            QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), 2000);
        QVERIFY(QFile::exists(storeFilePath(store.dataDirectory())));

        store.start();
        QVERIFY2(store.isOpen(), store.out() + store.err());
        QVERIFY(store.token() != oldToken);
        QCOMPARE(readStoreFile(store.dataDirectory())->pid, store.supervisorPid());
        QVERIFY(store.command<KillService>("order-8091"));
    }

    void aSecondStoreOnTheDirectoryIsRefusedByName()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        QProcess second;
        second.start(QStringLiteral(TOYSTORE_SUPERVISOR), {QStringLiteral("--data"), store.dataDirectory()});
        QVERIFY(second.waitForFinished(10'000));
        QCOMPARE(second.exitCode(), 1);
        const QByteArray said = second.readAllStandardError();
        const QByteArray directory = store.dataDirectory().toUtf8();
        QVERIFY2(said.contains("the store in " + directory + " is already open, pid " +
                               QByteArray::number(store.supervisorPid()) +
                               "; close it with 'toystore down --data " + directory + "'"),
                 said);
        QCOMPARE(store.view("catalog").state, QByteArray("ready"));
        QVERIFY(!store.token().isEmpty());
    }

    void aPortInUseIsNamed()
    {
        SupervisedStore store;
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, store.ports().replicas[1]));
        store.start();
        QCOMPARE(store.exitCode(), 1);
        const QByteArray said = store.err();
        QVERIFY2(
            said.contains("port " + QByteArray::number(other.serverPort()) + " for order-8092 is in use"),
            said);
        QVERIFY2(said.contains("--replicas"), said);
        QVERIFY(store.journal().isEmpty());
    }

    void aPortWantedTwiceIsNamed()
    {
        StorePorts ports = StorePorts::find();
        ports.admin = ports.catalog;
        SupervisedStore store(ports);
        store.start();
        QCOMPARE(store.exitCode(), 1);
        QVERIFY2(store.err().contains("is wanted by the catalog and by the frontend's admin port"),
                 store.err());
    }

    void aReplicaThatNeverGetsReadyDoesNotKeepTheStoreClosed()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--ready-within=500")}, {{"order-8092", "never-ready"}});
        QVERIFY(store.isOpen());
        const ProcessView late = store.view("order-8092");
        QCOMPARE(late.state, QByteArray("failed"));
        QCOMPARE(late.pid, 0);
        QVERIFY2(late.reason.contains("was not ready within 500 ms: it waits for the moon"), late.reason);
        QCOMPARE(store.view("frontend").state, QByteArray("ready"));
    }

    void aReplicaThatComesNearerIsWaitedFor()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--ready-within=500")}, {{"order-8092", "slow"}});
        QVERIFY(store.isOpen());
        QCOMPARE(store.view("order-8092").state, QByteArray("ready"));
    }

    void onlyTheServiceItselfCanSayThatItIsReady()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--ready-within=1000")}, {{"order-8092", "never-ready"}});
        qint64 pid = 0;
        QTRY_VERIFY((pid = store.view("order-8092").pid) > 0 && processState(pid) == 'S');
        QVERIFY(sayReadyFor(pid));
        QVERIFY(store.isOpen());
        QCOMPARE(store.view("order-8092").state, QByteArray("failed"));
    }

    void aServiceThatEndsAtOnceIsReportedWithItsLog()
    {
        SupervisedStore store;
        store.start({}, {{"order-8091", "exit"}});
        QVERIFY(store.isOpen());
        const ProcessView broken = store.view("order-8091");
        QCOMPARE(broken.state, QByteArray("failed"));
        QVERIFY2(broken.reason.contains("exit code 1"), broken.reason);
        QVERIFY2(broken.reason.contains("line 7 of orders.log is damaged"), broken.reason);
        QVERIFY2(store.out().contains("line 7 of orders.log is damaged"), store.out());
    }

    void withoutACatalogTheStoreDoesNotOpen()
    {
        SupervisedStore store;
        store.start({}, {{"catalog", "exit"}});
        QCOMPARE(store.exitCode(), 1);
        QVERIFY2(store.out().contains("can't be opened: catalog"), store.out());
        QCOMPARE(namesIn(store.journal().join('\n')), QByteArrayList{"catalog"});
        QVERIFY(!QFile::exists(storeFilePath(store.dataDirectory())));
    }

    void aServiceThatIgnoresSigtermIsKilledAfterItsTime()
    {
        SupervisedStore store;
        store.start({}, {{"order-8092", "deaf"}});
        QVERIFY(store.isOpen());
        const Result<ProcessView> stopped = store.command<StopService>("order-8092");
        QVERIFY(stopped);
        QCOMPARE(stopped->state, QByteArray("stopped"));
        QVERIFY2(stopped->reason.contains("within 5 s"), stopped->reason);
    }

    void onlyTheFirstStartOfTheCatalogOpensTheStore()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--stock=7")});
        QVERIFY(store.isOpen());
        QVERIFY(store.command<RestartService>("catalog"));
        QVERIFY(store.command<KillService>("catalog"));
        QVERIFY(store.command<StartService>("catalog"));
        QByteArrayList starts = store.journal();
        starts.removeIf([](const QByteArray &line) { return !line.startsWith("catalog "); });
        QCOMPARE(starts.size(), 3);
        QVERIFY(starts[0].contains("--stock 7") && !starts[0].contains("--resume"));
        QVERIFY(starts[1].contains("--resume"));
        QVERIFY(starts[2].contains("--resume"));
    }

    void whatIsWishedOfAReplicaCountsForOneStart()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--repair=order-8091"), QStringLiteral("--rebuild-from-available")});
        QVERIFY(store.isOpen());
        QVERIFY(store.command<RestartService>("order-8091"));
        RestartService request;
        request.service = "order-8091";
        request.token = store.token();
        request.repair = true;
        QVERIFY(store.call(request));
        request.repair.reset();
        request.rebuildFromAvailable = true;
        QVERIFY(store.call(request));
        QVERIFY(store.command<RestartService>("order-8091"));

        QList<QByteArrayList> wishes;
        for (const QByteArray &line : store.journal()) {
            if (!line.startsWith("order-8091 "))
                continue;
            QByteArrayList words = line.split(' ');
            words.removeIf(
                [](const QByteArray &word) { return word != "--repair" && !word.startsWith("--rebuild"); });
            wishes.append(words);
        }
        QCOMPARE(wishes, (QList<QByteArrayList>{{"--repair", "--rebuild-from-available"},
                                                {},
                                                {"--repair"},
                                                {"--rebuild-from-available"},
                                                {}}));

        request.service = "catalog";
        const qint64 pid = store.view("catalog").pid;
        const Result<ProcessView> refused = store.call(request);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidField);
        QCOMPARE(store.view("catalog").pid, pid); // and it runs on
    }

    void aServiceThatCannotWriteItsLogSaysWhyAllTheSame()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--show-logs")}, {{"order-8091", "exit"}});
        QVERIFY(store.isOpen());
        const ProcessView broken = store.view("order-8091");
        QVERIFY2(broken.reason.contains("the disk is on fire"), broken.reason);
    }

    void whatEndedStaysDown()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        QVERIFY(store.command<KillService>("order-8091"));
        ::kill(static_cast<pid_t>(store.view("order-8092").pid), SIGABRT);
        QTRY_COMPARE(store.view("order-8092").state, QByteArray("failed"));
        QVERIFY2(store.view("order-8092").reason.startsWith("crashed with SIGABRT"), "reason");
        // Watched for longer than the first back-off of the other policy.
        const Instant until = monotonicNow() + Milliseconds(300);
        while (monotonicNow() < until) {
            QCOMPARE(store.view("order-8091").state, QByteArray("killed"));
            QCOMPARE(store.view("order-8092").state, QByteArray("failed"));
        }
    }

    void onFailureRestartsWhatCrashedOrWasKilledAndNotWhatWasStopped()
    {
        SupervisedStore store;
        store.start({QStringLiteral("--restart=on-failure")});
        QVERIFY(store.isOpen());
        QVERIFY(store.command<StopService>("order-8091"));
        ::kill(static_cast<pid_t>(store.view("order-8092").pid), SIGABRT);
        QTRY_COMPARE(store.view("order-8092").restarts, 1);
        QTRY_COMPARE(store.view("order-8092").state, QByteArray("ready"));
        QVERIFY(store.command<KillService>("order-8093"));
        QTRY_COMPARE(store.view("order-8093").restarts, 1);
        QTRY_COMPARE(store.view("order-8093").state, QByteArray("ready"));
        // By now its back-off would be over too.
        QCOMPARE(store.view("order-8091").state, QByteArray("stopped"));
        // What waits for its restart can be told to stay down.
        QVERIFY(store.command<KillService>("order-8093"));
        QCOMPARE(store.command<StopService>("order-8093")->state, QByteArray("stopped"));
    }

    void eventsTellTheStory()
    {
        SupervisedStore store;
        store.start();
        QVERIFY(store.isOpen());
        QVERIFY(store.command<KillService>("order-8093"));
        QVERIFY(store.command<PauseService>("order-8092"));
        QVERIFY(store.command<ResumeService>("order-8092"));
        QByteArrayList kinds;
        const QList<EventFields> events = store.events();
        for (const EventFields &event : events)
            kinds.append(event.kind);
        QCOMPARE(kinds.first(), QByteArray("store_opening"));
        QVERIFY(isBefore(kinds, "service_started", "service_ready"));
        QVERIFY(isBefore(kinds, "service_ready", "store_open"));
        QCOMPARE(kinds.mid(kinds.size() - 3),
                 (QByteArrayList{"service_killed", "service_paused", "service_resumed"}));
    }
};

QTEST_GUILESS_MAIN(TestSupervisor)
#include "tst_supervisor.moc"
