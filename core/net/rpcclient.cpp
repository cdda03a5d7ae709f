// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "net/rpcclient.h"

#include <QLoggingCategory>
#include <QPointer>
#include <QThread>

#include <algorithm>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcRpcClient, "toystore.net.client")

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leastBackOff = 5ms;
constexpr Milliseconds mostBackOff = 100ms;
constexpr Milliseconds connectDeadline = 1000ms;

} // namespace

RpcClient::RpcClient(Endpoint endpoint, Grouping grouping, QObject *parent)
    : QObject(parent), m_endpoint(std::move(endpoint)), m_grouping(grouping), m_socket(new QTcpSocket(this)),
      m_backOff(leastBackOff)
{
    for (QTimer *timer : {&m_reconnectTimer, &m_connectTimer, &m_deadlineTimer}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&m_reconnectTimer, &QTimer::timeout, this, [this] { connectNow(); });
    connect(&m_connectTimer, &QTimer::timeout, this, [this] { onLost("no connection within 1 s"); });
    connect(&m_deadlineTimer, &QTimer::timeout, this, [this] { expire(); });
    connect(m_socket, &QTcpSocket::connected, this, [this] { onSocket([this] { onConnected(); }); });
    connect(m_socket, &QTcpSocket::readyRead, this, [this] { onSocket([this] { readLines(); }); });
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] { noteWritten(); });
    connect(m_socket, &QTcpSocket::errorOccurred, this,
            [this] { onSocket([this] { onLost(m_socket->errorString().toUtf8()); }); });
}

RpcClient::~RpcClient()
{
    m_socket->disconnect(this);
    closeDescriptor();
    if (m_inSocketSignal) {
        m_socket->setParent(nullptr);
        m_socket->abort();
        m_socket->deleteLater();
    }
}

// A callback may destroy the client from within a signal of the socket, which Qt still uses afterwards.
template <typename React>
void RpcClient::onSocket(React react)
{
    const QPointer<RpcClient> alive(this);
    const bool before = std::exchange(m_inSocketSignal, true);
    react();
    if (alive)
        m_inSocketSignal = before;
}

void RpcClient::start()
{
    connectNow();
}

void RpcClient::send(Call call)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (sendAtOnce(call))
            return;
        m_calls.push_back(std::move(call));
        if (m_calls.size() > 1)
            return;
    }
    QMetaObject::invokeMethod(
        this, [this] { takeCalls(); }, Qt::QueuedConnection);
}

// Under the lock. What the loop has to look at is left to it: a timer to be armed, a refusal, lines that
// wait.
bool RpcClient::sendAtOnce(Call &call)
{
    const bool isOwnThread = QThread::currentThread() == thread();
    if (isOwnThread && m_grouping == Grouping::Turn)
        return false;
    m_othersCall = m_othersCall || !isOwnThread;
    const bool isTimed = isOwnThread || (m_armedFor && *m_armedFor <= call.deadline);
    if (m_descriptor < 0 || !m_isWritten || !isTimed || !m_calls.empty() ||
        m_waiting.size() >= maxUnanswered || call.deadline <= monotonicNow())
        return false;
    const QByteArray line = std::exchange(call.line, {});
    await(call);
    if (isOwnThread)
        armDeadlineTimer();
    const auto sent = ::send(m_descriptor, line.constData(), static_cast<std::size_t>(line.size()),
                             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == line.size())
        return true;
    m_unsent = line.mid(std::max<qsizetype>(sent, 0)); // for the loop, which also learns what is wrong
    m_isWritten = false;
    QMetaObject::invokeMethod(
        this, [this] { takeCalls(); }, Qt::QueuedConnection);
    return true;
}

// Under the lock.
void RpcClient::await(Call &call)
{
    m_waiting.emplace(call.id, Waiting{std::move(call.done), m_deadlines.emplace(call.deadline, call.id)});
}

void RpcClient::takeCalls()
{
    QByteArray lines;
    std::vector<std::pair<AnswerHandler, Error>> refused;
    {
        const std::scoped_lock lock(m_mutex);
        m_isWritten = false; // no other line may overtake these
        const Instant now = monotonicNow();
        for (Call &call : std::exchange(m_calls, {})) {
            if (std::optional<Error> error = refusal(call, m_unsent.size() + lines.size(), now)) {
                refused.emplace_back(std::move(call.done), *std::move(error));
            } else {
                lines += call.line;
                await(call);
            }
        }
        armDeadlineTimer();
    }
    const QPointer<RpcClient> alive(this);
    if (m_connected)
        write(lines);
    else
        m_heldBack += lines;
    for (const auto &[done, error] : refused) {
        if (alive)
            done(failure(error));
    }
}

std::optional<Error> RpcClient::refusal(const Call &call, qsizetype unsentBytes, Instant now) const
{
    if (call.deadline <= now)
        return tooLate();
    if (!m_connected && !m_connecting)
        return Error{ErrorCode::CannotConnect, "nothing answers at " + m_endpoint.toByteArray()};
    if (m_waiting.size() >= maxUnanswered)
        return Error{ErrorCode::Overloaded, "more than " + QByteArray::number(qulonglong(maxUnanswered)) +
                                                " requests wait for " + m_endpoint.toByteArray()};
    if (m_socket->bytesToWrite() + m_heldBack.size() + unsentBytes + call.line.size() > maxUnsentBytes)
        return Error{ErrorCode::Overloaded, m_endpoint.toByteArray() + " does not read what it is sent"};
    return std::nullopt;
}

Error RpcClient::tooLate() const
{
    return {ErrorCode::DeadlineExceeded, m_endpoint.toByteArray() + " did not answer in time"};
}

void RpcClient::write(const QByteArray &lines)
{
    QByteArray bytes;
    {
        const std::scoped_lock lock(m_mutex);
        bytes = std::exchange(m_unsent, {}) + lines; // a line that was begun ends first,
        m_isWritten = false;                         // and no other gets between
    }
    const QPointer<RpcClient> alive(this);
    if (!bytes.isEmpty()) {
        m_socket->write(bytes);
        m_socket->flush();
    }
    if (alive)
        noteWritten();
}

void RpcClient::noteWritten()
{
    const std::scoped_lock lock(m_mutex);
    m_isWritten = m_calls.empty() && m_unsent.isEmpty() && m_socket->bytesToWrite() == 0;
}

void RpcClient::acknowledge(qint64 id)
{
    if (m_connected)
        write(answerLine(id, Empty()));
}

void RpcClient::connectNow()
{
    m_connecting = true;
    m_connectTimer.start(connectDeadline);
    m_socket->connectToHost(m_endpoint.host, m_endpoint.port);
}

void RpcClient::onConnected()
{
    m_connectTimer.stop();
    m_connecting = false;
    m_connected = true;
    m_saidDisconnected = false;
    m_framer = LineFramer();
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    {
        const std::scoped_lock lock(m_mutex);
        m_descriptor = ::fcntl(static_cast<int>(m_socket->socketDescriptor()), F_DUPFD_CLOEXEC, 0);
    }
    const QPointer<RpcClient> alive(this);
    write(std::exchange(m_heldBack, {}));
    if (alive && m_connected)
        Q_EMIT connected();
}

void RpcClient::closeDescriptor()
{
    const std::scoped_lock lock(m_mutex);
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
    m_unsent.clear();
}

void RpcClient::onLost(const QByteArray &reason)
{
    const bool wasConnected = m_connected.exchange(false);
    if (!wasConnected && !m_connecting)
        return; // said already
    m_connecting = false;
    m_connectTimer.stop();
    closeDescriptor();
    m_socket->abort();
    m_heldBack.clear();
    m_reconnectTimer.start(m_backOff);
    m_backOff = std::min(2 * m_backOff, mostBackOff);
    const bool isNews = !std::exchange(m_saidDisconnected, true);
    const QPointer<RpcClient> alive(this);
    failAll(wasConnected ? ErrorCode::ConnectionLost : ErrorCode::CannotConnect,
            m_endpoint.toByteArray() + ": " + reason);
    if (alive && isNews)
        Q_EMIT disconnected(reason);
}

void RpcClient::readLines()
{
    const QPointer<RpcClient> alive(this);
    m_framer.feed(m_socket->readAll());
    while (alive && m_connected) {
        const Result<std::optional<QByteArray>> line = m_framer.next();
        if (!line)
            return onLost(line.error().message);
        if (!*line)
            return;
        handleLine(**line);
    }
}

void RpcClient::handleLine(const QByteArray &line)
{
    const tl::expected<Incoming, BadLine> incoming = parseLine(line);
    if (!incoming)
        return onLost("it sent what is no message: " + incoming.error().error.message);
    m_backOff = leastBackOff; // not before: one that accepts and closes at once is no better than none
    if (incoming->type == Incoming::Type::Answer) {
        if (incoming->id)
            finish(*incoming->id, &*incoming);
        else
            qCWarning(lcRpcClient, "%s: %s", m_endpoint.toByteArray().constData(),
                      incoming->error ? incoming->error->message.constData() : "an answer without an id");
        return;
    }
    const auto handler = m_pushHandlers.constFind(incoming->method);
    if (handler == m_pushHandlers.constEnd())
        return;                                           // a newer service may push what we don't know
    const std::shared_ptr<PushHandler> handle = *handler; // lives on if it destroys us
    if (const Result<void> handled = (*handle)(*incoming); !handled)
        onLost("it pushed a bad " + incoming->method + ": " + handled.error().message);
}

void RpcClient::finish(qint64 id, const Result<const Incoming *> &answer)
{
    AnswerHandler done;
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = m_waiting.find(id);
        if (found == m_waiting.end())
            return; // answered after its deadline
        done = std::move(found->second.done);
        m_deadlines.erase(found->second.deadline);
        m_waiting.erase(found);
        if (m_deadlines.empty() && !m_othersCall) { // who would have to wake us to arm it again
            m_deadlineTimer.stop();                 // or it would wake an idle process for nothing
            m_armedFor.reset();
        }
    }
    done(answer);
}

void RpcClient::failAll(ErrorCode code, const QByteArray &reason)
{
    std::unordered_map<qint64, Waiting> failed;
    {
        const std::scoped_lock lock(m_mutex);
        m_deadlines.clear();
        failed.swap(m_waiting);
    }
    const QPointer<RpcClient> alive(this);
    for (const auto &[id, waiting] : failed) {
        if (alive)
            waiting.done(failure(code, reason));
    }
}

// Under the lock, on the client's thread.
void RpcClient::armDeadlineTimer()
{
    if (m_deadlines.empty())
        return;
    const Instant earliest = m_deadlines.begin()->first;
    if (m_armedFor && *m_armedFor <= earliest)
        return; // rings early at worst, and is armed again then
    m_armedFor = earliest;
    const auto left = std::chrono::ceil<Milliseconds>(earliest - monotonicNow());
    m_deadlineTimer.start(std::max(left, Milliseconds(0)));
}

void RpcClient::expire()
{
    std::vector<qint64> late;
    {
        const std::scoped_lock lock(m_mutex);
        m_armedFor.reset();
        m_othersCall = false;
        const Instant now = monotonicNow();
        for (auto next = m_deadlines.begin(); next != m_deadlines.end() && next->first <= now; ++next)
            late.push_back(next->second);
    }
    const QPointer<RpcClient> alive(this);
    const Error error = tooLate();
    for (const qint64 id : late) {
        if (alive)
            finish(id, failure(error));
    }
    if (!alive)
        return;
    const std::scoped_lock lock(m_mutex);
    armDeadlineTimer();
}

} // namespace toystore
