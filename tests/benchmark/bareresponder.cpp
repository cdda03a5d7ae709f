// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What Qt's sockets can do at best: answers every HTTP request on PORT with the bytes that came on standard
// input, on as many threads as the frontend has session threads, and looks at nothing but a request's end.

#include <QCoreApplication>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

#include <cstdio>
#include <memory>
#include <vector>

namespace
{

constexpr int threads = 10;

/// Answers connections on a thread of its own.
class Worker : public QObject
{
public:
    explicit Worker(QByteArray answer) : m_answer(std::move(answer)) {}

    void take(qintptr descriptor)
    {
        auto *socket = new QTcpSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(socket, &QTcpSocket::readyRead, socket, [this, socket, received = QByteArray()]() mutable {
            received += socket->readAll();
            for (qsizetype end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
                received.remove(0, end + 4);
                socket->write(m_answer);
            }
        });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }

private:
    const QByteArray m_answer;
};

/// Gives each connection to the next worker.
class Listener : public QTcpServer
{
public:
    explicit Listener(const QByteArray &answer)
    {
        for (int i = 0; i < threads; ++i) {
            auto *thread = new QThread(this);
            m_workers.push_back(new Worker(answer));
            m_workers.back()->moveToThread(thread);
            connect(thread, &QThread::finished, m_workers.back(), &QObject::deleteLater);
            thread->start();
        }
        setListenBacklogSize(1024);
    }
    ~Listener() override
    {
        for (QThread *thread : findChildren<QThread *>()) {
            thread->quit();
            thread->wait();
        }
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        Worker *const worker = m_workers[m_next++ % m_workers.size()];
        QMetaObject::invokeMethod(
            worker, [worker, descriptor] { worker->take(descriptor); }, Qt::QueuedConnection);
    }

private:
    std::vector<Worker *> m_workers;
    std::size_t m_next = 0;
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // as the services run
    const QCoreApplication application(argc, argv);
    QFile input;
    const bool canRead = input.open(stdin, QIODevice::ReadOnly);
    const quint16 port = argc == 2 ? QByteArray(argv[1]).toUShort() : quint16(0);
    Listener listener(canRead ? input.readAll() : QByteArray());
    if (port == 0 || !listener.listen(QHostAddress::LocalHost, port)) {
        std::fprintf(stderr, "usage: bareresponder PORT < ANSWER\n");
        return 2;
    }
    return QCoreApplication::exec();
}
