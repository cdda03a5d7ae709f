// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "common/csvrecord.h"
#include "protocol/messagejson.h"

namespace toystore
{

/// What the program ends with; documented in its --help.
enum class ExitCode {
    Ok = 0,
    Other = 1,
    Usage = 2,
    NotFound = 3,
    Rejected = 4,
    ServerError = 5,
    CannotConnect = 6,
    Timeout = 7,
    InvariantBroken = 8,
};

[[nodiscard]] ExitCode exitCodeOf(ErrorCode code);

/// What went wrong, told so that a person can go on.
struct Failure {
    Error error;          ///< what came back
    QByteArray tried;     ///< "buy 2 'Tux' at http://127.0.0.1:8081", read after "can't"; may be empty
    QByteArray hint = {}; ///< what to do next, a sentence; may be empty
};

/// What is said in colour, where there are colours.
enum class Tone { Plain, Good, Warning, Bad };

/// Aligned columns.
class Table
{
public:
    enum class Align { Left, Right };
    struct Column {
        QByteArray title;
        Align align = Align::Left;
    };

    explicit Table(QList<Column> columns) : m_columns(std::move(columns)) {}

    /// One cell a column. @p tone: the whole row's.
    void add(const QByteArrayList &cells, Tone tone = Tone::Plain);
    /// @p coloured: as Output::isColoured() says.
    [[nodiscard]] QByteArray text(bool coloured = false) const;

private:
    [[nodiscard]] QList<qsizetype> widths() const;
    [[nodiscard]] QByteArray line(const QByteArrayList &row, const QList<qsizetype> &widths) const;

    const QList<Column> m_columns;
    QList<QByteArrayList> m_rows;
    QList<Tone> m_tones;
};

/// Where results go, on stdout: tables for people; one JSON object or CSV for programs. Failures go to
/// stderr, with JSON as {"error":{"code","name","message","hint"}} to stdout.
class Output
{
public:
    enum class Format { Table, Json, Csv };

    explicit Output(Format format) : m_format(format) {}

    [[nodiscard]] bool isForPrograms() const { return m_format != Format::Table; }
    [[nodiscard]] Format format() const { return m_format; }
    /// Whether people see it on a terminal that may be coloured: not with NO_COLOR in the environment
    /// (no-color.org), nor with TERM=dumb.
    [[nodiscard]] bool isColoured() const;
    /// Whether people see it on a terminal.
    [[nodiscard]] bool isOnTerminal() const;
    /// @p text, in colour if isColoured().
    [[nodiscard]] QByteArray toned(const QByteArray &text, Tone tone) const;

    /// What can't be written is told by conclude(); after that nothing is written any more.
    void line(const QByteArray &text) const;
    /// For programs: @p message as JSON, or as a header and one line of CSV.
    template <Fields T>
    void object(const T &message) const
    {
        object(message, QList<T>{message});
    }
    /// For programs: @p message as JSON, or, of what it is about, @p rows as CSV.
    template <Fields T, Fields Row>
    void object(const T &message, const QList<Row> &rows) const
    {
        if (m_format == Format::Json)
            return line(toJson(message));
        line(csvHeader<Row>());
        for (const Row &row : rows)
            line(csvLine(row));
    }
    ExitCode fail(const Failure &failed) const;
    /// The same for a command that tells programs less by its exit code: ends with @p exitCode.
    ExitCode fail(const Failure &failed, ExitCode exitCode) const;

    /// Whether nothing that is written arrives any more, as when the reader of a pipe has gone: for commands
    /// that go on until they are told to end.
    [[nodiscard]] bool isLost() const;
    /// What the program is to end with after its command @p ended so. If not all could be written it says so
    /// on stderr, and that is Other; where the reader of a pipe has gone it ends the process by SIGPIPE, as
    /// other programs end.
    [[nodiscard]] ExitCode conclude(ExitCode ended) const;

private:
    const Format m_format;
    mutable int m_problem = 0; // errno of the first write that failed
};

/// @p name in quotes, for messages; harmless to a terminal.
[[nodiscard]] QByteArray quoted(const QByteArray &name);

} // namespace toystore
