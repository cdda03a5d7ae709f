// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/output.h"

#include "base/logging.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace toystore
{

namespace
{

constexpr qsizetype columnGap = 2;

qsizetype widthOf(const QByteArray &text)
{
    return QString::fromUtf8(text).size();
}

/// The escape sequences that every terminal with colours knows (ECMA-48).
QByteArray inColour(const QByteArray &text, Tone tone)
{
    switch (tone) {
    case Tone::Good:
        return "\x1b[32m" + text + "\x1b[0m";
    case Tone::Warning:
        return "\x1b[33m" + text + "\x1b[0m";
    case Tone::Bad:
        return "\x1b[31m" + text + "\x1b[0m";
    case Tone::Plain:
        break;
    }
    return text;
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
        return ExitCode::Rejected;
    case ErrorCode::InvalidField:
    case ErrorCode::OutOfRange:
        return ExitCode::Usage;
    case ErrorCode::CatalogUnavailable:
    case ErrorCode::NoOrderService:
    case ErrorCode::OutcomeUnknown:
    case ErrorCode::Overloaded:
    case ErrorCode::Internal:
        return ExitCode::ServerError;
    case ErrorCode::CannotConnect:
    case ErrorCode::ConnectionLost:
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

void Table::add(const QByteArrayList &cells, Tone tone)
{
    TOYSTORE_ENSURE(cells.size() == m_columns.size());
    QByteArrayList harmless;
    for (const QByteArray &cell : cells)
        harmless.append(printable(cell));
    m_rows.append(harmless);
    m_tones.append(tone);
}

QByteArray Table::text(bool coloured) const
{
    const QList<qsizetype> widths = this->widths();
    QByteArrayList titles;
    for (const Column &column : m_columns)
        titles.append(column.title);
    QByteArrayList lines{line(titles, widths)};
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const QByteArray text = line(m_rows[i], widths);
        lines.append(coloured ? inColour(text, m_tones[i]) : text);
    }
    return lines.join('\n');
}

QList<qsizetype> Table::widths() const
{
    QList<qsizetype> widths;
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        qsizetype width = widthOf(m_columns[i].title);
        for (const QByteArrayList &row : m_rows)
            width = std::max(width, widthOf(row[i]));
        widths.append(width);
    }
    return widths;
}

QByteArray Table::line(const QByteArrayList &row, const QList<qsizetype> &widths) const
{
    QByteArray line;
    for (qsizetype i = 0; i < row.size(); ++i) {
        const QByteArray padding(widths[i] - widthOf(row[i]), ' ');
        line += m_columns[i].align == Align::Left ? row[i] + padding : padding + row[i];
        line += QByteArray(columnGap, ' ');
    }
    while (line.endsWith(' '))
        line.chop(1);
    return line;
}

bool Output::isOnTerminal() const
{
    return !isForPrograms() && ::isatty(STDOUT_FILENO) == 1;
}

bool Output::isColoured() const
{
    return isOnTerminal() && qgetenv("NO_COLOR").isEmpty() && qgetenv("TERM") != "dumb";
}

QByteArray Output::toned(const QByteArray &text, Tone tone) const
{
    return isColoured() ? inColour(text, tone) : text;
}

void Output::line(const QByteArray &text) const
{
    if (m_problem == 0 && (std::fputs((text + '\n').constData(), stdout) < 0 || std::fflush(stdout) != 0))
        m_problem = errno;
}

// A pipe without a reader says so before it is written to, and there may be nothing to write for long.
bool Output::isLost() const
{
    pollfd out{STDOUT_FILENO, 0, 0};
    if (m_problem == 0 && ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0)
        m_problem = EPIPE;
    return m_problem != 0;
}

ExitCode Output::conclude(ExitCode ended) const
{
    if (m_problem == 0)
        return ended;
    if (m_problem == EPIPE) {
        ::signal(SIGPIPE, SIG_DFL);
        ::raise(SIGPIPE);
    }
    std::fputs(("toystore: can't write to stdout: " + QByteArray(std::strerror(m_problem)) +
                "\nWithout that it would have ended with exit code " +
                QByteArray::number(static_cast<int>(ended)) + ".\n")
                   .constData(),
               stderr);
    return ExitCode::Other;
}

ExitCode Output::fail(const Failure &failed) const
{
    return fail(failed, exitCodeOf(failed.error.code));
}

ExitCode Output::fail(const Failure &failed, ExitCode exitCode) const
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
    return exitCode;
}

} // namespace toystore
