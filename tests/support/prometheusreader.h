// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

#include <map>
#include <optional>

namespace toystore
{

/// The figures of a text in Prometheus' format 0.0.4, read strictly: each family once, with HELP and TYPE
/// before its samples; names and label values as the format wants them; counters that end in `_total`;
/// histograms with cumulative buckets that end in +Inf and agree with their count; no sample twice.
class PrometheusReader
{
public:
    explicit PrometheusReader(const QByteArray &text);

    /// What is wrong with the text, and where; empty if nothing is.
    [[nodiscard]] const QByteArray &error() const { return m_error; }

    /// The value of a sample, as in `up{job="a"}`; labels in the order in which they were written.
    [[nodiscard]] std::optional<double> value(const QByteArray &sample) const;
    /// The sum of all samples of a name, whatever their labels.
    [[nodiscard]] double sum(const QByteArray &name) const;
    /// A family's TYPE; empty if there is no such family.
    [[nodiscard]] QByteArray type(const QByteArray &family) const;

private:
    struct Histogram {
        double lastBound = -1;
        double lastCount = 0;
        bool isOver = false; // +Inf was there
    };

    void readLine(const QByteArray &line);
    void readComment(const QByteArray &line);
    void readSample(const QByteArray &line);
    void readHistogram(const QByteArray &name, QByteArray labels, double value);
    [[nodiscard]] qsizetype endOfLabels(const QByteArray &line, qsizetype begin);
    void refuse(const QByteArray &what);

    int m_line = 0;
    QByteArray m_error;
    QByteArray m_family;
    QByteArray m_helped; // whose HELP was the line before
    std::map<QByteArray, QByteArray> m_types;
    std::map<QByteArray, double> m_samples;
    std::map<QByteArray, Histogram> m_histograms; // by family and labels but `le`
};

} // namespace toystore
