// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "proxylink.h"

#include <QHostAddress>
#include <QLoggingCategory>

#include <algorithm>

Q_LOGGING_CATEGORY(lcLink, "toystore.faultproxy.link")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr int listenBacklog = 64;
constexpr Milliseconds dialAgain = 20ms;

QByteArray addressOf(const Link &link)
{
    return link.listen.toByteArray();
}

} // namespace

ProxyLink::ProxyLink(Link link) : m_link(std::move(link))
{
    // One that is not joined yet stays with the kernel or the listener, which closes it if TO turns out to be
    // gone.
    m_listener.setMaxPendingConnections(1);
    m_listener.setListenBacklogSize(listenBacklog);
    connect(&m_listener, &QTcpServer::newConnection, this, [this] { join(); });
    m_dialTimer.setSingleShot(true);
    connect(&m_dialTimer, &QTimer::timeout, this, [this] { dial(); });
}

Result<void> ProxyLink::start()
{
    const QHostAddress address(m_link.listen.host);
    if (!m_listener.listen(address, m_link.listen.port)) {
        const bool isUsed = m_listener.serverError() == QAbstractSocket::AddressInUseError;
        return failure(isUsed ? ErrorCode::AlreadyInUse : ErrorCode::CannotConnect,
                       "can't listen at " + addressOf(m_link) + ", for " + m_link.from + " on its way to " +
                           m_link.to + ": " + m_listener.errorString().toUtf8());
    }
    m_listener.close(); // until TO is there
    dial();
    return {};
}

void ProxyLink::dial()
{
    m_reserve = std::make_unique<QTcpSocket>();
    QTcpSocket *socket = m_reserve.get();
    connect(socket, &QTcpSocket::connected, this, [this] { onReserveConnected(); });
    connect(socket, &QTcpSocket::errorOccurred, this, [this] { onReserveLost(); });
    socket->connectToHost(QHostAddress(m_link.target.host), m_link.target.port);
}

void ProxyLink::onReserveConnected()
{
    update();
    join();
}

void ProxyLink::onReserveLost()
{
    m_reserve->disconnect(this);
    m_reserve.release()->deleteLater(); // it is on the stack
    update();
    m_dialTimer.start(dialAgain);
}

// Listens if there is somebody to listen for.
void ProxyLink::update()
{
    const bool hasReserve = m_reserve && m_reserve->state() == QAbstractSocket::ConnectedState;
    if (m_faults.isCut() || !m_reserve)
        m_listener.close();
    else if (hasReserve && !m_listener.isListening() &&
             !m_listener.listen(QHostAddress(m_link.listen.host), m_link.listen.port))
        qCWarning(lcLink, "can't listen at %s: %s", addressOf(m_link).constData(),
                  qUtf8Printable(m_listener.errorString()));
}

void ProxyLink::join()
{
    const bool hasReserve = m_reserve && m_reserve->state() == QAbstractSocket::ConnectedState;
    if (!hasReserve || !m_listener.hasPendingConnections())
        return;
    std::unique_ptr<QTcpSocket> from(m_listener.nextPendingConnection());
    from->setParent(nullptr);
    if (m_connections.size() >= maxConnections) {
        qCWarning(lcLink, "%s has %zu connections to %s already: one more is closed", m_link.from.constData(),
                  m_connections.size(), m_link.to.constData());
        return;
    }
    m_reserve->disconnect(this);
    const quint64 seed = m_seed + m_connections.size();
    ProxyConnection::Lanes lanes{Lane(m_faults.rules(Direction::Forward), seed, m_forward),
                                 Lane(m_faults.rules(Direction::Backward), ~seed, m_backward)};
    const auto forget = [this](const ProxyConnection *over) {
        std::erase_if(m_connections, [over](const auto &one) { return one.get() == over; });
    };
    // It says that it is over when nothing of it is on the stack, but for the event that says so.
    auto connection =
        std::make_unique<ProxyConnection>(std::move(from), std::move(m_reserve), std::move(lanes), forget);
    m_connections.push_back(std::move(connection));
    dial();
}

void ProxyLink::set(const Fault &fault, quint64 seed)
{
    m_faults.set(fault);
    if (fault.kind == "loss") {
        m_seed = seed;
        for (std::size_t i = 0; i < m_connections.size(); ++i)
            m_connections[i]->setSeed(seed + i);
    }
    apply();
}

void ProxyLink::clear(const std::optional<QByteArray> &kind)
{
    m_faults.clear(kind);
    apply();
}

void ProxyLink::apply()
{
    for (const auto &connection : m_connections)
        connection->setRules(m_faults.rules(Direction::Forward), m_faults.rules(Direction::Backward));
    m_cut += static_cast<qint64>(std::erase_if(m_connections, [this](const auto &connection) {
        return m_faults.isCut() || connection->isBroken();
    }));
    update();
}

LinkView ProxyLink::view() const
{
    return {
        m_link.from, m_link.to, addressOf(m_link), m_faults.list(), static_cast<qint64>(m_connections.size()),
        m_cut,       m_forward, m_backward};
}

} // namespace toystore
