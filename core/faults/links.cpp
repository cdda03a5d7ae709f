// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faults/links.h"

#include <algorithm>

namespace toystore
{

namespace
{

constexpr int firstAddress = 2; // 127.0.0.1 is the services' own

QByteArray nameOf(ReplicaId id)
{
    return "order-" + QByteArray::number(id.value);
}

Link link(const QByteArray &from, int fromIndex, const QByteArray &to, const Endpoint &target)
{
    return {from, to, {QStringLiteral("127.0.0.%1").arg(firstAddress + fromIndex), target.port}, target};
}

bool means(const QByteArray &asked, const QByteArray &name)
{
    return asked == "all" || asked == name || "order-" + asked == name;
}

} // namespace

QList<Link> linksOf(const QList<ReplicaPlace> &replicas, const Endpoint &catalog)
{
    QList<Link> links{link("frontend", 0, "catalog", catalog)};
    for (const ReplicaPlace &replica : replicas)
        links.append(link("frontend", 0, nameOf(replica.id), replica.endpoint));
    int index = 0;
    for (const ReplicaPlace &from : replicas) {
        ++index;
        links.append(link(nameOf(from.id), index, "catalog", catalog));
        for (const ReplicaPlace &to : replicas) {
            if (to.id != from.id)
                links.append(link(nameOf(from.id), index, nameOf(to.id), to.endpoint));
        }
    }
    return links;
}

Endpoint placeOf(const QByteArray &to, const QByteArray &from, const QList<Link> &links)
{
    const auto found = std::find_if(links.begin(), links.end(),
                                    [&](const Link &link) { return link.from == from && link.to == to; });
    TOYSTORE_ENSURE(found != links.end());
    return found->listen;
}

QList<ReplicaPlace> placesFor(const QByteArray &from, const QList<ReplicaPlace> &replicas,
                              const QList<Link> &links)
{
    QList<ReplicaPlace> places;
    for (const ReplicaPlace &replica : replicas) {
        const QByteArray name = nameOf(replica.id);
        places.append(name == from ? replica : ReplicaPlace{replica.id, placeOf(name, from, links)});
    }
    return places;
}

Result<QList<qsizetype>> findLinks(const QList<Link> &links, const QByteArray &from, const QByteArray &to)
{
    QList<qsizetype> found;
    QByteArrayList senders;
    QByteArrayList receivers;
    for (qsizetype i = 0; i < links.size(); ++i) {
        if (means(from, links[i].from) && means(to, links[i].to))
            found.append(i);
        if (!senders.contains(links[i].from))
            senders.append(links[i].from);
        if (!receivers.contains(links[i].to))
            receivers.append(links[i].to);
    }
    if (found.isEmpty())
        return failure(ErrorCode::UnknownService, "there is no link from '" + from + "' to '" + to +
                                                      "': there are links from " + senders.join(", ") +
                                                      " or all, to " + receivers.join(", ") + " or all");
    return found;
}

} // namespace toystore
