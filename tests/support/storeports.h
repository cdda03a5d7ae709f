// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

#include <memory>
#include <vector>

namespace toystore
{

/// A port on 127.0.0.1 and all other addresses that nothing listened on when this was made, below those that
/// the kernel gives to clients. While this or a copy lives no other finds it, in whatever program, also while
/// who listens there is killed and started again: tests run beside each other.
class FreePort
{
public:
    FreePort();

    [[nodiscard]] quint16 number() const { return m_number; }

private:
    quint16 m_number = 0;
    std::shared_ptr<const void> m_hold;
};

/// The ports of one store in a test, all free when they were found and kept free of others while this or a
/// copy lives.
struct StorePorts {
    quint16 http = 0;
    quint16 admin = 0;
    quint16 supervisor = 0;
    quint16 catalog = 0;
    quint16 faultProxy = 0;   // used with --allow-faults
    quint16 replicas[3] = {}; // of order-8091, order-8092 and order-8093
    std::vector<FreePort> held;

    [[nodiscard]] static StorePorts find();

    /// As options of toystore-supervisor; the replicas keep their usual ids.
    [[nodiscard]] QStringList arguments() const;
};

} // namespace toystore
