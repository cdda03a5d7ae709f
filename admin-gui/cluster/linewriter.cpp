// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/linewriter.h"

#include <QLoggingCategory>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace toystore
{

namespace
{

Q_LOGGING_CATEGORY(log, "store.admin")

/// Nothing if @p line is on its way to the disk, else what is wrong. After that nothing more is written.
QString append(QFile &file, const QByteArray &line)
{
    if (!file.isOpen() || (file.write(line) == line.size() && file.flush()))
        return {};
    const QString wrong = file.errorString();
    file.close();
    return wrong;
}

} // namespace

/// What a writer and its thread share.
struct LineWriter::Queue {
    Queue(std::unique_ptr<QFile> to, LineWriter *by) : file(std::move(to)), writer(by) {}

    const std::unique_ptr<QFile> file; // but for its name only the thread uses it
    std::mutex mutex;                  // of all that follows
    std::condition_variable changed;
    LineWriter *writer; // while there is one
    std::deque<QByteArray> lines;
    qint64 waiting = 0;    // bytes, with those that are being written
    bool isEnding = false; // no line follows
    bool isOver = false;   // the thread has no more to do
};

LineWriter::LineWriter(std::unique_ptr<QFile> file, qint64 mostWaiting, Milliseconds patience)
    : m_mostWaiting(mostWaiting), m_patience(patience),
      m_queue(std::make_shared<Queue>(std::move(file), this)),
      m_thread([queue = m_queue] { writeAll(*queue); })
{
}

LineWriter::~LineWriter()
{
    std::unique_lock lock(m_queue->mutex);
    m_queue->isEnding = true;
    m_queue->changed.notify_all();
    if (m_queue->changed.wait_for(lock, m_patience, [this] { return m_queue->isOver; })) {
        lock.unlock();
        m_thread.join();
        return;
    }
    qCWarning(log, "%s lacks its end: the disk is too slow for the last %lld bytes",
              qUtf8Printable(m_queue->file->fileName()), static_cast<long long>(m_queue->waiting));
    m_queue->lines.clear();
    m_queue->writer = nullptr;
    m_thread.detach(); // which nobody can wake: it ends with the line that it writes, or with the program
}

bool LineWriter::write(const QByteArray &line)
{
    const std::lock_guard lock(m_queue->mutex);
    if (m_queue->waiting + line.size() > m_mostWaiting)
        return false;
    m_queue->waiting += line.size();
    m_queue->lines.push_back(line);
    m_queue->changed.notify_all();
    return true;
}

void LineWriter::writeAll(Queue &queue)
{
    std::unique_lock lock(queue.mutex);
    for (;;) {
        queue.changed.wait(lock, [&queue] { return !queue.lines.empty() || queue.isEnding; });
        if (queue.lines.empty())
            break;
        const QByteArray line = queue.lines.front();
        queue.lines.pop_front();
        lock.unlock();
        const QString wrong = append(*queue.file, line);
        lock.lock();
        queue.waiting -= line.size();
        if (!wrong.isEmpty() && queue.writer != nullptr)
            QMetaObject::invokeMethod(
                queue.writer, [writer = queue.writer, wrong] { Q_EMIT writer->failed(wrong); },
                Qt::QueuedConnection);
    }
    lock.unlock();
    queue.file->close();
    lock.lock();
    queue.isOver = true;
    queue.changed.notify_all();
}

} // namespace toystore
