// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "metrics/prometheustext.h"

#include "base/error.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace toystore
{

namespace
{

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isName(QByteArrayView text)
{
    const auto isPart = [](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
    return !text.isEmpty() && isLetter(text.front()) && std::all_of(text.begin(), text.end(), isPart);
}

QByteArrayView nameOf(PrometheusText::Type type)
{
    switch (type) {
    case PrometheusText::Type::Counter:
        return "counter";
    case PrometheusText::Type::Gauge:
        return "gauge";
    case PrometheusText::Type::Histogram:
        return "histogram";
    case PrometheusText::Type::Summary:
        return "summary";
    }
    return {};
}

/// A help text has no quotes to escape, a label's value has.
QByteArray escaped(QByteArrayView text, bool withQuotes)
{
    QByteArray result;
    for (const char c : text) {
        if (c == '\\' || (c == '"' && withQuotes))
            result.append('\\').append(c);
        else if (c == '\n')
            result.append("\\n");
        else
            result.append(c);
    }
    return result;
}

QByteArray textOf(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    const double size = std::abs(value);
    const bool isHandy = size == 0 || (size >= 1e-6 && size < 1e16); // to read without an exponent
    return QByteArray::number(value, isHandy ? 'f' : 'g', QLocale::FloatingPointShortest);
}

double secondsOf(DurationBuckets::Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

PrometheusText &PrometheusText::family(Type type, QByteArrayView name, QByteArrayView help)
{
    TOYSTORE_ENSURE(isName(name) && (type == Type::Counter) == name.endsWith("_total"));
    m_family = name.toByteArray();
    m_type = type;
    TOYSTORE_ENSURE(!m_text.contains("# TYPE " + m_family + ' '));
    m_text.append("# HELP ").append(m_family).append(' ').append(escaped(help, false)).append('\n');
    m_text.append("# TYPE ").append(m_family).append(' ').append(nameOf(type)).append('\n');
    return *this;
}

PrometheusText &PrometheusText::sample(Labels labels, double value)
{
    TOYSTORE_ENSURE(m_type == Type::Counter || m_type == Type::Gauge);
    line({}, labels, nullptr, value);
    return *this;
}

PrometheusText &PrometheusText::histogram(Labels labels, const DurationBuckets &buckets)
{
    TOYSTORE_ENSURE(m_type == Type::Histogram);
    std::uint64_t soFar = 0;
    for (std::size_t i = 0; i < DurationBuckets::count; ++i) {
        soFar += buckets.counts[i];
        const QByteArray bound =
            i < DurationBuckets::bounds.size() ? textOf(secondsOf(DurationBuckets::bounds[i])) : "+Inf";
        const Label atMost{"le", bound};
        line("_bucket", labels, &atMost, static_cast<double>(soFar));
    }
    line("_sum", labels, nullptr, secondsOf(buckets.sum));
    line("_count", labels, nullptr, static_cast<double>(soFar));
    return *this;
}

PrometheusText &PrometheusText::summary(Labels labels, double sum, double count)
{
    TOYSTORE_ENSURE(m_type == Type::Summary);
    line("_sum", labels, nullptr, sum);
    line("_count", labels, nullptr, count);
    return *this;
}

void PrometheusText::line(QByteArrayView suffix, Labels labels, const Label *more, double value)
{
    TOYSTORE_ENSURE(!m_family.isEmpty());
    m_text.append(m_family).append(suffix);
    char before = '{';
    const auto add = [this, &before](const Label &label) {
        TOYSTORE_ENSURE(isName(label.first));
        m_text.append(std::exchange(before, ',')).append(label.first).append("=\"");
        m_text.append(escaped(label.second, true)).append('"');
    };
    std::for_each(labels.begin(), labels.end(), add);
    if (more != nullptr)
        add(*more);
    if (before == ',')
        m_text.append('}');
    m_text.append(' ').append(textOf(value)).append('\n');
}

} // namespace toystore
