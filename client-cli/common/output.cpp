// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/output.h"

#include "base/logging.h"

#include <cstdio>

namespace toystore
{

namespace
{

constexpr qsizetype columnGap = 2;

qsizetype widthOf(const QByteArray &text)
{
    return QString::fromUtf8(text).size();
}

} // namespace

ExitCode exitCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::ProductNotFound:
    case ErrorCode::OrderNotFound:
    case ErrorCode::UnknownService:
        return ExitCode::NotFound;
    case ErrorCode::OrderRejected:
    case ErrorCode::RequestMismatch:
    case ErrorCode::InvalidField:
        return ExitCode::Rejected;
    case ErrorCode::CatalogUnavailable:
    case ErrorCode::NoOrderService:
    case ErrorCode::OutcomeUnknown:
    case ErrorCode::Overloaded:
    case ErrorCode::ConnectionLost:
    case ErrorCode::Internal:
        return ExitCode::ServerError;
    case ErrorCode::CannotConnect:
        return ExitCode::CannotConnect;
    case ErrorCode::DeadlineExceeded:
        return ExitCode::Timeout;
    default:
        return ExitCode::Other;
    }
}

QByteArray quoted(const QByteArray &name)
{
    return '\'' + printable(name) + '\'';
}

void Table::add(const QByteArrayList &cells)
{
    TOYSTORE_ENSURE(cells.size() == m_columns.size());
    QByteArrayList harmless;
    for (const QByteArray &cell : cells)
        harmless.append(printable(cell));
    m_rows.append(harmless);
}

QByteArray Table::text() const
{
    QByteArrayList titles;
    for (const Column &column : m_columns)
        titles.append(column.title);
    QList<QByteArrayList> rows = m_rows;
    rows.prepend(titles);
    QList<qsizetype> widths(m_columns.size(), 0);
    for (const QByteArrayList &row : rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    }
    QByteArrayList lines;
    for (const QByteArrayList &row : rows) {
        QByteArray line;
        for (qsizetype i = 0; i < row.size(); ++i) {
            const QByteArray padding(widths[i] - widthOf(row[i]), ' ');
            line += m_columns[i].align == Align::Left ? row[i] + padding : padding + row[i];
            line += QByteArray(columnGap, ' ');
        }
        while (line.endsWith(' '))
            line.chop(1);
        lines.append(line);
    }
    return lines.join('\n');
}

void Output::line(const QByteArray &text) const
{
    std::fputs((text + '\n').constData(), stdout);
    std::fflush(stdout);
}

ExitCode Output::fail(const Failure &failed) const
{
    const QByteArray message =
        (failed.tried.isEmpty() ? QByteArray() : "can't " + failed.tried + ": ") + failed.error.message;
    if (m_format == Format::Json) {
        JsonWriter writer;
        writer.beginObject().key("error").beginObject();
        writer.key("code").value(qint64{httpStatus(failed.error.code)});
        writer.key("name").text(wireName(failed.error.code));
        writer.key("message").text(message);
        if (!failed.hint.isEmpty())
            writer.key("hint").text(failed.hint);
        line(writer.endObject().endObject().take());
    } else {
        QByteArray text = "toystore: ";
        for (const QByteArray &part : message.split('\n'))
            text += printable(part) + '\n';
        if (!failed.hint.isEmpty())
            text += failed.hint + '\n';
        std::fputs(text.constData(), stderr);
    }
    return exitCodeOf(failed.error.code);
}

} // namespace toystore
