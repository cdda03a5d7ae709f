// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

namespace toystore
{

/// The disk of a service's data directory, which a test fills: a tmpfs of its own, in a mount namespace that
/// goes with this process. Where mounting is not permitted a limit on the size of the service's files stands
/// in for it, and a message says so.
class SmallDisk
{
public:
    /// Mounts it on @p directory, which is made, before anything is started that is to see it.
    SmallDisk(QString directory, qint64 bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    /// Takes all the room there is from process @p pid. Whether that was possible.
    [[nodiscard]] bool fill(qint64 pid);
    [[nodiscard]] bool makeRoom(qint64 pid);

    [[nodiscard]] bool isMounted() const { return m_isMounted; }

private:
    [[nodiscard]] QByteArray filler() const;

    const QString m_directory;
    bool m_isMounted = false;
};

} // namespace toystore
