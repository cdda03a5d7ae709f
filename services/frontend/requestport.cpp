// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "requestport.h"

#include <algorithm>
#include <cstring>

namespace toystore
{

RequestPort::RequestPort(QObject *parent) : QTcpSocket(parent)
{
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
}

RequestPort::~RequestPort()
{
    setSocketState(QAbstractSocket::UnconnectedState); // nothing is left to close
}

void RequestPort::offer(QByteArray request)
{
    m_request = std::move(request);
    m_taken = 0;
    Q_EMIT readyRead();
}

void RequestPort::end()
{
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT disconnected();
}

qint64 RequestPort::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_request.size() - m_taken;
}

qint64 RequestPort::readData(char *data, qint64 most)
{
    const auto bytes = std::min(most, qint64(m_request.size() - m_taken));
    std::memcpy(data, m_request.constData() + m_taken, static_cast<std::size_t>(bytes));
    m_taken += bytes;
    return bytes;
}

qint64 RequestPort::writeData(const char *, qint64 size)
{
    return size;
}

} // namespace toystore
