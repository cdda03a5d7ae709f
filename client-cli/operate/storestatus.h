// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"
#include "protocol/supervisormessages.h"

namespace toystore
{

/// Everything that the store's parties say of themselves; printed as it is with -o json.
struct StoreStatus {
    bool open = true;
    QByteArray dataDirectory;
    QByteArray url; ///< of the shop
    qint64 pid = 0; ///< the supervisor's
    QByteArray version;
    QList<ProcessView> processes;
    std::optional<FrontendStatus::Answer> frontend; ///< absent where it does not answer; so for these
    std::optional<CatalogStatus::Answer> catalog;
    QList<OrderStatus::Answer> orders;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("open", self.open);
        visit("data_directory", self.dataDirectory);
        visit("url", self.url);
        visit("pid", self.pid);
        visit("version", self.version);
        visit("processes", self.processes);
        visit("frontend", self.frontend);
        visit("catalog", self.catalog);
        visit("orders", self.orders);
    }
};

} // namespace toystore
