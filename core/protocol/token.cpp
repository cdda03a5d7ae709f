// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "protocol/token.h"

#include <algorithm>

namespace toystore
{

Result<void> checkToken(const QByteArray &given, const QByteArray &token)
{
    volatile int difference = given.size() == token.size() ? 0 : 1;
    for (qsizetype i = 0; i < std::min(given.size(), token.size()); ++i)
        difference = difference | (given[i] ^ token[i]);
    if (difference == 0)
        return {};
    return failure(ErrorCode::Unauthorized,
                   "token: this is not the one in the store's token file; only the user who opened the"
                   " store may operate it");
}

} // namespace toystore
