// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

namespace toystore
{

/// The ports of one store in a test, all free when it was made.
struct StorePorts {
    quint16 http = 0;
    quint16 admin = 0;
    quint16 supervisor = 0;
    quint16 catalog = 0;
    quint16 faultProxy = 0;   // used with --allow-faults
    quint16 replicas[3] = {}; // of order-8091, order-8092 and order-8093

    /// Looks for free ones below those that the kernel gives to clients.
    [[nodiscard]] static StorePorts find();

    /// As options of toystore-supervisor; the replicas keep their usual ids.
    [[nodiscard]] QStringList arguments() const;
};

/// A port that nothing listens on right now, below those that the kernel gives to clients.
[[nodiscard]] quint16 freePort();

} // namespace toystore
