// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "orderservice.h"

#include "base/process.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLoggingCategory>

#include <algorithm>
#include <utility>

Q_LOGGING_CATEGORY(lcOrders, "toystore.orders")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds drainDeadline = 5000ms;
constexpr std::chrono::microseconds progressPatience = 10s; // for the next orders of a catch-up
constexpr qint64 leastBytesPerMicrosecond = 10;             // that even a slow disk reads
constexpr qint64 checksumChunk = 1024 * 1024;

} // namespace

OrderService::~OrderService()
{
    m_server.drain();
    m_disk.reset(); // joins the writer: no callback reaches the runner from here on
}

Result<void> OrderService::start(const Options &options)
{
    if (Result<void> opened = openLog(options); !opened)
        return opened;
    QList<ReplicaPlace> peers = options.places;
    const auto self =
        std::find_if(peers.begin(), peers.end(), [&](const auto &place) { return place.id == options.id; });
    const Endpoint here = self->endpoint;
    peers.erase(self);

    Replica::Settings settings{options.id, {}, options.rebuildFromAvailable};
    for (const ReplicaPlace &peer : peers)
        settings.peers.append(peer.id);
    m_network = std::make_unique<RpcNetwork>(peers, options.catalog);
    Replica replica(settings, m_recovered.last, std::move(m_recovered.checksums));
    m_runner =
        std::make_unique<EffectRunner>(std::move(replica), *m_log, *m_network, m_clock, m_events, [this] {
            QMetaObject::invokeMethod(
                this,
                [this] {
                    m_isBooted = true;
                    notifyReady("caught up");
                },
                Qt::QueuedConnection);
        });
    serve();
    if (Result<void> listening = m_server.listen(QHostAddress(here.host), here.port); !listening)
        return listening;
    m_network->start([this](ReplicaId peer) { m_runner->peerLost(peer); });
    m_runner->start();
    m_tick.setSingleShot(true);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        const Milliseconds interval = m_runner->tick();
        tellProgress();
        const Instant now = monotonicNow();
        m_tick.start(std::chrono::ceil<Milliseconds>(nextBeat(now, interval) - now));
    });
    m_tick.start(Followers::heartbeat);
    qCInfo(lcOrders, "replica %lld serves on port %u", static_cast<long long>(options.id.value), here.port);
    return {};
}

Result<void> OrderService::openLog(const Options &options)
{
    const QString path = QDir(options.dataDirectory).filePath(QStringLiteral("orders.log"));
    if (!QDir().mkpath(options.dataDirectory))
        return failure(ErrorCode::StorageFailed,
                       "can't make the directory " + options.dataDirectory.toUtf8());
    if (options.repair) {
        if (Result<void> aside = setLogAside(path); !aside)
            return aside;
    }
    const std::chrono::microseconds toRead(QFileInfo(path).size() / leastBytesPerMicrosecond);
    notifyProgress("reads its log", toRead);
    Result<std::unique_ptr<FileDisk>> disk = FileDisk::open(QFile::encodeName(path));
    if (!disk)
        return failure(disk.error());
    m_disk = *std::move(disk);
    m_log = std::make_unique<OrderLog>(*m_disk);
    Result<OrderLog::Recovered> recovered = m_log->open();
    if (!recovered)
        return failure(recovered.error().code, path.toUtf8() + ": " + recovered.error().message);
    if (recovered->tornBytes > 0) {
        qCWarning(lcOrders, "%s: cut %lld bytes of a torn tail (%s); they are fetched again",
                  qUtf8Printable(path), static_cast<long long>(recovered->tornBytes),
                  recovered->tornReason.constData());
    }
    m_recovered = *std::move(recovered);
    m_lastTold = m_log->durableNumber();
    return {};
}

/// A replica that has far to go is not given up as long as it comes nearer.
void OrderService::tellProgress()
{
    const qint64 last = m_log->durableNumber();
    if (m_isBooted || last == std::exchange(m_lastTold, last))
        return;
    notifyProgress("fetches orders and has " + QByteArray::number(last), progressPatience);
}

Result<void> OrderService::setLogAside(const QString &path) const
{
    if (!QFile::exists(path))
        return {};
    // Who holds the lock is using the log.
    if (Result<std::unique_ptr<FileDisk>> unused = FileDisk::open(QFile::encodeName(path)); !unused)
        return failure(unused.error());
    const QString aside =
        path + QStringLiteral(".before-repair-") + QString::number(QDateTime::currentMSecsSinceEpoch());
    if (!QFile::rename(path, aside))
        return failure(ErrorCode::StorageFailed, "can't rename " + path.toUtf8() + " to " + aside.toUtf8());
    qCWarning(lcOrders, "the old log is kept as %s; its orders are fetched anew", qUtf8Printable(aside));
    return {};
}

template <typename Request>
void OrderService::serveRequest()
{
    using Answer = typename Request::Answer;
    m_server.handle<Request>([this](Request request, const Reply<Answer> &reply) {
        m_runner->request(std::move(request), [reply](const Result<ReplicaAnswer> &answer) {
            if (answer)
                reply.succeed(std::get<Answer>(*answer));
            else
                reply.fail(answer.error());
        });
    });
}

void OrderService::serve()
{
    serveRequest<HealthCheck>();
    serveRequest<UpdateLeader>();
    serveBuys();
    serveRequest<OrderDetails>();
    serveCopies();
    serveRequest<OrdersAfter>();
    serveStatus();
    m_server.handle<LogChecksum>([this](const LogChecksum &request, const Reply<LogChecksum::Answer> &reply) {
        reply.send(checksum(request));
    });
}

void OrderService::serveBuys()
{
    m_server.handle<PlaceOrder>([this](PlaceOrder request, const Reply<PlaceOrder::Answer> &reply) {
        const qint64 standsFor = m_sampler.take(request.requestId, monotonicNow());
        const QByteArray followed = standsFor > 0 ? request.requestId : QByteArray();
        m_runner->request(std::move(request),
                          [this, reply, standsFor, followed](const Result<ReplicaAnswer> &answer) {
                              if (!answer)
                                  return reply.fail(answer.error());
                              const auto &placed = std::get<PlaceOrder::Answer>(*answer);
                              if (standsFor > 0) // before the next stage can begin
                                  tellWay(followed, standsFor, placed.orderNumber, "stored");
                              reply.succeed(placed);
                          });
    });
}

void OrderService::serveCopies()
{
    struct Followed {
        QByteArray requestId;
        qint64 standsFor = 0;
        qint64 number = 0;
    };
    m_server.handle<AppendOrders>([this](AppendOrders request, const Reply<AppendOrders::Answer> &reply) {
        std::vector<Followed> followed;
        for (const Order &order : request.orders) {
            if (const qint64 standsFor = m_sampler.take(order.requestId, monotonicNow()); standsFor > 0)
                followed.push_back({order.requestId, standsFor, order.number});
        }
        m_runner->request(std::move(request),
                          [this, reply, followed = std::move(followed)](const Result<ReplicaAnswer> &answer) {
                              if (!answer)
                                  return reply.fail(answer.error());
                              for (const Followed &one : followed) // as above
                                  tellWay(one.requestId, one.standsFor, one.number, "copied");
                              reply.succeed(std::get<AppendOrders::Answer>(*answer));
                          });
    });
}

/// One stage of a buy's way, for those who watch it.
void OrderService::tellWay(const QByteArray &requestId, qint64 standsFor, qint64 orderNumber,
                           const QByteArray &stage)
{
    m_events.add({.kind = "order_way",
                  .requestId = requestId,
                  .subject = stage,
                  .orderNumber = orderNumber,
                  .count = standsFor,
                  .atUs = wallClockUs()});
}

void OrderService::serveStatus()
{
    const auto status = [this](std::function<void(const Result<OrderStatus::Answer> &)> take) {
        m_runner->request(OrderStatus(), [this, take = std::move(take)](const Result<ReplicaAnswer> &answer) {
            take(answer.map([this](const ReplicaAnswer &any) {
                auto own = std::get<OrderStatus::Answer>(any);
                own.pid = QCoreApplication::applicationPid();
                const FileDisk::Flushes flushes = m_disk->flushes();
                const auto flushTime = std::chrono::duration_cast<std::chrono::microseconds>(flushes.time);
                own.writes = WriteFigures{flushes.count, flushTime.count(), m_network->batches(),
                                          m_network->batchOrders()};
                return own;
            }));
        });
    };
    m_server.handle<OrderStatus>([status](const OrderStatus &, const Reply<OrderStatus::Answer> &reply) {
        status([reply](const Result<OrderStatus::Answer> &answer) { reply.send(answer); });
    });
    m_publisher.setStatus([status](const EventPublisher::TakeStatus &take) {
        status([take](const Result<OrderStatus::Answer> &answer) {
            OrderStatusPush push;
            static_cast<OrderStatus::Answer &>(push) = answer.value_or(OrderStatus::Answer());
            take(requestLine(std::nullopt, push));
        });
    });
}

Result<LogChecksum::Answer> OrderService::checksum(const LogChecksum &request) const
{
    const qint64 last = m_log->durableNumber();
    const qint64 number = request.upTo.value_or(last);
    if (number < 0 || number > last) {
        return failure(ErrorCode::OutOfRange,
                       "up_to: must be from 0 to " + QByteArray::number(last) + ", the last order on disk");
    }
    if (request.after && (*request.after < 0 || *request.after > number))
        return failure(ErrorCode::OutOfRange, "after: must be from 0 to " + QByteArray::number(number));
    const qint64 begin = request.after ? m_log->bytesUpTo(*request.after) : 0;
    const qint64 end = m_log->bytesUpTo(number);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (qint64 at = begin; at < end; at += checksumChunk) {
        const Result<QByteArray> chunk = m_disk->read(at, std::min(checksumChunk, end - at));
        if (!chunk)
            return failure(chunk.error());
        hash.addData(*chunk);
    }
    return LogChecksum::Answer{number, end - begin, hash.result().toHex()};
}

void OrderService::drain(std::function<void()> done)
{
    qCInfo(lcOrders, "stopping: %d requests wait for their answers", m_server.unanswered());
    m_server.drain();
    auto *poll = new QTimer(this);
    connect(poll, &QTimer::timeout, this,
            [this, done = std::move(done), until = monotonicNow() + drainDeadline] {
                if (m_server.unanswered() == 0 || monotonicNow() >= until)
                    done();
            });
    poll->start(5ms);
}

} // namespace toystore
