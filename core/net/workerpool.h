// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QSemaphore>
#include <QThreadPool>

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace toystore
{

/// The threads of a QThreadPool, working off jobs in the order they come.
///
/// QThreadPool::start() wakes a thread while it holds two locks which that thread needs first: where both
/// share a CPU, that is four switches between them instead of one. So each of its threads stays in one long
/// task of ours and waits for jobs on a semaphore of its own. Woken is who began to wait last, for its stack
/// and heap are still in the cache. Any thread may call.
class WorkerPool
{
public:
    using Job = std::function<void()>;

    /// Makes no thread before there is something to do, and never more than @p threads.
    explicit WorkerPool(int threads);
    /// Waits for all jobs.
    ~WorkerPool();

    void start(Job job);

    /// Returns when all jobs are done, those too that they started, and the threads are gone. What is started
    /// afterwards gets a new thread, which ends with it.
    void waitForDone();

private:
    void work(QSemaphore &wake);

    QThreadPool m_threads;
    std::mutex m_mutex; // guards all below
    std::deque<Job> m_jobs;
    std::deque<QSemaphore> m_wakeUps;    // one a thread; outlive whoever releases them
    std::vector<QSemaphore *> m_absent;  // of threads that were not made, or have ended
    std::vector<QSemaphore *> m_waiting; // of threads without a job, who waits shortest at the end
    bool m_closing = false;
};

} // namespace toystore
