// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The program as it is started: its options, what it watches by them, its demonstration, and scripts/run,
// which opens it.

#include "cluster/recordedline.h"
#include "dashboard.h"
#include "dialogs/connectdialog.h"
#include "gui/widgetaudit.h"
#include "protocol/storefiles.h"
#include "support/storeundertest.h"
#include "topology/topologyview.h"
#include "window/overview.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>

#include <algorithm>

using namespace toystore;

namespace
{

const QByteArrayList replicas{"order-8093", "order-8092", "order-8091"};

[[nodiscard]] bool write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What a command line is understood to be; nothing: it is refused.
std::optional<AdminOptions> parsed(const QStringList &arguments)
{
    QByteArrayList words{"toystore-admin"};
    for (const QString &argument : arguments)
        words << argument.toUtf8();
    std::vector<const char *> argv;
    for (const QByteArray &word : words)
        argv.push_back(word.constData());
    Settings settings("toystore-admin", "test");
    AdminOptions options;
    if (options.parse(settings, static_cast<int>(argv.size()), argv.data()))
        return {};
    return options;
}

/// The dashboard that a command line opens.
class OpenDashboard
{
public:
    explicit OpenDashboard(const QStringList &arguments)
    {
        const std::optional<AdminOptions> options = parsed(arguments);
        if (!options)
            return;
        Result<std::unique_ptr<Dashboard>> opened = Dashboard::open(*options, monotonicNow());
        if (!opened)
            return;
        m_dashboard = *std::move(opened);
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *window = qobject_cast<MainWindow *>(widget))
                m_window = window;
        }
    }

    [[nodiscard]] bool isOpen() const { return m_window != nullptr && m_window->isVisible(); }
    [[nodiscard]] MainWindow &window() const { return *m_window; }
    [[nodiscard]] CardWidget *card(const QByteArray &service) const
    {
        return m_window->overview()->topology()->card(service);
    }
    [[nodiscard]] QToolButton *button(const QByteArray &service, ServiceAction action) const
    {
        return card(service)->button(action);
    }
    /// By its card.
    [[nodiscard]] bool is(const QByteArray &service, ServiceState state) const
    {
        return card(service) != nullptr && card(service)->card().state == state;
    }
    /// Of the replicas.
    [[nodiscard]] qsizetype count(ServiceState state) const
    {
        return std::count_if(replicas.begin(), replicas.end(),
                             [&](const QByteArray &replica) { return is(replica, state); });
    }
    /// Empty: nobody.
    [[nodiscard]] QByteArray leader() const
    {
        const auto found = std::find_if(replicas.begin(), replicas.end(), [&](const QByteArray &replica) {
            return is(replica, ServiceState::Leader);
        });
        return found == replicas.end() ? QByteArray() : *found;
    }
    [[nodiscard]] bool isWhole() const
    {
        return count(ServiceState::Leader) == 1 && count(ServiceState::Follower) == 2;
    }
    [[nodiscard]] bool says(const QString &text) const
    {
        const QStringList all = textsOf(*m_window);
        return std::any_of(all.begin(), all.end(), [&](const QString &one) { return one.contains(text); });
    }

private:
    std::unique_ptr<Dashboard> m_dashboard;
    MainWindow *m_window = nullptr;
};

QString placeOf(const StoreUnderTest &store)
{
    return QStringLiteral("127.0.0.1:%1").arg(store.supervisorPort());
}

QLineEdit *fieldOf(const QWidget &dialog, const QString &name)
{
    for (QLineEdit *field : dialog.findChildren<QLineEdit *>()) {
        if (field->accessibleName() == name)
            return field;
    }
    return nullptr;
}

QPushButton *buttonOf(const QWidget &dialog, const QString &text)
{
    for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
        if (button->text().remove(u'&') == text)
            return button;
    }
    return nullptr;
}

/// Ports of its own for the store that a dashboard opens, by the environment of 'toystore up'; and the
/// store's end, whatever becomes of the test.
class StoreToOpen
{
public:
    StoreToOpen()
    {
        for (const QString &argument : m_ports.arguments()) {
            const QString name = argument.mid(2).section(u'=', 0, 0).toUpper().replace(u'-', u'_');
            m_names << "TOYSTORE_" + name.toLatin1();
            qputenv(m_names.last().constData(), argument.section(u'=', 1).toLatin1());
        }
    }
    ~StoreToOpen()
    {
        for (const QByteArray &name : std::as_const(m_names))
            qunsetenv(name.constData());
        if (readStoreFile(m_data.path()))
            QProcess::execute(QStringLiteral(TOYSTORE_CLI),
                              {QStringLiteral("down"), QStringLiteral("--data"), m_data.path()});
    }

    [[nodiscard]] QString data() const { return m_data.path(); }
    [[nodiscard]] quint16 supervisorPort() const { return m_ports.supervisor; }
    [[nodiscard]] QStringList arguments() const
    {
        return {QStringLiteral("--data"), data(), QStringLiteral("--supervisor-port"),
                QString::number(m_ports.supervisor)};
    }

private:
    QTemporaryDir m_data;
    const StorePorts m_ports = StorePorts::find();
    QByteArrayList m_names;
};

} // namespace

class TestDashboardProgram : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_directory;

    [[nodiscard]] QString file(const char *name) const { return m_directory.filePath(QLatin1String(name)); }

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setStyle(QStringLiteral("Fusion"));
        QApplication::setQuitOnLastWindowClosed(false);
        qputenv("XDG_CONFIG_HOME", m_directory.path().toUtf8());
        qputenv("PATH", QFileInfo(QStringLiteral(TOYSTORE_CLI)).path().toUtf8() + ':' + qgetenv("PATH"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_directory.path());
        QVERIFY(write(file("token"), "secret\n"));
        QVERIFY(write(file("empty"), " \n"));
        QVERIFY(write(file("no-recording"), "hello\n"));
    }

    void optionsAreUnderstood()
    {
        const std::optional<AdminOptions> plain = parsed({});
        QVERIFY(plain);
        QVERIFY(!plain->supervisor && !plain->isReadOnly && !plain->isDemo && !plain->isPresenter);
        QVERIFY(!plain->isDark && plain->replayFile.isEmpty() && plain->recordFile.isEmpty());
        QCOMPARE(plain->dataDirectory, defaultDataDirectory());

        const std::optional<AdminOptions> elsewhere =
            parsed({QStringLiteral("--supervisor"), QStringLiteral("store.example:8083"),
                    QStringLiteral("--token-file"), file("token"), QStringLiteral("--record"),
                    QStringLiteral("talk.jsonl"), QStringLiteral("--presenter"), QStringLiteral("--dark")});
        QVERIFY(elsewhere);
        QCOMPARE(*elsewhere->supervisor, (Endpoint{QStringLiteral("store.example"), 8083}));
        QCOMPARE(elsewhere->token, "secret"); // without the line's end
        QCOMPARE(elsewhere->recordFile, QStringLiteral("talk.jsonl"));
        QVERIFY(elsewhere->isDark == true);
        QVERIFY(elsewhere->isPresenter);

        const std::optional<AdminOptions> here =
            parsed({QStringLiteral("--data"), QStringLiteral("here/../there"), QStringLiteral("--demo"),
                    QStringLiteral("--supervisor-port"), QStringLiteral("18083"), QStringLiteral("--light")});
        QVERIFY(here);
        QCOMPARE(here->dataDirectory, QDir::currentPath() + QStringLiteral("/there"));
        QVERIFY(here->isDemo);
        QVERIFY(here->isDark == false);
        QCOMPARE(here->launcherArguments(),
                 (QStringList{QStringLiteral("--data"), here->dataDirectory,
                              QStringLiteral("--supervisor-port"), QStringLiteral("18083")}));

        const std::optional<AdminOptions> recorded =
            parsed({QStringLiteral("--replay"), QStringLiteral("talk.jsonl"),
                    QStringLiteral("--replay-speed"), QStringLiteral("4"), QStringLiteral("--read-only")});
        QVERIFY(recorded);
        QCOMPARE(recorded->replayFile, QStringLiteral("talk.jsonl"));
        QCOMPARE(recorded->replaySpeed, 4.0);
        QVERIFY(recorded->isReadOnly);
    }

    void whatMakesNoSenseIsRefused_data()
    {
        QTest::addColumn<QByteArrayList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("complaint");
        const QByteArray here = m_directory.path().toUtf8() + '/';
        QTest::newRow("an unknown option")
            << QByteArrayList{"--no-such-option"} << 2 << QByteArray("--no-such");
        QTest::newRow("no place") << QByteArrayList{"--supervisor", "nowhere"} << 2
                                  << QByteArray("--supervisor: 'nowhere' is no place");
        QTest::newRow("no token file")
            << QByteArrayList{"--supervisor", "localhost:8083", "--token-file", here + "none"} << 2
            << QByteArray("--token-file: there is no token in ");
        QTest::newRow("an empty token")
            << QByteArrayList{"--supervisor", "localhost:8083", "--token-file", here + "empty"} << 2
            << QByteArray("--token-file: there is no token in ");
        QTest::newRow("a token for nobody")
            << QByteArrayList{"--token-file", here + "token"} << 2 << QByteArray("is for --supervisor");
        QTest::newRow("dark and light")
            << QByteArrayList{"--dark", "--light"} << 2 << QByteArray("exclude each other");
        QTest::newRow("a recording of a store elsewhere")
            << QByteArrayList{"--replay", here + "no-recording", "--supervisor", "localhost:8083"} << 2
            << QByteArray("--replay and --supervisor exclude each other");
        QTest::newRow("a recording that is broken step by step")
            << QByteArrayList{"--replay", here + "no-recording", "--demo"} << 2
            << QByteArray("--replay and --demo exclude each other");
        QTest::newRow("a demonstration that only looks")
            << QByteArrayList{"--demo", "--read-only"} << 2
            << QByteArray("--read-only and --demo exclude each other");
        QTest::newRow("a speed of nothing")
            << QByteArrayList{"--replay", here + "no-recording", "--replay-speed", "0"} << 2
            << QByteArray("replay-speed");
        QTest::newRow("a recording that is not there")
            << QByteArrayList{"--replay", here + "none"} << 1 << QByteArray("can't read " + here + "none");
        QTest::newRow("no recording")
            << QByteArrayList{"--replay", here + "no-recording"} << 1 << QByteArray("no-recording, line 1: ");
        QTest::newRow("recorded over another file") << QByteArrayList{"--record", here + "token"} << 1
                                                    << QByteArray("can't record to " + here + "token");
    }
    void whatMakesNoSenseIsRefused()
    {
        QFETCH(QByteArrayList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, complaint);
        QStringList words;
        for (const QByteArray &argument : arguments)
            words << QString::fromUtf8(argument);
        QProcess program;

        program.start(QStringLiteral(TOYSTORE_ADMIN), words);

        QVERIFY(program.waitForFinished(20'000));
        const QByteArray said = program.readAllStandardError();
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), exitCode);
        QVERIFY2(said.contains(complaint), said.constData());
        QCOMPARE(contentOf(file("token")), "secret\n");
    }

    void aStoreElsewhereIsWatchedAsItsTokenAllows_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<bool>("mayAct");
        QTest::addColumn<QString>("why");
        QTest::newRow("the right token") << QByteArray("right") << true << QString();
        QTest::newRow("no token") << QByteArray() << false << QStringLiteral("only looks");
        QTest::newRow("a wrong token") << QByteArray("wrong") << false << QStringLiteral("refuses");
    }
    void aStoreElsewhereIsWatchedAsItsTokenAllows()
    {
        QFETCH(QByteArray, token);
        QFETCH(bool, mayAct);
        QFETCH(QString, why);
        StoreUnderTest store;
        QVERIFY(store.open());
        QStringList arguments{QStringLiteral("--supervisor"), placeOf(store)};
        if (token == "right")
            arguments << QStringLiteral("--token-file") << store.path(QStringLiteral("token"));
        else if (token == "wrong")
            arguments << QStringLiteral("--token-file") << file("token");

        const OpenDashboard shown(arguments);

        QVERIFY(shown.isOpen());
        QTRY_VERIFY(shown.isWhole());
        const QToolButton *kill = shown.button("order-8093", ServiceAction::Kill);
        QTRY_COMPARE(kill->isEnabled(), mayAct);
        QTRY_VERIFY2(kill->toolTip().contains(why), qPrintable(kill->toolTip()));
    }

    void aRefusedTokenIsEnteredAnew()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        const OpenDashboard shown(
            {QStringLiteral("--supervisor"), placeOf(store), QStringLiteral("--token-file"), file("token")});
        QVERIFY(shown.isOpen());
        const auto *banner = shown.window().findChild<QWidget *>(QStringLiteral("banner"));
        QTRY_VERIFY(banner->isVisible());

        QTest::mouseClick(buttonOf(*banner, QStringLiteral("Enter token…")), Qt::LeftButton);

        const auto *dialog = shown.window().findChild<ConnectDialog *>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QCOMPARE(fieldOf(*dialog, QStringLiteral("Supervisor of the store"))->text(), placeOf(store));
        QLineEdit *token = fieldOf(*dialog, QStringLiteral("Token"));
        QCOMPARE(dialog->focusWidget(), token);
        QCOMPARE(token->echoMode(), QLineEdit::Password);
        QTest::keyClicks(token, QString::fromUtf8(store.token()));
        QTest::mouseClick(buttonOf(*dialog, QStringLiteral("Connect")), Qt::LeftButton);
        QTRY_VERIFY(shown.isWhole() && shown.button("order-8093", ServiceAction::Kill)->isEnabled());
        QTRY_VERIFY(!banner->isVisible());
    }

    void theConnectDialogSaysWhatIsWrong()
    {
        ConnectDialog dialog(QStringLiteral("/srv/toystore"));
        dialog.show();
        QString directory;
        std::optional<Endpoint> place;
        connect(&dialog, &ConnectDialog::directoryChosen, this,
                [&](const QString &chosen) { directory = chosen; });
        connect(&dialog, &ConnectDialog::placeChosen, this,
                [&](const Endpoint &supervisor, const QByteArray &) { place = supervisor; });
        const QPushButton *ok = buttonOf(dialog, QStringLiteral("Connect"));
        QVERIFY(ok->isEnabled());
        fieldOf(dialog, QStringLiteral("Data directory of the store"))->clear();
        QVERIFY(!ok->isEnabled());
        QVERIFY(textsOf(dialog).contains(QStringLiteral("Name a directory.")));

        dialog.proposePlace(QStringLiteral("nowhere"));

        QVERIFY(!ok->isEnabled());
        QVERIFY(textsOf(dialog).join(u' ').contains(QStringLiteral("'nowhere' is no place")));
        fieldOf(dialog, QStringLiteral("Supervisor of the store"))->setText(QStringLiteral("localhost:8083"));
        QVERIFY(ok->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Return); // the default
        QVERIFY((place == Endpoint{QStringLiteral("localhost"), 8083}));
        QVERIFY(!dialog.isVisible());
        QCOMPARE(directory, QString());
    }

    void whoOnlyLooksHasNoButtons()
    {
        StoreUnderTest store;
        QVERIFY(store.open());

        const OpenDashboard shown(
            {QStringLiteral("--data"), store.path(QString()), QStringLiteral("--read-only")});

        QVERIFY(shown.isOpen());
        QTRY_VERIFY(shown.isWhole());
        for (const ServiceAction action : serviceActions)
            QVERIFY(!shown.button("order-8093", action)->isVisible());
        QVERIFY(!shown.window().commands()[Command::StopStore]->isVisible());
    }

    void whatWasRecordedIsReplayedAndStaysAsItWas()
    {
        const QString path = file("lecture.jsonl");
        {
            StoreUnderTest store;
            QVERIFY(store.open());
            const OpenDashboard shown(
                {QStringLiteral("--data"), store.path(QString()), QStringLiteral("--record"), path});
            QVERIFY(shown.isOpen());
            QTRY_VERIFY(shown.isWhole());
            QTest::mouseClick(shown.button("order-8093", ServiceAction::Kill), Qt::LeftButton);
            QTRY_VERIFY(shown.is("order-8093", ServiceState::Down) && !shown.leader().isEmpty());
        }

        const OpenDashboard replay({QStringLiteral("--replay"), path, QStringLiteral("--replay-speed"),
                                    QStringLiteral("20"), QStringLiteral("--dark")});

        QVERIFY(replay.isOpen());
        QTRY_VERIFY(replay.is("order-8093", ServiceState::Down));
        QTRY_VERIFY(replay.says(QStringLiteral("The recording is over")));
        QVERIFY(replay.says(QStringLiteral("RECORDING")) && !replay.says(QStringLiteral("LIVE")));
        QCOMPARE(replay.leader(), "order-8092");
        QVERIFY(!replay.button("order-8093", ServiceAction::Start)->isVisible());
        QVERIFY(!replay.window().commands()[Command::Connect]->isEnabled());
        QCOMPARE(QApplication::palette().color(QPalette::Window), Colours::dark().window);
    }

    void theDemonstrationGoesThroughAllItsSteps()
    {
        const StoreToOpen store;
        // Left by a supervisor that was killed, and whose pid is another process's by now.
        StoreFile leftOver;
        leftOver.pid = QCoreApplication::applicationPid();
        leftOver.supervisorPort = store.supervisorPort();
        QVERIFY(write(storeFilePath(store.data()), lineOf(leftOver)));
        const OpenDashboard shown(QStringList{QStringLiteral("--demo")} + store.arguments());
        QVERIFY(shown.isOpen());
        QTRY_VERIFY_WITH_TIMEOUT(shown.isWhole(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(shown.card("order-8093")->card().lastOrder.value_or(0) > 10, 20'000);
        const QAction *next = shown.window().commands()[Command::NextStep];
        const auto advance = [&] {
            QTRY_VERIFY(next->isEnabled());
            QTest::keyClick(&shown.window(), Qt::Key_PageDown);
        };
        const QByteArray first = shown.leader();

        advance(); // the leader is killed
        QTRY_VERIFY(shown.is(first, ServiceState::Down));
        QTRY_VERIFY(!shown.leader().isEmpty());
        advance(); // it is started again
        QTRY_VERIFY_WITH_TIMEOUT(shown.isWhole(), 20'000);
        const QByteArray second = shown.leader();
        QVERIFY(second != first);
        advance(); // the leader is paused
        QTRY_VERIFY(shown.is(second, ServiceState::NotAnswering));
        QTRY_VERIFY(!shown.leader().isEmpty());
        advance(); // it is resumed
        QTRY_VERIFY_WITH_TIMEOUT(shown.isWhole(), 20'000);
        QVERIFY(shown.says(QStringLiteral("clients noticed: 0")));
        advance(); // all are killed
        QTRY_COMPARE(shown.count(ServiceState::Down), 3);
        advance(); // all are started
        QTRY_VERIFY_WITH_TIMEOUT(shown.isWhole(), 20'000);
        advance(); // the end
        QTRY_VERIFY(!next->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(shown.says(QStringLiteral("logs identical to #")), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(shown.says(QStringLiteral("stock conserved")), 20'000);
        endTheStoreOf(shown);
        QVERIFY(!readStoreFile(store.data()));
        QVERIFY(!ask(store.supervisorPort(), Processes(), Milliseconds(500)));
    }

    void theScriptOpensItWhereThereIsADisplay_data()
    {
        QTest::addColumn<QString>("display");
        QTest::addColumn<QByteArray>("asked");
        QTest::newRow("X") << QStringLiteral("DISPLAY")
                           << QByteArray("--data there --supervisor-port 18083\n");
        QTest::newRow("Wayland") << QStringLiteral("WAYLAND_DISPLAY")
                                 << QByteArray("--data there --supervisor-port 18083\n");
        QTest::newRow("none") << QStringLiteral("NO_DISPLAY") << QByteArray();
    }
    // Beside a stand-in for the script that installs and builds, and programs that write down how they were
    // run.
    void theScriptOpensItWhereThereIsADisplay()
    {
        QFETCH(QString, display);
        QFETCH(QByteArray, asked);
        const QTemporaryDir root;
        const auto place = [&root](const char *name) { return root.filePath(QLatin1String(name)); };
        QVERIFY(QDir().mkpath(place("scripts")) && QDir().mkpath(place("build/bin")));
        QVERIFY(QFile::copy(QStringLiteral(TOYSTORE_RUN_SCRIPT), place("scripts/run")));
        QVERIFY(write(place("scripts/setup"), "toystore_root='" + root.path().toUtf8() +
                                                  "'\ninstall_packages() { :; }\nbuild_programs() { :; }\n"));
        for (const char *program : {"build/bin/toystore", "build/bin/toystore-admin"}) {
            QVERIFY(write(place(program), "#!/bin/sh\necho \"$@\" >\"$0.said\"\n"));
            QVERIFY(QFile::setPermissions(place(program), QFile::ReadOwner | QFile::ExeOwner));
        }
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove(QStringLiteral("DISPLAY"));
        environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
        environment.insert(display, QStringLiteral(":7"));
        QProcess script;
        script.setProcessEnvironment(environment);

        script.start(QStringLiteral("bash"),
                     {place("scripts/run"), QStringLiteral("--data"), QStringLiteral("there"),
                      QStringLiteral("--supervisor-port"), QStringLiteral("18083"), QStringLiteral("--stock"),
                      QStringLiteral("7")});

        QVERIFY(script.waitForFinished(20'000));
        QVERIFY2(script.exitCode() == 0, script.readAllStandardError().constData());
        QCOMPARE(contentOf(place("build/bin/toystore.said")),
                 "up --foreground --data there --supervisor-port 18083 --stock 7\n");
        QTRY_COMPARE(contentOf(place("build/bin/toystore-admin.said")), asked);
    }

private:
    /// Closes the window, and answers its question so that the store ends, too.
    static void endTheStoreOf(const OpenDashboard &shown)
    {
        shown.window().commands()[Command::Quit]->trigger();
        const auto *question = shown.window().findChild<QMessageBox *>(QStringLiteral("closing"));
        QVERIFY(question != nullptr);
        buttonOf(*question, QStringLiteral("Stop the store"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(!shown.window().isVisible(), 30'000);
    }
};

QTEST_MAIN(TestDashboardProgram)
#include "tst_dashboardprogram.moc"
