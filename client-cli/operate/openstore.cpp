// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "operate/openstore.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds supervisorTimeout = 5s;

} // namespace

Result<void> openStore(StoreWatch &watch, const StoreAccess &access, const GlobalOptions &options)
{
    const bool isNamed = options.supervisorPort != 0;
    if (!access.file() && !isNamed) // whoever has the usual port is another store
        return failure(ErrorCode::CannotConnect, "");
    if (Result<void> open = watch.open(options.timeoutOr(supervisorTimeout)); !open)
        return open;
    if (!isNamed && watch.status().dataDirectory != access.dataDirectory().toUtf8())
        return failure(ErrorCode::CannotConnect, "");
    return {};
}

ExitCode tellNotOpen(const StoreAccess &access, const Error &error, const Output &output)
{
    const QByteArray directory = access.dataDirectory().toUtf8();
    QByteArray message = "the store in " + directory + " is not open";
    if (access.file() && error.code == ErrorCode::CannotConnect)
        message += ": its supervisor, pid " + QByteArray::number(access.file()->pid) +
                   ", is gone without having closed it, and its services with it";
    else if (access.file())
        message = "the supervisor of the store in " + directory + " does not answer: " + error.message;
    return output.fail({{error.code, message},
                        "",
                        "Open it with 'toystore up --data " + directory + "', or name another with --data."});
}

} // namespace toystore
