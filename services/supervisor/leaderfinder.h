// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "net/rpcclient.h"

namespace toystore
{

/// Finds out who leads: asks the frontend, which knows whom it sends buys to, and where it does not answer
/// the catalog, whose ledger knows whom it would let sell.
class LeaderFinder : public QObject
{
public:
    using Done = std::function<void(Result<ReplicaId>)>;

    LeaderFinder(Endpoint frontendAdmin, Endpoint catalog, QObject *parent = nullptr);

    /// Calls @p done with the leader within a second. Errors: wrong_state (nobody leads, or nobody can say).
    /// Its thread.
    void find(const Done &done);

private:
    void askCatalog(const Done &done);

    const Endpoint m_frontendAdmin;
    const Endpoint m_catalog;
};

} // namespace toystore
