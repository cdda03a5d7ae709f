// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storeconfig.h"

#include "base/eventring.h"

namespace toystore
{

/// Tells a person on stdout what happens to the store, and how to close it.
class Console
{
public:
    explicit Console(const StoreConfig &config);

    void show(const Event &event) const;

private:
    const QByteArray m_closeHint;
};

} // namespace toystore
