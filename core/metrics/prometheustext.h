// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "metrics/durationbuckets.h"

#include <QByteArray>

#include <initializer_list>
#include <utility>

namespace toystore
{

/// Writes figures in Prometheus' text format, version 0.0.4: families of samples, each with its HELP and
/// TYPE. Base units are seconds and bytes; the names of counters end in `_total`. What breaks the format (a
/// bad or repeated name, a sample without a family) is a broken invariant. Pure.
class PrometheusText
{
public:
    /// Of the format; what an HTTP answer says as its type.
    static constexpr QByteArrayView contentType = "text/plain; version=0.0.4; charset=utf-8";

    enum class Type { Counter, Gauge, Histogram, Summary };
    using Label = std::pair<QByteArrayView, QByteArrayView>; ///< name and value; the value may be any UTF-8
    using Labels = std::initializer_list<Label>;

    /// Begins a family; the samples that follow are its.
    PrometheusText &family(Type type, QByteArrayView name, QByteArrayView help);
    /// A counter's or a gauge's sample.
    PrometheusText &sample(Labels labels, double value);
    PrometheusText &sample(double value) { return sample({}, value); }
    /// A histogram's samples: cumulative buckets, sum in seconds and count.
    PrometheusText &histogram(Labels labels, const DurationBuckets &buckets);
    /// A summary's samples, without quantiles.
    PrometheusText &summary(Labels labels, double sum, double count);

    [[nodiscard]] QByteArray take() { return std::move(m_text); }

private:
    void line(QByteArrayView suffix, Labels labels, const Label *more, double value);

    QByteArray m_text;
    QByteArray m_family;
    Type m_type = Type::Gauge;
};

} // namespace toystore
