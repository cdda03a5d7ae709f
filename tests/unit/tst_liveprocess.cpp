// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/liveprocess.h"

#include <QTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace toystore;

/// Who is alive, as the kernel tells it.
class TestLiveProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aProcessLivesUntilItEnds()
    {
        const pid_t child = ::fork();
        if (child == 0) {
            ::pause();
            ::_exit(0);
        }
        QVERIFY(isAlive(::getpid()));
        QVERIFY(isAlive(child));

        ::kill(child, SIGSTOP);
        QTRY_COMPARE(processState(child), 'T');
        QVERIFY(isAlive(child));

        ::kill(child, SIGKILL);
        QTRY_COMPARE(processState(child), 'Z');
        QVERIFY(!isAlive(child)); // though nobody has reaped it
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        QCOMPARE(processState(child), '\0');
        QVERIFY(!isAlive(child));
    }

    void thereIsNoProcessZero()
    {
        QVERIFY(!isAlive(0));
        QVERIFY(!isAlive(-1));
        QVERIFY(isAlive(1)); // root's
    }
};

QTEST_GUILESS_MAIN(TestLiveProcess)
#include "tst_liveprocess.moc"
