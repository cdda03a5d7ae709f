// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/call.h"

#include <map>
#include <vector>

namespace toystore
{

/// The invariants that can be seen from outside, by their names in docs/guarantees.md. I7, I8 and I13 can't.
enum class Invariant { I1 = 1, I2, I3, I4, I5, I6, I9 = 9, I10, I11, I12 };

inline constexpr Invariant visibleInvariants[] = {
    Invariant::I1, Invariant::I2, Invariant::I3,  Invariant::I4,  Invariant::I5,
    Invariant::I6, Invariant::I9, Invariant::I10, Invariant::I11, Invariant::I12};

/// "I10".
[[nodiscard]] QByteArray nameOf(Invariant invariant);
/// What it promises, a clause.
[[nodiscard]] QByteArray promiseOf(Invariant invariant);

/// Something that must not be.
struct Violation {
    Invariant invariant = Invariant::I1;
    QByteArray what;         ///< a sentence
    std::vector<Call> calls; ///< that prove it, the broken one first
};

/// What the checker says of a store.
class Verdict
{
public:
    /// A broken store breaks a promise thousands of times: so many are told in full, the rest are counted.
    static constexpr qint64 keptOfEach = 10;

    void violated(Invariant invariant, QByteArray what, std::vector<Call> calls = {});
    /// @p why: a sentence; told once.
    void undecided(Invariant invariant, QByteArray why);

    [[nodiscard]] bool holds() const { return m_counts.empty(); }
    [[nodiscard]] qint64 count(Invariant invariant) const;
    [[nodiscard]] const std::vector<Violation> &violations() const { return m_violations; }
    /// What could not be decided, wholly or in part, and why.
    [[nodiscard]] const std::map<Invariant, QByteArray> &undecided() const { return m_undecided; }

private:
    std::map<Invariant, qint64> m_counts;
    std::vector<Violation> m_violations;
    std::map<Invariant, QByteArray> m_undecided;
};

} // namespace toystore
