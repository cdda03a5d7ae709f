// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/httpconnection.h"

#include <QMap>

#include <memory>
#include <vector>

namespace toystore
{

/// Clients that buy in a closed loop, each over a connection of its own, and remember what they were told.
class Shoppers
{
public:
    struct Bought {
        QByteArray name;
        qint64 quantity = 0;

        bool operator==(const Bought &) const = default;
    };

    Shoppers(quint16 port, int count, QList<QByteArray> toys);

    void start();
    /// Lets every client finish its request, at most 20 s. Whether all did.
    [[nodiscard]] bool stop();

    [[nodiscard]] qint64 acknowledged() const { return m_bought.size(); }
    [[nodiscard]] qint64 rejected() const { return m_rejected; }
    /// Answers other than an order or a rejection, lost connections included.
    [[nodiscard]] const QByteArrayList &errors() const { return m_errors; }
    /// Two clients were given the same order number.
    [[nodiscard]] const QList<qint64> &doubled() const { return m_doubled; }
    [[nodiscard]] const QMap<qint64, Bought> &bought() const { return m_bought; }
    /// The longest answer since start() or forgetWaits().
    [[nodiscard]] Milliseconds longestWait() const { return m_longestWait; }
    /// Whatever went before is not to count: a catalog that has just started holds its first answers for a
    /// lease.
    void forgetWaits() { m_longestWait = Milliseconds(0); }

private:
    struct Client {
        std::unique_ptr<HttpConnection> connection;
        int turn = 0;
        bool busy = false;
    };

    void buy(Client &client);
    void answered(const Bought &wanted, const HttpAnswer &answer);

    const QList<QByteArray> m_toys;
    std::vector<Client> m_clients;
    bool m_running = false;
    QMap<qint64, Bought> m_bought;
    qint64 m_rejected = 0;
    QByteArrayList m_errors;
    QList<qint64> m_doubled;
    Milliseconds m_longestWait{0};
};

} // namespace toystore
