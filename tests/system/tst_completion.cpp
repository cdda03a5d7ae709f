// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Completion in the shells themselves; what `toystore complete` offers them is in tst_cli and
// tst_clistore.

#include "support/operatedstore.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace toystore;

namespace
{

struct Row {
    const char *typed;   ///< before Tab is pressed
    const char *zsh;     ///< the line that it becomes
    const char *fish;    ///< what fits the last word, sorted, a space between
    const char *bash;    ///< so, as it is put into the line
    const char *partial; ///< what bash takes for the last word
};

constexpr Row rows[] = {
    {"toystore ben", "toystore bench ", "bench", "bench", "ben"},
    {"toystore fault s", "toystore fault set ", "set", "set", "s"},
    {"toystore kill order-", "toystore kill order-809", "order-8091 order-8092 order-8093",
     "order-8091 order-8092 order-8093", "order-"},
    {"toystore status -o j", "toystore status -o json ", "json", "json", "j"},
    {"toystore bench --cl", "toystore bench --clients ", "--clients", "--clients", "--cl"},
    {"toystore product T", "toystore product Tux ", "Tux", "Tux", "T"},
    {"toystore product Bouncing\\ B", "toystore product Bouncing\\ Ball ", "Bouncing Ball", "Bouncing\\ Ball",
     "Bouncing\\ B"},
    {"toystore product \"Bouncing B", "toystore product \"Bouncing Ball\" ", "Bouncing Ball", "Bouncing Ball",
     "\"Bouncing B"},
    {"toystore product 'Bounc", "toystore product 'Bouncing Ball' ", "Bouncing Ball", "Bouncing Ball",
     "'Bounc"},
    // Where nothing fits there are files.
    {"toystore verify --history /pro", "toystore verify --history /proc/", "/proc/", "", "/pro"},
};

QString text(const char *utf8)
{
    return QString::fromUtf8(utf8);
}

QString shellOrNothing(const char *name)
{
    return QStandardPaths::findExecutable(text(name));
}

} // namespace

class TestCompletion : public QObject
{
    Q_OBJECT

private:
    OperatedStore m_store;

    // What @p program prints.
    static QByteArray printed(const QString &program, const QStringList &arguments)
    {
        QProcess shell;
        shell.start(program, arguments);
        if (!shell.waitForFinished(30'000)) {
            shell.kill();
            shell.waitForFinished();
        }
        return shell.readAllStandardOutput();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const Outcome up = m_store.up({QStringLiteral("--programs"), QStringLiteral(TOYSTORE_STANDINS)});
        QVERIFY2(up.exitCode == 0, up.all());
        qputenv("TOYSTORE_DATA", m_store.data().toUtf8());
        qputenv("PATH", QFileInfo(QStringLiteral(TOYSTORE_CLI)).path().toUtf8() + ':' + qgetenv("PATH"));
    }

    void inBash()
    {
        const QString bash = shellOrNothing("bash");
        if (bash.isEmpty())
            QSKIP("bash is not installed");
        for (const Row &row : rows) {
            const QByteArray before = QByteArray(row.typed).chopped(qsizetype(qstrlen(row.partial)));
            const QByteArray script = "source '" TOYSTORE_COMPLETIONS "/toystore.bash'; COMP_WORDS=(" +
                                      before +
                                      "\"$1\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _toystore toystore; "
                                      "echo \"${COMPREPLY[*]}\"";
            QCOMPARE(printed(bash, {QStringLiteral("-c"), text(script), bash, text(row.partial)}),
                     row.bash + QByteArray("\n"));
        }
    }

    void inZsh()
    {
        const QString zsh = shellOrNothing("zsh");
        if (zsh.isEmpty())
            QSKIP("zsh is not installed (apt-get install zsh)");
        QStringList arguments{QStringLiteral("-f"), QStringLiteral(TOYSTORE_DRIVE_ZSH),
                              QStringLiteral(TOYSTORE_COMPLETIONS)};
        QByteArray expected;
        for (const Row &row : rows) {
            arguments.append(text(row.typed));
            expected += row.zsh + QByteArray("\n");
        }
        QCOMPARE(printed(zsh, arguments), expected);
    }

    void inFish()
    {
        const QString fish = shellOrNothing("fish");
        if (fish.isEmpty())
            QSKIP("fish is not installed (apt-get install fish)");
        for (const Row &row : rows) {
            const QString script =
                QStringLiteral("source '" TOYSTORE_COMPLETIONS "/toystore.fish'; complete -C $argv[1]");
            QByteArrayList offered =
                printed(fish, {QStringLiteral("--no-config"), QStringLiteral("-c"), script, text(row.typed)})
                    .trimmed()
                    .split('\n');
            std::sort(offered.begin(), offered.end());
            QCOMPARE(offered.join(' '), QByteArray(row.fish));
        }
    }
};

QTEST_GUILESS_MAIN(TestCompletion)
#include "tst_completion.moc"
