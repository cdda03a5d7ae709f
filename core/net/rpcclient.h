// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "protocol/envelope.h"
#include "protocol/lineframer.h"

#include <QHash>
#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace toystore
{

/// Sends requests to one service over one kept connection: many at a time, each with a deadline. Connects by
/// itself and again when the connection is lost (back-off 5 to 100 ms).
///
/// Lives on the thread that made it (which needs an event loop); call() may be used from any thread, and the
/// answer's callback runs on the client's thread, never inside call(). A request is never sent twice by the
/// client: who wants it repeated knows what that means. A callback or a slot may destroy the client.
class RpcClient : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t maxUnanswered = 100'000;
    static constexpr qsizetype maxUnsentBytes = 16 * 1024 * 1024; ///< that the service has not taken yet

    /// What becomes of calls from the client's own thread. Another thread's leaves at once where nothing is
    /// in its way: to wake the loop for it would cost more than to send it.
    enum class Grouping {
        Turn, ///< those of one turn of its loop leave together at the end
        None, ///< each leaves at once: for who has one at a time to say
    };

    explicit RpcClient(Endpoint endpoint, QObject *parent = nullptr)
        : RpcClient(std::move(endpoint), Grouping::Turn, parent)
    {
    }
    RpcClient(Endpoint endpoint, Grouping grouping, QObject *parent = nullptr);
    /// The callbacks of requests still open are dropped, not called: their owners may be gone already.
    ~RpcClient() override;

    /// Begins to connect. The client's thread.
    void start();

    [[nodiscard]] bool isConnected() const { return m_connected; }
    [[nodiscard]] const Endpoint &endpoint() const { return m_endpoint; }

    /// Sends @p request; @p done gets the answer or an error of the service's, or cannot_connect (nothing was
    /// sent), connection_lost or deadline_exceeded (it may have been carried out), overloaded (maxUnanswered
    /// or maxUnsentBytes, nothing was sent). While a connection is being made the request waits for it,
    /// within its deadline. What is over its deadline when its turn comes, as after a pause of the process,
    /// is not sent. Any thread.
    template <typename R>
    void call(const R &request, Milliseconds deadline, std::function<void(Result<typename R::Answer>)> done)
    {
        const qint64 id = ++m_lastId;
        send({id, requestLine(id, request), monotonicNow() + deadline,
              [done = std::move(done)](const Result<const Incoming *> &answer) {
                  if (!answer)
                      done(failure(answer.error()));
                  else if ((*answer)->error)
                      done(failure(*(*answer)->error));
                  else
                      done(decodeFields<typename R::Answer>((*answer)->body.root()));
              }});
    }

    /// Sets what takes the messages of type M that the service pushes: called on the client's thread with the
    /// message and its id; one with an id wants acknowledge(). Before start().
    template <typename M>
    void onPush(std::function<void(M, std::optional<qint64> id)> handler)
    {
        m_pushHandlers[M::method.toByteArray()] = std::make_shared<PushHandler>(
            [handler = std::move(handler)](const Incoming &pushed) -> Result<void> {
                Result<M> message = decodeFields<M>(pushed.body.root());
                if (!message)
                    return failure(message.error());
                handler(*std::move(message), pushed.id);
                return {};
            });
    }

    /// Answers a pushed message with success. From its handler, not later: after a reconnect the id may mean
    /// another message. The client's thread.
    void acknowledge(qint64 id);

Q_SIGNALS:
    void connected();
    /// The connection was lost or could not be made; the first time after start() and after each connected().
    void disconnected(const QByteArray &reason);

private:
    using AnswerHandler = std::function<void(const Result<const Incoming *> &)>;
    using PushHandler = std::function<Result<void>(const Incoming &)>;
    struct Call {
        qint64 id = 0;
        QByteArray line;
        Instant deadline;
        AnswerHandler done;
    };
    struct Waiting {
        AnswerHandler done;
        std::multimap<Instant, qint64>::iterator deadline;
    };

    void send(Call call);
    [[nodiscard]] bool sendAtOnce(Call &call);
    void await(Call &call);
    void takeCalls();
    [[nodiscard]] std::optional<Error> refusal(const Call &call, qsizetype unsentBytes, Instant now) const;
    [[nodiscard]] Error tooLate() const;
    template <typename React>
    void onSocket(React react);
    void connectNow();
    void onConnected();
    void onLost(const QByteArray &reason);
    void readLines();
    void handleLine(const QByteArray &line);
    void write(const QByteArray &lines);
    void noteWritten();
    void closeDescriptor();
    void finish(qint64 id, const Result<const Incoming *> &answer);
    void failAll(ErrorCode code, const QByteArray &reason);
    void armDeadlineTimer();
    void expire();

    const Endpoint m_endpoint;
    const Grouping m_grouping;
    QTcpSocket *m_socket;
    QTimer m_reconnectTimer{this};
    QTimer m_connectTimer{this};
    QTimer m_deadlineTimer{this};
    Milliseconds m_backOff;
    LineFramer m_framer;
    std::atomic_bool m_connected = false;
    bool m_connecting = false;
    bool m_saidDisconnected = false;
    bool m_inSocketSignal = false; // then the socket must survive us
    QByteArray m_heldBack;         // lines that wait for the connection being made
    QHash<QByteArray, std::shared_ptr<PushHandler>> m_pushHandlers;

    std::atomic<qint64> m_lastId = 0;
    std::mutex m_mutex;        // guards what follows: other threads call, too
    std::vector<Call> m_calls; // that the loop has to send
    std::unordered_map<qint64, Waiting> m_waiting;
    std::multimap<Instant, qint64> m_deadlines;
    std::optional<Instant> m_armedFor; // when m_deadlineTimer fires, if it is active
    bool m_othersCall = false;         // since it fired last
    int m_descriptor = -1;             // our own of the socket, who may close his at any time; -1: none
    bool m_isWritten = false;          // what was given to the socket, all of it
    QByteArray m_unsent;               // what the kernel did not take of a line that went past the socket
};

} // namespace toystore
