// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"

namespace toystore
{

/// A source of news that a test makes, which remembers what it was asked for.
class FakeSource : public ClusterSource
{
    Q_OBJECT

public:
    struct Asked {
        QByteArray what; ///< kill, pause ... set_cache, clear_faults, close_store
        QByteArray service;

        bool operator==(const Asked &) const = default;
    };

    void show(const ClusterSnapshot &snapshot)
    {
        m_snapshot = snapshot;
        Q_EMIT snapshotChanged(m_snapshot);
    }
    [[nodiscard]] const QList<Asked> &asked() const { return m_asked; }
    /// Tells that the last action is done.
    void finish(bool succeeded, const QByteArray &message = {})
    {
        Q_EMIT actionFinished({m_asked.size(), m_asked.last().what + ' ' + m_asked.last().service,
                               m_asked.last().service, succeeded, message});
    }

    [[nodiscard]] const ClusterSnapshot &snapshot() const override { return m_snapshot; }
    qint64 act(ServiceAction action, const QByteArray &service) override
    {
        return ask(valueNames(action)[static_cast<std::size_t>(action)].toByteArray(), service);
    }
    qint64 closeStore() override { return ask("close_store"); }
    qint64 setCache(std::optional<bool>, std::optional<qint64>) override { return ask("set_cache"); }
    qint64 setFault(const QByteArray &from, const QByteArray &to, const Fault &fault) override
    {
        return ask("set_fault " + fault.kind, from + " to " + to);
    }
    qint64 clearFaults() override { return ask("clear_faults"); }
    void setLoadErrors(qint64) override {}

private:
    qint64 ask(const QByteArray &what, const QByteArray &service = {})
    {
        m_asked << Asked{what, service};
        return m_asked.size();
    }

    ClusterSnapshot m_snapshot;
    QList<Asked> m_asked;
};

} // namespace toystore
