// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "simulation/describe.h"

#include <any>

namespace toystore::simulation
{

/// One of the two ends of a connection.
enum class Side { Client, Server };

/// One line on a connection, or its end.
struct Packet {
    enum class Kind { Request, Answer, Push, Acknowledgement, Close };

    Kind kind = Kind::Close;
    qint64 id = 0;
    std::any body = {};               ///< the message; of a failed answer nothing
    std::optional<Error> error = {};  ///< of a failed answer
    QByteArrayView method = "closed"; ///< what it is or answers
    QByteArray (*text)(const std::any &) = nullptr;
    Instant sentAt = {};
    Instant arrival = {};
    bool isStalled = false; ///< by a partition

    template <typename R>
    [[nodiscard]] static Packet request(qint64 id, R message)
    {
        return {Kind::Request, id, std::move(message), {}, R::method, &describeBody<R>};
    }
    template <typename M>
    [[nodiscard]] static Packet push(qint64 id, M message)
    {
        return {Kind::Push, id, std::move(message), {}, M::method, &describeBody<M>};
    }
    template <typename R>
    [[nodiscard]] static Packet answer(qint64 id, const Result<typename R::Answer> &answer)
    {
        if (!answer)
            return {Kind::Answer, id, {}, answer.error(), R::method};
        return {Kind::Answer, id, *answer, {}, R::method, &describeBody<typename R::Answer>};
    }

    /// For the trace.
    [[nodiscard]] QByteArray describe() const
    {
        QByteArray line = method.toByteArray();
        if (kind == Kind::Answer)
            line += error ? " refused: " : " answered: ";
        else if (kind == Kind::Acknowledgement)
            line += " acknowledged: " + QByteArray::number(id);
        else
            line += ": ";
        if (error)
            return line + simulation::describe(*error);
        return text != nullptr ? line + text(body) : line;
    }

private:
    template <typename T>
    [[nodiscard]] static QByteArray describeBody(const std::any &body)
    {
        return simulation::describe(std::any_cast<const T &>(body));
    }
};

} // namespace toystore::simulation
