// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/simdisk.h"

namespace toystore::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr Duration usualTime = 150us;
constexpr Duration mostTime = 8ms;
constexpr double slow = 0.05;

} // namespace

Result<QByteArray> SimDisk::read(qint64 offset, qint64 length) const
{
    if (length == 0)
        return QByteArray();
    if (offset < 0 || offset + length > m_content.size())
        return failure(ErrorCode::StorageFailed,
                       "the file ends before byte " + QByteArray::number(offset + length));
    return m_content.mid(offset, length);
}

void SimDisk::append(QByteArray bytes, Done done)
{
    TOYSTORE_ENSURE(bytes.size() <= maxFlushBytes);
    m_waiting.push_back({std::move(bytes), std::move(done)});
    startFlush();
}

void SimDisk::abandonAppends()
{
    m_waiting.clear();
    m_failed = false;
}

Result<void> SimDisk::truncate(qint64 size)
{
    m_owner.passes(Boundary::ReplicaBeforeTruncate);
    m_content.truncate(size);
    m_flushed = size;
    return {};
}

void SimDisk::startFlush()
{
    if (m_busy || m_failed || m_waiting.empty())
        return;
    m_busy = true;
    Random &random = m_owner.random();
    m_owner.post(random.between(10us, random.chance(slow) ? mostTime : usualTime), [this] { write(); });
}

void SimDisk::write()
{
    m_owner.passes(Boundary::ReplicaBeforeWrite);
    QByteArray bytes;
    while (!m_waiting.empty() && bytes.size() + m_waiting.front().bytes.size() <= maxFlushBytes) {
        bytes += m_waiting.front().bytes;
        m_underWay.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    if (m_underWay.empty()) { // abandoned meanwhile
        m_busy = false;
        return;
    }
    const bool failsNow = std::exchange(m_failNextWrite, false);
    if (m_full || failsNow) {
        m_owner.simulation().statistics().count(m_full ? Fault::DiskFull : Fault::WriteError);
        return reportFailure(m_full ? ErrorCode::StorageFull : ErrorCode::StorageFailed);
    }
    if (m_written)
        m_written(m_content.size(), bytes);
    m_content += bytes;
    m_owner.passes(Boundary::ReplicaAfterWrite);
    Random &random = m_owner.random();
    m_owner.post(random.between(10us, random.chance(slow) ? mostTime : usualTime), [this] { flush(); });
}

void SimDisk::flush()
{
    if (std::exchange(m_failNextFlush, false)) {
        m_owner.simulation().statistics().count(Fault::FlushFailed);
        throw Crash{"because a flush fails"};
    }
    m_flushed = m_content.size();
    m_owner.passes(Boundary::ReplicaAfterFlush);
    m_busy = false;
    const std::deque<Waiting> done = std::exchange(m_underWay, {});
    for (const Waiting &waiting : done)
        waiting.done({});
    m_owner.passes(Boundary::ReplicaAfterReport);
    startFlush();
}

/// The partial line is cut already; what waits behind it is abandoned by who is told.
void SimDisk::reportFailure(ErrorCode code)
{
    m_owner.passes(Boundary::ReplicaAfterFailure);
    m_busy = false;
    m_failed = true;
    const std::deque<Waiting> failed = std::exchange(m_underWay, {});
    m_owner.simulation().note({m_owner.fact()}, [this, code] {
        return m_owner.name() + " can't write its log: " + wireName(code).toByteArray();
    });
    failed.front().done(failure(code, "can't write to the log"));
    startFlush();
}

void SimDisk::lose()
{
    setContent({});
}

void SimDisk::setContent(QByteArray content)
{
    m_content = std::move(content);
    m_flushed = m_content.size();
}

void SimDisk::processEnded()
{
    m_waiting.clear();
    m_underWay.clear();
    m_busy = false;
    m_failed = false;
    Random &random = m_owner.random();
    const qint64 unflushed = m_content.size() - m_flushed;
    if (unflushed == 0)
        return;
    const qint64 keep = random.chance(0.3) ? 0 : random.below(unflushed + 1);
    m_content.truncate(m_flushed + keep);
    Fault fault = keep == 0 ? Fault::TailDropped : Fault::TailTorn;
    if (keep < unflushed && random.chance(0.2)) { // the file has grown, its blocks were not written
        m_content.append(QByteArray(unflushed - keep, '\0'));
        fault = Fault::TailGarbled;
    }
    m_flushed = m_content.size();
    m_owner.simulation().statistics().count(fault);
    m_owner.simulation().noteFault("the log of " + m_owner.name() + " keeps " + QByteArray::number(keep) +
                                   " of " + QByteArray::number(unflushed) + " bytes that were not flushed");
}

} // namespace toystore::simulation
