// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/recorder.h"
#include "support/httpconnection.h"

#include <memory>
#include <vector>

namespace toystore
{

/// Clients that buy, ask for what there is and look their orders up, in a closed loop, each over a connection
/// of its own, and record it all. A buy of unknown outcome is sent again under its key.
class RecordedShoppers
{
public:
    RecordedShoppers(quint16 port, int count, QList<QByteArray> toys);

    void start();
    /// Lets every client finish its request, at most 20 s. Whether all did.
    [[nodiscard]] bool stop();

    [[nodiscard]] qint64 acknowledged() const { return static_cast<qint64>(m_numbers.size()); }
    /// As a history's file has it.
    [[nodiscard]] const QByteArray &history() const { return m_history; }

private:
    struct Client {
        std::unique_ptr<HttpConnection> connection;
        int index = 0;
        int turn = 0;
        bool busy = false;
        std::optional<Call> again; // a buy to be repeated
    };

    void act(Client &client);
    [[nodiscard]] Call nextCall(Client &client);
    void answered(Client &client, const Call &asked, qint64 id, const HttpAnswer &answer);

    const QList<QByteArray> m_toys;
    std::vector<Client> m_clients;
    Recorder m_recorder;
    QByteArray m_history;
    std::vector<qint64> m_numbers; // of the orders that were acknowledged
    bool m_running = false;
};

} // namespace toystore
