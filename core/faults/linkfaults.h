// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "faults/lane.h"

namespace toystore
{

enum class Direction { Forward, Backward };

/// The faults that one link has. Pure.
class LinkFaults
{
public:
    /// Whether @p fault is one: a kind that there is, with what belongs to it and nothing else. Errors:
    /// invalid_field, out_of_range, naming the field.
    [[nodiscard]] static Result<void> check(const Fault &fault);
    /// Errors: invalid_field.
    [[nodiscard]] static Result<void> checkKind(const QByteArray &kind);

    /// Adds a checked fault, in place of the one of its kind.
    void set(const Fault &fault);
    /// @p kind: absent: all.
    void clear(const std::optional<QByteArray> &kind);

    [[nodiscard]] const QList<Fault> &list() const { return m_faults; }
    [[nodiscard]] bool isCut() const;
    [[nodiscard]] LaneRules rules(Direction direction) const;

private:
    QList<Fault> m_faults;
};

/// @p fault for people, as "delay 50 ms + up to 10 ms, forward".
[[nodiscard]] QByteArray textOf(const Fault &fault);

} // namespace toystore
