// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/targets.h"

#include "orders/orderlog.h"

namespace toystore::fuzz
{

namespace
{

/// A file in memory that is there already; nothing is appended to it.
class StillDisk final : public Disk
{
public:
    explicit StillDisk(QByteArrayView bytes) : m_bytes(bytes.toByteArray()) {}

    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }

    [[nodiscard]] Result<qint64> size() const override { return m_bytes.size(); }
    [[nodiscard]] Result<QByteArray> read(qint64 offset, qint64 length) const override
    {
        TOYSTORE_ENSURE(offset >= 0 && length >= 0 && offset + length <= m_bytes.size());
        return m_bytes.mid(offset, length);
    }
    void append(QByteArray, Done) override { abortWith(__FILE__, __LINE__, "a reader does not append"); }
    void abandonAppends() override {}
    [[nodiscard]] Result<void> truncate(qint64 size) override
    {
        TOYSTORE_ENSURE(size >= 0 && size <= m_bytes.size());
        m_bytes.truncate(size);
        return {};
    }

private:
    QByteArray m_bytes;
};

} // namespace

void readLog(QByteArrayView bytes)
{
    StillDisk disk(bytes);
    OrderLog log(disk);
    const Result<OrderLog::Recovered> recovered = log.open();
    if (!recovered) {
        TOYSTORE_ENSURE(disk.bytes() == bytes); // left as it is
        TOYSTORE_ENSURE(!recovered.error().message.isEmpty());
        return;
    }
    TOYSTORE_ENSURE(bytes.startsWith(disk.bytes()));
    const qint64 last = log.durableNumber();
    TOYSTORE_ENSURE(recovered->checksums.size() == static_cast<std::size_t>(last));
    TOYSTORE_ENSURE((recovered->last ? recovered->last->number : 0) == last);
    for (qint64 number = 1; number <= last; ++number) {
        const Result<Order> order = log.order(number);
        TOYSTORE_ENSURE(order.has_value() && order->number == number);
    }
    StillDisk copy(disk.bytes());
    OrderLog again(copy);
    const Result<OrderLog::Recovered> same = again.open();
    TOYSTORE_ENSURE(same.has_value() && same->tornBytes == 0 && same->last == recovered->last);
}

} // namespace toystore::fuzz
