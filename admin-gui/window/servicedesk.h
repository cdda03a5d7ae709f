// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersource.h"

#include <QHash>
#include <QWidget>

#include <functional>

namespace toystore
{

class Toast;

/// Takes what people want done to services: refuses with a reason what makes no sense, asks before what hurts
/// others, asks the source, and tells what became of it, with a way back.
class ServiceDesk : public QObject
{
    Q_OBJECT

public:
    /// @p window: over which to ask. All must outlive it.
    ServiceDesk(ClusterSource &source, Toast &toast, QWidget &window);

    /// @p service: a card's name, or "leader".
    void request(const QByteArray &service, ServiceAction action);
    /// Ends all faults, resumes what is paused and starts what is down.
    void restoreAll();
    void setCache(std::optional<bool> enabled, std::optional<qint64> capacity);
    void setFault(const QByteArray &from, const QByteArray &to, const Fault &fault);
    void clearFaults();
    /// Calls @p act, which acts on the store: at once, after a question if the store may be somebody else's,
    /// or not at all. @p what: as the question's button says it.
    void ask(const QString &what, const std::function<void()> &act);
    void setReadOnly(bool isReadOnly) { m_isReadOnly = isReadOnly; }

private:
    void act(const QByteArray &service, ServiceAction action);
    void tell(const ActionOutcome &outcome);

    ClusterSource &m_source;
    Toast &m_toast;
    QWidget &m_window;
    bool m_isReadOnly = false;
    QHash<qint64, ServiceAction> m_asked; // by the source's number; until it is finished
};

} // namespace toystore
