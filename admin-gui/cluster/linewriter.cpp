// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/linewriter.h"

namespace toystore
{

LineWriter::LineWriter(std::unique_ptr<QFile> file, qint64 mostWaiting)
    : m_mostWaiting(mostWaiting), m_file(std::move(file)), m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("recorder"));
    m_thread.start();
}

LineWriter::~LineWriter()
{
    // Behind all that waits to be written.
    QMetaObject::invokeMethod(m_worker, [this] { m_thread.quit(); });
    m_thread.wait();
}

bool LineWriter::write(const QByteArray &line)
{
    if (m_waiting + line.size() > m_mostWaiting)
        return false;
    m_waiting += line.size();
    QMetaObject::invokeMethod(m_worker, [this, line] { append(line); });
    return true;
}

void LineWriter::append(const QByteArray &line)
{
    m_waiting -= line.size();
    if (!m_file->isOpen() || (m_file->write(line) == line.size() && m_file->flush()))
        return;
    const QString reason = m_file->errorString();
    m_file->close();
    QMetaObject::invokeMethod(this, [this, reason] { Q_EMIT failed(reason); });
}

} // namespace toystore
