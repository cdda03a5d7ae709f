// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QString>

#include <random>
#include <vector>

namespace toystore::fuzz
{

/// Makes hostile inputs of good ones: the same ones for the same seed, on every machine.
class Mutator
{
public:
    static constexpr qsizetype maxBytes = 128 * 1024;

    /// @p corpus: what to begin with, at least one.
    Mutator(std::vector<QByteArray> corpus, quint64 seed) : m_corpus(std::move(corpus)), m_engine(seed) {}

    /// One of the corpus after a few changes: bits, bytes and pieces flipped, lost, doubled, moved, swapped
    /// for those of another one or for what parsers are known to trip over.
    [[nodiscard]] QByteArray next();

private:
    [[nodiscard]] qsizetype below(qsizetype limit);
    [[nodiscard]] const QByteArray &pick();
    void change(QByteArray &bytes);

    const std::vector<QByteArray> m_corpus;
    std::mt19937_64 m_engine;
};

/// The files in @p directory, by name.
[[nodiscard]] std::vector<QByteArray> readCorpus(const QString &directory);

} // namespace toystore::fuzz
