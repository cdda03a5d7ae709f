// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/prometheusreader.h"

#include <QRegularExpression>

#include <limits>

namespace toystore
{

namespace
{

const QRegularExpression &namePattern()
{
    static const QRegularExpression pattern(QStringLiteral("^[a-zA-Z_:][a-zA-Z0-9_:]*"));
    return pattern;
}

QByteArray nameAt(const QByteArray &text)
{
    return namePattern().match(QString::fromUtf8(text)).captured().toUtf8();
}

std::optional<double> numberOf(const QByteArray &text)
{
    if (text == "+Inf")
        return std::numeric_limits<double>::infinity();
    static const QRegularExpression pattern(QStringLiteral("^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"));
    if (!pattern.match(QString::fromUtf8(text)).hasMatch())
        return std::nullopt;
    return text.toDouble();
}

} // namespace

PrometheusReader::PrometheusReader(const QByteArray &text)
{
    if (!text.endsWith('\n'))
        refuse("the text does not end in a line feed");
    if (!text.isValidUtf8())
        refuse("the text is no UTF-8");
    for (const QByteArray &line : text.chopped(1).split('\n')) {
        ++m_line;
        readLine(line);
    }
    for (const auto &[name, histogram] : m_histograms) {
        if (!histogram.isOver)
            refuse(name + " has no bucket +Inf");
    }
}

void PrometheusReader::refuse(const QByteArray &what)
{
    if (m_error.isEmpty())
        m_error = "line " + QByteArray::number(m_line) + ": " + what;
}

void PrometheusReader::readLine(const QByteArray &line)
{
    if (line.isEmpty())
        refuse("an empty line");
    else if (line.startsWith('#'))
        readComment(line);
    else
        readSample(line);
}

void PrometheusReader::readComment(const QByteArray &line)
{
    const QByteArray kind = line.left(7);
    const QByteArray name = nameAt(line.mid(7));
    const QByteArray rest = line.mid(7 + name.size() + 1);
    if (name.isEmpty() || line.mid(7 + name.size(), 1) != " " || rest.isEmpty())
        return refuse("neither HELP nor TYPE of something");
    if (kind == "# HELP ") {
        m_helped = name;
        m_family.clear();
    } else if (kind != "# TYPE ") {
        refuse("neither HELP nor TYPE");
    } else if (m_helped != name) {
        refuse(name + " has no HELP before its TYPE");
    } else if (!m_types.emplace(name, rest).second) {
        refuse(name + " has a TYPE twice");
    } else if (!QByteArrayList{"counter", "gauge", "histogram", "summary"}.contains(rest)) {
        refuse(rest + " is no TYPE");
    } else if ((rest == "counter") != name.endsWith("_total")) {
        refuse(name + " is a counter without _total, or none with it");
    } else {
        m_family = name;
    }
}

// The labels' end, behind the brace; -1 if they are malformed.
qsizetype PrometheusReader::endOfLabels(const QByteArray &line, qsizetype begin)
{
    qsizetype at = begin + 1;
    while (true) {
        const QByteArray name = nameAt(line.mid(at));
        at += name.size();
        if (name.isEmpty() || name.contains(':') || line.mid(at, 2) != "=\"")
            return -1;
        for (at += 2; at < line.size() && line[at] != '"'; ++at) {
            if (line[at] == '\\' && !QByteArray("\\\"n").contains(line.mid(++at, 1)))
                return -1;
        }
        const char next = at + 1 < line.size() ? line[at + 1] : '\0';
        at += 2;
        if (next == '}')
            return at;
        if (next != ',')
            return -1;
    }
}

void PrometheusReader::readSample(const QByteArray &line)
{
    const QByteArray name = nameAt(line);
    QByteArray labels;
    qsizetype at = name.size();
    if (line.mid(at, 1) == "{") {
        const qsizetype end = endOfLabels(line, at);
        if (end < 0)
            return refuse("malformed labels");
        labels = line.mid(at, end - at);
        at = end;
    }
    const std::optional<double> value = numberOf(line.mid(at + 1));
    if (name.isEmpty() || line.mid(at, 1) != " " || !value)
        return refuse("no sample: " + line);
    const QByteArray suffix = name.startsWith(m_family) ? name.mid(m_family.size()) : QByteArray("?");
    const QByteArray type = m_types[m_family];
    const QByteArrayList allowed = type == "histogram" ? QByteArrayList{"_bucket", "_sum", "_count"}
                                   : type == "summary" ? QByteArrayList{"_sum", "_count"}
                                                       : QByteArrayList{""};
    if (m_family.isEmpty() || !allowed.contains(suffix))
        return refuse(name + " is no sample of the family " + m_family);
    if (type == "counter" && *value < 0)
        refuse("a counter below zero");
    if (!m_samples.emplace(name + labels, *value).second)
        refuse(name + labels + " is there twice");
    if (type == "histogram" && suffix != "_sum")
        readHistogram(suffix, labels, *value);
}

void PrometheusReader::readHistogram(const QByteArray &suffix, QByteArray labels, double value)
{
    QByteArray bound;
    if (suffix == "_bucket") {
        const qsizetype begin = labels.indexOf("le=\"");
        if (begin < 0)
            return refuse("a bucket without le");
        bound = labels.mid(begin + 4, labels.size() - begin - 6);
        labels = labels.left(begin - 1) + (labels[begin - 1] == ',' ? "}" : "");
    }
    Histogram &histogram = m_histograms[m_family + labels];
    if (suffix == "_count") {
        if (!histogram.isOver || histogram.lastCount != value)
            refuse("a histogram's count is not that of its last bucket");
        return;
    }
    const std::optional<double> limit = numberOf(bound);
    if (!limit || *limit <= histogram.lastBound || value < histogram.lastCount)
        refuse("buckets that do not grow");
    histogram.lastBound = limit.value_or(0);
    histogram.lastCount = value;
    histogram.isOver = bound == "+Inf";
}

std::optional<double> PrometheusReader::value(const QByteArray &sample) const
{
    const auto found = m_samples.find(sample);
    return found == m_samples.end() ? std::nullopt : std::optional(found->second);
}

double PrometheusReader::sum(const QByteArray &name) const
{
    double sum = 0;
    for (const auto &[sample, value] : m_samples) {
        if (sample == name || sample.startsWith(name + '{'))
            sum += value;
    }
    return sum;
}

QByteArray PrometheusReader::type(const QByteArray &family) const
{
    const auto found = m_types.find(family);
    return found == m_types.end() ? QByteArray() : found->second;
}

} // namespace toystore
