// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faults/chaosplan.h"

#include "base/randomnumbers.h"
#include "faults/linkfaults.h"

#include <algorithm>
#include <iterator>

namespace toystore
{

namespace
{

// Long enough for a leader to be missed (300 ms) and for a lease to run out (450 ms), or too short for
// either.
constexpr qint64 leastFaultMs = 50;
constexpr qint64 mostFaultMs = 1500;
constexpr qint64 leastPeaceMs = 50;
constexpr qint64 mostPeaceMs = 600;
constexpr qint64 mostAtOnce = 3;

class Planner
{
public:
    explicit Planner(const ChaosOptions &options)
        : m_options(options), m_random(options.seed), m_services{"leader", "leader", "catalog", "frontend"}
    {
        for (const ReplicaId id : options.replicas)
            m_replicas.append("order-" + QByteArray::number(id.value));
        m_services += m_replicas;
    }

    [[nodiscard]] std::vector<ChaosStep> plan()
    {
        Milliseconds now(m_random.between(leastPeaceMs, mostPeaceMs));
        while (now + Milliseconds(leastFaultMs) < m_options.duration) {
            Milliseconds last = now;
            for (qint64 left = m_random.between(1, mostAtOnce); left > 0; --left) {
                add(now + Milliseconds(m_random.below(leastFaultMs)));
                last = std::max(last, m_steps.back().end);
            }
            now = last + Milliseconds(m_random.between(leastPeaceMs, mostPeaceMs));
        }
        std::stable_sort(m_steps.begin(), m_steps.end(),
                         [](const auto &left, const auto &right) { return left.begin < right.begin; });
        return std::move(m_steps);
    }

private:
    void add(Milliseconds begin)
    {
        ChaosStep step;
        step.kind = pick(m_options.kinds);
        step.begin = std::min(begin, m_options.duration);
        step.end = std::min(step.begin + Milliseconds(m_random.between(leastFaultMs, mostFaultMs)),
                            m_options.duration);
        if (step.kind == ChaosKind::Restart)
            step.end = step.begin;
        if (step.kind == ChaosKind::Cut || step.kind == ChaosKind::Delay)
            addLink(step);
        else
            step.service = pick(m_services);
        m_steps.push_back(step);
    }

    void addLink(ChaosStep &step)
    {
        const QByteArrayList senders = QByteArrayList{"frontend", "frontend", "leader", "all"} + m_replicas;
        step.from = pick(senders);
        const QByteArrayList receivers = QByteArrayList{"catalog", "catalog", "all"} + m_replicas;
        step.to = step.from == "frontend" && m_random.chance(0.3) ? QByteArray("leader") : pick(receivers);
        if (step.to == step.from) // there is no such link
            step.to = "catalog";
        step.fault = step.kind == ChaosKind::Cut ? anyCut() : anyDelay();
        step.seed = m_random.below(1'000'000'000);
    }

    [[nodiscard]] Fault anyCut()
    {
        Fault fault;
        fault.kind = m_random.chance(0.4) ? "cut" : "silent";
        if (fault.kind == "silent")
            fault.direction = pick(QByteArrayList{"both", "forward", "backward"});
        return fault;
    }

    [[nodiscard]] Fault anyDelay()
    {
        Fault fault;
        if (m_random.chance(0.4)) {
            fault.kind = "loss";
            fault.lossPercent = static_cast<double>(m_random.between(1, 30));
        } else {
            fault.kind = "delay";
            fault.delayMs = m_random.between(1, 200);
            fault.jitterMs = m_random.between(0, 100);
        }
        fault.direction = pick(QByteArrayList{"both", "both", "forward", "backward"});
        return fault;
    }

    template <typename List>
    [[nodiscard]] typename List::value_type pick(const List &list)
    {
        return *std::next(list.begin(), m_random.below(static_cast<qint64>(list.size())));
    }

    const ChaosOptions &m_options;
    RandomNumbers m_random;
    QByteArrayList m_replicas;
    QByteArrayList m_services;
    std::vector<ChaosStep> m_steps;
};

} // namespace

QByteArray nameOf(ChaosKind kind)
{
    switch (kind) {
    case ChaosKind::Kill:
        return "kill";
    case ChaosKind::Pause:
        return "pause";
    case ChaosKind::Restart:
        return "restart";
    case ChaosKind::Cut:
        return "cut";
    case ChaosKind::Delay:
        return "delay";
    }
    return {};
}

std::optional<ChaosKind> chaosKindFromName(const QByteArray &name)
{
    const auto found = std::find_if(std::begin(allChaosKinds), std::end(allChaosKinds),
                                    [&](ChaosKind kind) { return nameOf(kind) == name; });
    return found == std::end(allChaosKinds) ? std::nullopt : std::optional(*found);
}

std::vector<ChaosStep> planChaos(const ChaosOptions &options)
{
    TOYSTORE_ENSURE(!options.kinds.empty() && !options.replicas.isEmpty());
    return Planner(options).plan();
}

QByteArray textOf(const ChaosStep &step)
{
    if (!step.service.isEmpty())
        return nameOf(step.kind) + ' ' + step.service;
    return textOf(step.fault) + " on " + step.from + " -> " + step.to;
}

} // namespace toystore
