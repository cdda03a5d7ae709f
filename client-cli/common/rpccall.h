// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"

#include <QEventLoop>

namespace toystore
{

/// Sends one request to @p endpoint and waits for the answer, at most @p deadline, in an event loop of its
/// own: for a program that has nothing else to do. Errors: those of RpcClient::call().
template <typename R>
[[nodiscard]] Result<typename R::Answer> callAndWait(const Endpoint &endpoint, const R &request,
                                                     Milliseconds deadline)
{
    RpcClient client(endpoint);
    client.start();
    QEventLoop loop;
    std::optional<Result<typename R::Answer>> answered;
    client.call(request, deadline, std::function<void(Result<typename R::Answer>)>([&](auto answer) {
                    answered = std::move(answer);
                    loop.quit();
                }));
    loop.exec();
    return *std::move(answered);
}

} // namespace toystore
