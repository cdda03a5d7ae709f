// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storeconfig.h"
#include "supervisor.h"

namespace toystore
{

/// Tells a person on stdout what happens to the store: a line for each service that gets ready, fails, is
/// killed or ends, where to shop once it is open, and how to close it. What goes into the log only, like a
/// start that will be told by its end, is left out.
class Console
{
public:
    explicit Console(const StoreConfig &config);

    void show(const Event &event) const;

private:
    void showOpen(const Event &event) const;

    const QByteArray m_shop;
    const QByteArray m_closeHint;
    const int m_nameWidth;
};

} // namespace toystore
