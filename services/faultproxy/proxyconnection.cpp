// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "proxyconnection.h"

namespace toystore
{

namespace
{

constexpr qint64 readBufferBytes = 256 * 1024;

} // namespace

ProxyConnection::ProxyConnection(std::unique_ptr<QTcpSocket> from, std::unique_ptr<QTcpSocket> to,
                                 Lanes lanes, std::function<void(const ProxyConnection *)> closed)
    : m_from(std::move(from)), m_to(std::move(to)), m_forward{*m_from, *m_to, std::move(lanes.forward)},
      m_backward{*m_to, *m_from, std::move(lanes.backward)}, m_closed(std::move(closed))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { pumpAll(); });
    watch(m_forward);
    watch(m_backward);
    // What came before we watched: not from within the constructor, whose caller has to know us first.
    QMetaObject::invokeMethod(
        this, [this] { pumpAll(); }, Qt::QueuedConnection);
}

ProxyConnection::~ProxyConnection()
{
    for (QTcpSocket *socket : {m_from.get(), m_to.get()}) {
        socket->disconnect();
        socket->abort();
    }
}

void ProxyConnection::watch(Way &way)
{
    way.source.setReadBufferSize(readBufferBytes);
    way.source.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(&way.source, &QTcpSocket::readyRead, this, [this] { pumpAll(); });
    connect(&way.source, &QTcpSocket::disconnected, this, [this] { pumpAll(); });
    connect(&way.sink, &QTcpSocket::bytesWritten, this, [this] { pumpAll(); });
}

void ProxyConnection::setRules(const LaneRules &forward, const LaneRules &backward)
{
    const Instant now = monotonicNow();
    m_forward.lane.setRules(forward, now);
    m_backward.lane.setRules(backward, now);
    pumpAll();
}

void ProxyConnection::setSeed(quint64 seed)
{
    m_forward.lane.setSeed(seed);
    m_backward.lane.setSeed(~seed);
}

bool ProxyConnection::isBroken() const
{
    return m_forward.lane.isBroken() || m_backward.lane.isBroken();
}

void ProxyConnection::pumpAll()
{
    if (m_isOver)
        return;
    const Instant now = monotonicNow();
    pump(m_forward, now);
    pump(m_backward, now);
    const auto isDone = [now](const Way &way) {
        return way.lane.isOver(now) && way.sink.bytesToWrite() == 0;
    };
    const bool bothAreGone = m_from->state() == QAbstractSocket::UnconnectedState &&
                             m_to->state() == QAbstractSocket::UnconnectedState;
    if (isDone(m_forward) || isDone(m_backward) || bothAreGone)
        finish();
    else
        armTimer(now);
}

void ProxyConnection::pump(Way &way, Instant now)
{
    const bool sinkIsOpen = way.sink.state() == QAbstractSocket::ConnectedState;
    while (true) {
        const QByteArray in = way.source.read(way.lane.room());
        if (!in.isEmpty())
            way.lane.feed(in, now);
        const bool maySend = way.sink.bytesToWrite() < unsentBytes;
        const QByteArray out = maySend ? way.lane.take(now) : QByteArray();
        if (!out.isEmpty() && sinkIsOpen)
            way.sink.write(out);
        if (in.isEmpty() && out.isEmpty())
            break;
    }
    if (way.source.state() == QAbstractSocket::UnconnectedState && way.source.bytesAvailable() == 0)
        way.lane.end(now);
}

void ProxyConnection::armTimer(Instant now)
{
    m_timer.stop();
    for (const Way *way : {&m_forward, &m_backward}) {
        const std::optional<Instant> due = way->lane.nextDue();
        // What is due already waits for the sink, which tells when it has room.
        if (!due || *due <= now)
            continue;
        const auto left = std::chrono::ceil<Milliseconds>(*due - now);
        if (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > left)
            m_timer.start(left);
    }
}

void ProxyConnection::finish()
{
    m_isOver = true;
    m_timer.stop();
    QMetaObject::invokeMethod(
        this, [this, closed = m_closed] { closed(this); }, Qt::QueuedConnection);
}

} // namespace toystore
