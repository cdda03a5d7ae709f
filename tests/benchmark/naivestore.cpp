// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The same tiers, rules and replication as the store's, built with the same tools and without a second
// thought: blocking sockets, a connection for every call, one order at a time, a flush for every order, one
// follower after the other. It sells until something fails, and then ends.
//
//     naivestore catalog PORT DIRECTORY
//     naivestore follower PORT DIRECTORY
//     naivestore leader PORT DIRECTORY CATALOG FOLLOWER...
//     naivestore frontend PORT LEADER
//
// Messages, ledger and log lines are the store's own: what is compared is how they are put together.

#include "base/instant.h"
#include "orders/orderline.h"
#include "protocol/catalogmessages.h"
#include "protocol/envelope.h"
#include "protocol/ordermessages.h"
#include "stock/sqlstockledger.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUuid>

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <thread>
#include <unistd.h>

using namespace toystore;

namespace
{

constexpr ReplicaId leader{1};
constexpr qint64 stock = 1'000'000'000;

template <typename T>
T orEnd(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "naivestore: %s\n", result.error().message.constData());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

Incoming parsed(const QByteArray &line)
{
    tl::expected<Incoming, BadLine> incoming = parseLine(QByteArrayView(line).chopped(1));
    if (!incoming)
        return orEnd<Incoming>(failure(incoming.error().error));
    return *std::move(incoming);
}

/// Up to and with the next @p mark; nothing if the connection ends before.
std::optional<QByteArray> readUntil(QTcpSocket &socket, const QByteArray &mark)
{
    qsizetype found = -1;
    while ((found = socket.peek(socket.bytesAvailable()).indexOf(mark)) < 0) {
        if (!socket.waitForReadyRead(-1))
            return std::nullopt;
    }
    return socket.read(found + mark.size());
}

std::optional<QByteArray> readBytes(QTcpSocket &socket, qint64 count)
{
    while (socket.bytesAvailable() < count) {
        if (!socket.waitForReadyRead(-1))
            return std::nullopt;
    }
    return socket.read(count);
}

void write(QTcpSocket &socket, const QByteArray &bytes)
{
    socket.write(bytes);
    socket.waitForBytesWritten(-1);
}

/// Asks the service on @p port of this machine, over a connection of its own.
template <typename Request>
typename Request::Answer call(quint16 port, const Request &request)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket.waitForConnected(-1);
    write(socket, requestLine(1, request));
    const Incoming incoming = parsed(readUntil(socket, "\n").value_or("\n"));
    return orEnd(decodeFields<typename Request::Answer>(incoming.body.root()));
}

/// Gives the descriptor of every connection to @p take.
class Listener : public QTcpServer
{
public:
    Listener(quint16 port, std::function<void(qintptr)> take) : m_take(std::move(take))
    {
        setListenBacklogSize(1024);
        orEnd(listen(QHostAddress::LocalHost, port)
                  ? Result<void>()
                  : failure(ErrorCode::CannotConnect, errorString().toUtf8()));
    }

    [[noreturn]] void run()
    {
        while (true)
            waitForNewConnection(-1);
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_take(descriptor); }

private:
    const std::function<void(qintptr)> m_take;
};

/// Answers one request after the other, each on its own connection.
template <typename Request, typename Handler>
[[noreturn]] void serve(quint16 port, Handler handle)
{
    Listener listener(port, [&handle](qintptr descriptor) {
        QTcpSocket socket;
        socket.setSocketDescriptor(descriptor);
        const std::optional<QByteArray> line = readUntil(socket, "\n");
        if (!line)
            return;
        const Incoming incoming = parsed(*line);
        write(socket, answerLine(incoming.id, handle(orEnd(decodeFields<Request>(incoming.body.root())))));
    });
    listener.run();
}

/// An order log that is flushed after each order.
class Log
{
public:
    explicit Log(const QString &directory)
        : m_descriptor(::open(qPrintable(directory + QStringLiteral("/orders.log")),
                              O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644))
    {
    }

    void append(const Order &order)
    {
        const QByteArray line = orderLine(order);
        if (::write(m_descriptor, line.constData(), static_cast<std::size_t>(line.size())) != line.size() ||
            ::fdatasync(m_descriptor) != 0) {
            std::perror("naivestore: can't write the log");
            std::exit(1);
        }
    }

private:
    const int m_descriptor;
};

[[noreturn]] void beCatalog(quint16 port, const QString &directory)
{
    const QUrl url(QStringLiteral("sqlite:") + QDir(directory).filePath(QStringLiteral("ledger.sqlite")));
    const std::unique_ptr<SqlStockLedger> ledger = orEnd(SqlStockLedger::open(url));
    const auto now = [] {
        return QDateTime::fromMSecsSinceEpoch(wallClockMs(), Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
    };
    orEnd(ledger->openStore({{"Tux", 19.9}, {"Whale", 34.5}, {"Elephant", 29.95}}, stock, now()));
    orEnd(ledger->beginEpoch({0, leader, 0}));
    serve<Sell>(port, [&](const Sell &call) { return orEnd(orEnd(ledger->sell({call}, now())).answers[0]); });
}

[[noreturn]] void beFollower(quint16 port, const QString &directory)
{
    Log log(directory);
    serve<AppendOrders>(port, [&](const AppendOrders &request) {
        for (const Order &order : request.orders)
            log.append(order);
        return AppendOrders::Answer{request.lastOrderNumber};
    });
}

[[noreturn]] void beLeader(quint16 port, const QString &directory, quint16 catalog,
                           const QList<quint16> &followers)
{
    Log log(directory);
    qint64 last = 0;
    serve<PlaceOrder>(port, [&](const PlaceOrder &buy) {
        const Sell sell{1, leader, last + 1, last, {{buy.requestId, buy.name, buy.quantity}}};
        const Sell::Answer sold = call(catalog, sell);
        const Order order = sold.outcomes.at(0).order.value(); // there is enough of everything
        last = order.number;
        log.append(order);
        for (const quint16 follower : followers)
            call(follower, AppendOrders{1, leader, order.number, {order}});
        return PlaceOrder::Answer{order.number};
    });
}

QByteArray boughtBy(const QByteArray &body, quint16 leaderPort)
{
    const JsonTree tree = orEnd(JsonTree::parse(body));
    const PlaceOrder buy{1, "f-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces),
                         tree.root().member("name")->text().toByteArray(),
                         tree.root().member("quantity")->integer()};
    const qint64 number = call(leaderPort, buy).orderNumber;
    return R"({"data":{"order_number":)" + QByteArray::number(number) + "}}";
}

/// A client's connection, whose every request is a buy.
void serveClient(qintptr descriptor, quint16 leaderPort)
{
    QTcpSocket socket;
    socket.setSocketDescriptor(descriptor);
    while (const std::optional<QByteArray> head = readUntil(socket, "\r\n\r\n")) {
        const QByteArray fields = head->toLower();
        const QByteArray name = "content-length:";
        const QByteArray length = fields.mid(fields.indexOf(name) + name.size());
        const std::optional<QByteArray> body =
            readBytes(socket, length.first(length.indexOf('\r')).trimmed().toLongLong());
        if (!body)
            return;
        const QByteArray answer = boughtBy(*body, leaderPort);
        write(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                          QByteArray::number(answer.size()) + "\r\n\r\n" + answer);
    }
}

[[noreturn]] void beFrontend(quint16 port, quint16 leaderPort)
{
    Listener listener(port, [leaderPort](qintptr descriptor) {
        std::thread([descriptor, leaderPort] { serveClient(descriptor, leaderPort); }).detach();
    });
    listener.run();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString role = arguments.value(1);
    const quint16 port = arguments.value(2).toUShort();
    const QString directory = arguments.value(3);
    QList<quint16> others;
    for (const QString &argument : arguments.mid(4))
        others.append(argument.toUShort());
    if (role == QLatin1String("catalog"))
        beCatalog(port, directory);
    if (role == QLatin1String("follower"))
        beFollower(port, directory);
    if (role == QLatin1String("leader") && !others.isEmpty())
        beLeader(port, directory, others.first(), others.mid(1));
    if (role == QLatin1String("frontend"))
        beFrontend(port, directory.toUShort());
    std::fprintf(stderr, "usage: naivestore catalog|follower|leader|frontend PORT ...\n");
    return 2;
}
