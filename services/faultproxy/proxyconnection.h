// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "faults/linkfaults.h"

#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <functional>
#include <memory>

namespace toystore
{

/// A connection through the proxy: what comes from one side goes to the other, by the rules of each
/// direction. When one side closes it, so does the other, as soon as it has had what was under way.
///
/// Holds at most Lane::capacity and unsentBytes in each direction, and what Qt and the kernel buffer; a side
/// that does not read makes the other wait. One thread.
class ProxyConnection : public QObject
{
public:
    static constexpr qsizetype unsentBytes = 1024 * 1024;

    struct Lanes {
        Lane forward;
        Lane backward;
    };

    /// Both sockets are connected. @p closed is called with this once, at the end and not from within another
    /// call; it may destroy it.
    ProxyConnection(std::unique_ptr<QTcpSocket> from, std::unique_ptr<QTcpSocket> to, Lanes lanes,
                    std::function<void(const ProxyConnection *)> closed);
    ~ProxyConnection() override;

    void setRules(const LaneRules &forward, const LaneRules &backward);
    void setSeed(quint64 seed);
    /// Lane::isBroken() of a direction.
    [[nodiscard]] bool isBroken() const;

private:
    struct Way {
        QTcpSocket &source;
        QTcpSocket &sink;
        Lane lane;
    };

    void watch(Way &way);
    void pumpAll();
    void pump(Way &way, Instant now);
    void armTimer(Instant now);
    void finish();

    const std::unique_ptr<QTcpSocket> m_from;
    const std::unique_ptr<QTcpSocket> m_to;
    Way m_forward;
    Way m_backward;
    QTimer m_timer;
    const std::function<void(const ProxyConnection *)> m_closed;
    bool m_isOver = false;
};

} // namespace toystore
