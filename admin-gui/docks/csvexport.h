// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/orderlogmodel.h"

#include <QThread>

#include <memory>

namespace toystore
{

/// Writes orders to files in a thread of its own, one file after the other: a hundred thousand take a while.
/// GUI thread. What was asked for is written before it goes.
class CsvExport : public QObject
{
    Q_OBJECT

public:
    explicit CsvExport(QObject *parent = nullptr);
    ~CsvExport() override;

    /// Writes @p orders, which nobody else may have, to @p path; finished() follows.
    void write(std::unique_ptr<const OrderLogModel> orders, const QString &path);

Q_SIGNALS:
    /// @p wrong: what went wrong; empty: nothing.
    void finished(const QString &path, const QString &wrong);

private:
    QThread m_thread;
    QObject *m_writer; // lives in m_thread, goes with it
};

} // namespace toystore
