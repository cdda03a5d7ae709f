// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/csvexport.h"

#include "docks/csv.h"

namespace toystore
{

CsvExport::CsvExport(QObject *parent) : QObject(parent), m_writer(new QObject)
{
    m_writer->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_writer, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("export"));
    m_thread.start(QThread::LowPriority);
}

CsvExport::~CsvExport()
{
    // Behind all that waits to be written.
    QMetaObject::invokeMethod(m_writer, [this] { m_thread.quit(); });
    m_thread.wait();
}

void CsvExport::write(std::unique_ptr<const OrderLogModel> orders, const QString &path)
{
    // A call that is kept for later has to be copyable.
    const std::shared_ptr<const OrderLogModel> rows = std::move(orders);
    QMetaObject::invokeMethod(m_writer, [this, rows, path] {
        Q_EMIT finished(path, writeCsv(*rows, path, OrderLogModel::ExactRole));
    });
}

} // namespace toystore
