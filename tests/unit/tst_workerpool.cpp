// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/workerpool.h"

#include <QTest>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

using namespace toystore;

namespace
{

/// The order in which jobs ran, and where.
struct Seen {
    std::mutex mutex;
    std::vector<int> jobs;
    std::map<QThread *, int> threads; // how many jobs each has run

    void note(int job)
    {
        const std::scoped_lock lock(mutex);
        jobs.push_back(job);
        ++threads[QThread::currentThread()];
    }
    [[nodiscard]] std::size_t count()
    {
        const std::scoped_lock lock(mutex);
        return jobs.size();
    }
};

/// Returns when @p count jobs that all wait for each other are under way: so many threads there are.
void occupy(WorkerPool &pool, int count, QSemaphore &begun, QSemaphore &mayEnd)
{
    for (int i = 0; i < count; ++i)
        pool.start([&] {
            begun.release();
            mayEnd.acquire();
        });
    begun.acquire(count);
}

} // namespace

class TestWorkerPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneThreadTakesJobsInTheirOrder()
    {
        WorkerPool pool(1);
        Seen seen;
        std::vector<int> expected;
        for (int i = 0; i < 1000; ++i) {
            pool.start([&seen, i] { seen.note(i); });
            expected.push_back(i);
        }
        pool.waitForDone();
        QCOMPARE(seen.jobs, expected);
        QCOMPARE(seen.threads.size(), std::size_t(1));
        QVERIFY(!seen.threads.contains(QThread::currentThread()));
    }

    void asManyThreadsAsItMayHaveAndNoMore()
    {
        WorkerPool pool(3);
        QSemaphore begun;
        QSemaphore mayEnd;
        occupy(pool, 3, begun, mayEnd);
        pool.start([&begun] { begun.release(); });
        QVERIFY(!begun.tryAcquire(1, 50)); // the fourth has to wait
        mayEnd.release();
        QVERIFY(begun.tryAcquire(1, 5000));
        mayEnd.release(2);
    }

    void whoBeganToWaitLastIsWoken()
    {
        WorkerPool pool(4);
        QSemaphore begun;
        QSemaphore mayEnd;
        occupy(pool, 4, begun, mayEnd);
        mayEnd.release(4);
        Seen seen;
        for (int i = 0; i < 100; ++i) { // each begins when the one before has long ended
            pool.start([&seen, i] { seen.note(i); });
            QTRY_COMPARE(seen.count(), std::size_t(i + 1));
        }
        pool.waitForDone();
        // In turn they would have run 25 each. Now and then one is not back in time and another gets its job.
        const auto busiest =
            std::max_element(seen.threads.begin(), seen.threads.end(),
                             [](const auto &a, const auto &b) { return a.second < b.second; });
        QVERIFY2(busiest->second >= 60, qPrintable(QString::number(busiest->second)));
    }

    void whatJobsStartIsWaitedForToo()
    {
        WorkerPool pool(2);
        std::atomic_int done = 0;
        std::function<void(int)> chain = [&](int left) {
            ++done;
            if (left > 0)
                pool.start([&, left] { chain(left - 1); });
        };
        pool.start([&] { chain(500); });
        pool.waitForDone();
        QCOMPARE(done.load(), 501);

        pool.start([&] { done = 0; }); // late, but not lost
        pool.waitForDone();
        QCOMPARE(done.load(), 0);
    }

    void noJobIsForgottenWhoeverStartsIt()
    {
        constexpr int starters = 8;
        constexpr int jobs = 5000;
        WorkerPool pool(3);
        std::atomic_int done = 0;
        for (int turn = 0; turn < 3; ++turn) { // between them, all threads of the pool wait
            std::vector<std::thread> threads;
            for (int i = 0; i < starters; ++i)
                threads.emplace_back([&] {
                    for (int job = 0; job < jobs; ++job)
                        pool.start([&done] { ++done; });
                });
            for (std::thread &thread : threads)
                thread.join();
            QTRY_COMPARE(done.load(), (turn + 1) * starters * jobs);
        }
    }
};

QTEST_GUILESS_MAIN(TestWorkerPool)
#include "tst_workerpool.moc"
