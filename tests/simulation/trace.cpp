// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/trace.h"

#include <algorithm>

namespace toystore::simulation
{

namespace
{

constexpr std::size_t lastLines = 25; // shown whatever they are about

bool names(const QByteArray &line, const QByteArray &subject)
{
    const auto isPart = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_'; };
    for (qsizetype at = line.indexOf(subject); at >= 0; at = line.indexOf(subject, at + 1)) {
        const qsizetype end = at + subject.size();
        if ((at == 0 || !isPart(line[at - 1])) && (end == line.size() || !isPart(line[end])))
            return true;
    }
    return false;
}

} // namespace

std::vector<QByteArray> Trace::shortened(const QList<QByteArray> &subjects, std::size_t most) const
{
    std::vector<QByteArray> chosen;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const QByteArray &line = m_lines[i];
        const bool matters = i + lastLines >= m_lines.size() || line.contains(" ** ") ||
                             std::any_of(subjects.begin(), subjects.end(),
                                         [&line](const QByteArray &subject) { return names(line, subject); });
        if (matters)
            chosen.push_back(line);
    }
    if (chosen.size() > most)
        chosen.erase(chosen.begin(), chosen.end() - static_cast<std::ptrdiff_t>(most));
    return chosen;
}

quint64 Trace::fact(const QByteArray &text)
{
    quint64 hash = 0;
    for (const char c : text)
        hash = hash * 31 + static_cast<unsigned char>(c);
    return hash;
}

QByteArray Trace::stamp(Instant now)
{
    const qint64 microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
    const QByteArray text = QByteArray::number(microseconds / 1000) + '.' +
                            QByteArray::number(microseconds % 1000).rightJustified(3, '0');
    return text.rightJustified(9, ' ') + ' ';
}

} // namespace toystore::simulation
