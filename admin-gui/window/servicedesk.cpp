// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/servicedesk.h"

#include "dialogs/confirmation.h"
#include "notices/toast.h"
#include "topology/words.h"

namespace toystore
{

namespace
{

const ServiceCard *find(const ClusterSnapshot &snapshot, const QByteArray &service)
{
    if (service != "leader")
        return snapshot.service(service);
    for (const ServiceCard &card : snapshot.services) {
        if (card.state == ServiceState::Leader)
            return &card;
    }
    return nullptr;
}

const ActionView *find(const ServiceCard &card, ServiceAction action)
{
    for (const ActionView &view : card.actions) {
        if (view.action == action)
            return &view;
    }
    return nullptr;
}

/// What takes back @p action; nothing if nothing does.
std::optional<ServiceAction> wayBack(ServiceAction action)
{
    switch (action) {
    case ServiceAction::Kill:
    case ServiceAction::Stop:
        return ServiceAction::Start;
    case ServiceAction::Pause:
        return ServiceAction::Resume;
    default:
        return {};
    }
}

QString past(ServiceAction action)
{
    switch (action) {
    case ServiceAction::Kill:
        return QStringLiteral("killed");
    case ServiceAction::Stop:
        return QStringLiteral("stopped");
    default:
        return QStringLiteral("paused");
    }
}

} // namespace

ServiceDesk::ServiceDesk(ClusterSource &source, Toast &toast, QWidget &window)
    : QObject(&window), m_source(source), m_toast(toast), m_window(window)
{
    connect(&m_source, &ClusterSource::actionFinished, this, &ServiceDesk::tell);
}

void ServiceDesk::request(const QByteArray &service, ServiceAction action)
{
    if (m_isReadOnly)
        return;
    const ServiceCard *card = find(m_source.snapshot(), service);
    if (card == nullptr) {
        m_toast.tell(QStringLiteral("Nobody leads right now."));
        return;
    }
    const ActionView *view = find(*card, action);
    const QByteArray name = card->name;
    if (view == nullptr || !view->allowed) {
        m_toast.tell(view == nullptr ? QStringLiteral("That is not possible.")
                                     : QString::fromUtf8(view->reason));
        return;
    }
    if (view->warning.isEmpty())
        return act(name, action);
    confirm(m_window, QString::fromUtf8(view->warning), actionText(action) + u' ' + QString::fromUtf8(name),
            [this, name, action] { act(name, action); });
}

void ServiceDesk::act(const QByteArray &service, ServiceAction action)
{
    m_asked[m_source.act(action, service)] = action;
}

void ServiceDesk::ask(const QString &what, const std::function<void()> &act)
{
    if (m_isReadOnly)
        return;
    const ClusterSnapshot &store = m_source.snapshot();
    if (store.isLocal)
        return act();
    confirm(m_window,
            QStringLiteral("As far as can be seen, this store, reached at %1, is not of this machine.")
                .arg(QString::fromUtf8(store.store)),
            what, act);
}

void ServiceDesk::restoreAll()
{
    ask(QStringLiteral("Restore all"), [this] {
        const ClusterSnapshot snapshot = m_source.snapshot();
        if (!snapshot.faults.isEmpty())
            m_source.clearFaults();
        for (const ServiceCard &card : snapshot.services) {
            for (const ServiceAction action : {ServiceAction::Resume, ServiceAction::Start}) {
                const ActionView *view = find(card, action);
                if (view != nullptr && view->allowed)
                    m_source.act(action, card.name);
            }
        }
    });
}

void ServiceDesk::setCache(std::optional<bool> enabled, std::optional<qint64> capacity)
{
    ask(QStringLiteral("Change the cache"),
        [this, enabled, capacity] { m_source.setCache(enabled, capacity); });
}

void ServiceDesk::setFault(const QByteArray &from, const QByteArray &to, const Fault &fault)
{
    ask(QStringLiteral("Break the link"), [this, from, to, fault] { m_source.setFault(from, to, fault); });
}

void ServiceDesk::clearFaults()
{
    ask(QStringLiteral("Mend all links"), [this] { m_source.clearFaults(); });
}

void ServiceDesk::tell(const ActionOutcome &outcome)
{
    const auto asked = m_asked.constFind(outcome.action);
    const std::optional<ServiceAction> action =
        asked == m_asked.constEnd() ? std::nullopt : std::optional(*asked);
    m_asked.remove(outcome.action);
    if (!outcome.succeeded) {
        m_toast.tell(QStringLiteral("Could not %1: %2")
                         .arg(QString::fromUtf8(outcome.what), QString::fromUtf8(outcome.message)));
        return;
    }
    const std::optional<ServiceAction> back = action ? wayBack(*action) : std::nullopt;
    if (!back)
        return; // the card shows it
    const QByteArray service = outcome.service;
    m_toast.tell(QString::fromUtf8(service) + u' ' + past(*action),
                 *back == ServiceAction::Start ? QStringLiteral("Restart") : QStringLiteral("Resume"),
                 [this, service, back] { act(service, *back); });
}

} // namespace toystore
