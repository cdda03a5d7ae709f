// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "docks/loadnews.h"
#include "protocol/places.h"

#include <QObject>
#include <QThread>

namespace toystore
{

class LoadWorker;

/// Puts load on a shop, with the engine of 'toystore bench' in a thread of its own. Tells how it fares twice
/// a second. GUI thread.
class LoadRunner : public QObject
{
    Q_OBJECT

public:
    explicit LoadRunner(QObject *parent = nullptr);
    ~LoadRunner() override;

    /// Starts, or changes what runs. @p toys: to buy and to look at; at least one.
    void start(const LoadWish &wish, const Endpoint &shop, const QList<QByteArray> &toys);
    void stop();

Q_SIGNALS:
    void newsCame(const toystore::LoadNews &news);

private:
    QThread m_thread;
    LoadWorker *m_worker; // lives in m_thread, goes with it
};

} // namespace toystore
