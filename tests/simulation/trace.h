// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"

#include <QByteArray>
#include <QList>

#include <initializer_list>
#include <vector>

namespace toystore::simulation
{

/// What happened in a seed: always a hash of it, and the text, a line an event, only if somebody wants to
/// read it. A seed that fails is run once more to get its text, so thousands of good ones need not write any.
class Trace
{
public:
    static constexpr std::size_t maxLines = 1'000'000;

    enum class Mode { Hash, Text };

    explicit Trace(Mode mode) : m_mode(mode) {}

    /// Notes that something happened at @p now. @p facts go into the hash; @p text, called only where it is
    /// read, returns the line.
    template <typename Text>
    void note(Instant now, std::initializer_list<quint64> facts, const Text &text)
    {
        mix(static_cast<quint64>(now.time_since_epoch().count()));
        for (const quint64 fact : facts)
            mix(fact);
        if (m_mode == Mode::Text && m_lines.size() < maxLines)
            m_lines.push_back(stamp(now) + text());
    }

    [[nodiscard]] quint64 hash() const { return m_hash; }
    [[nodiscard]] const std::vector<QByteArray> &lines() const { return m_lines; }

    /// The lines that matter to a reader who looks for @p subjects: those that name one, every fault ("** "),
    /// and the end; at most @p most, the latest.
    [[nodiscard]] std::vector<QByteArray> shortened(const QList<QByteArray> &subjects,
                                                    std::size_t most) const;

    /// A fact's value for a text.
    [[nodiscard]] static quint64 fact(const QByteArray &text);

private:
    void mix(quint64 value)
    {
        // After FNV-1a, a word at a time, with a shift so that high bits come down.
        m_hash = (m_hash ^ value) * 0x100000001b3ULL;
        m_hash ^= m_hash >> 29;
    }
    [[nodiscard]] static QByteArray stamp(Instant now);

    const Mode m_mode;
    quint64 m_hash = 0xcbf29ce484222325ULL;
    std::vector<QByteArray> m_lines;
};

} // namespace toystore::simulation
