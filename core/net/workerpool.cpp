// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/workerpool.h"

namespace toystore
{

namespace
{

QSemaphore *takeLast(std::vector<QSemaphore *> &from)
{
    if (from.empty())
        return nullptr;
    QSemaphore *const last = from.back();
    from.pop_back();
    return last;
}

} // namespace

WorkerPool::WorkerPool(int threads)
{
    m_threads.setMaxThreadCount(threads);
    for (int i = 0; i < threads; ++i)
        m_absent.push_back(&m_wakeUps.emplace_back());
}

WorkerPool::~WorkerPool()
{
    waitForDone();
}

void WorkerPool::start(Job job)
{
    QSemaphore *waiting = nullptr;
    QSemaphore *absent = nullptr;
    {
        const std::scoped_lock lock(m_mutex);
        m_jobs.push_back(std::move(job));
        waiting = takeLast(m_waiting);
        if (waiting == nullptr)
            absent = takeLast(m_absent);
    }
    // Without the lock: who is woken may run at once, in our place, and wants it.
    if (waiting != nullptr)
        waiting->release();
    else if (absent != nullptr)
        m_threads.start([this, absent] { work(*absent); });
}

void WorkerPool::waitForDone()
{
    std::vector<QSemaphore *> waiting;
    {
        const std::scoped_lock lock(m_mutex);
        m_closing = true;
        waiting.swap(m_waiting);
    }
    for (QSemaphore *thread : waiting)
        thread->release();
    m_threads.waitForDone();
}

void WorkerPool::work(QSemaphore &wake)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        if (!m_jobs.empty()) {
            const Job job = std::move(m_jobs.front());
            m_jobs.pop_front();
            lock.unlock();
            job();
        } else if (m_closing) {
            m_absent.push_back(&wake);
            return;
        } else {
            m_waiting.push_back(&wake);
            lock.unlock();
            wake.acquire();
        }
        lock.lock();
    }
}

} // namespace toystore
