// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"

#include <QTest>

#include <optional>

namespace toystore
{

/// Sends one request to the service on @p port of this machine and waits for its answer, at most @p deadline.
template <typename Request>
[[nodiscard]] Result<typename Request::Answer> ask(quint16 port, const Request &request,
                                                   Milliseconds deadline = Milliseconds(5000))
{
    RpcClient client({QStringLiteral("127.0.0.1"), port});
    client.start();
    std::optional<Result<typename Request::Answer>> answer;
    client.call<Request>(request, deadline, [&answer](auto got) { answer = std::move(got); });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, static_cast<int>(deadline.count()) + 5000))
        return failure(ErrorCode::DeadlineExceeded, "no answer in the test's time");
    return *std::move(answer);
}

} // namespace toystore
