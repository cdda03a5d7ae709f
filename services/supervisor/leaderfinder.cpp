// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "leaderfinder.h"

#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds askDeadline = 400ms;

} // namespace

LeaderFinder::LeaderFinder(Endpoint frontendAdmin, Endpoint catalog, QObject *parent)
    : QObject(parent), m_frontendAdmin(std::move(frontendAdmin)), m_catalog(std::move(catalog))
{
}

void LeaderFinder::find(const Done &done)
{
    // Asked by people, now and then: a connection for each time leaves nothing running in between.
    auto *frontend = new RpcClient(m_frontendAdmin, this);
    frontend->start();
    frontend->call(FrontendStatus(), askDeadline,
                   [this, frontend, done](const Result<FrontendStatus::Answer> &status) {
                       frontend->deleteLater();
                       if (status && !status->leaderId.isNone())
                           done(status->leaderId);
                       else
                           askCatalog(done);
                   });
}

void LeaderFinder::askCatalog(const Done &done)
{
    auto *catalog = new RpcClient(m_catalog, this);
    catalog->start();
    catalog->call(Leadership(), askDeadline, [catalog, done](const Result<Leadership::Answer> &leadership) {
        catalog->deleteLater();
        if (!leadership)
            done(failure(ErrorCode::WrongState, "neither the frontend nor the catalog can say who leads: " +
                                                    leadership.error().message));
        else if (leadership->leaderId.isNone())
            done(failure(ErrorCode::WrongState, "no order replica leads right now"));
        else
            done(leadership->leaderId);
    });
}

} // namespace toystore
