// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "load/shoprequest.h"

namespace toystore
{

/// Is told of every attempt of every client, in the engine's thread. A client has one attempt under way at
/// most; after one that did not tell, the same buy may be sent again, as an attempt of its own.
class LoadObserver
{
public:
    virtual ~LoadObserver() = default;

    /// Before the first byte is written.
    virtual void sent(qint64 client, const ShopRequest &request, Instant now) = 0;
    /// After the last byte was read.
    virtual void answered(qint64 client, const ShopAnswer &answer, Instant now) = 0;
    /// There is no answer, and will be none.
    virtual void gaveUp(qint64 client) = 0;
};

} // namespace toystore
