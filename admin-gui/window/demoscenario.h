// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"

#include <QString>

namespace toystore
{

/// One step of the demonstration.
struct DemoStep {
    QString title;
    QString watch; ///< what to look at

    bool operator==(const DemoStep &) const = default;
};

/// Something to be asked of a service.
struct DemoRequest {
    QByteArray service;
    ServiceAction action;

    bool operator==(const DemoRequest &) const = default;
};

/// The five-minute story: a store at work; its leader is killed, and comes back; the next one is paused, and
/// resumed; all replicas are killed, and recover. Pure.
namespace demo
{

[[nodiscard]] const QList<DemoStep> &steps();

/// Why step @p step can't begin yet: what came before it has to be seen first. Empty: it can.
[[nodiscard]] QString whyNotYet(qsizetype step, const ClusterSnapshot &snapshot);

/// What has to be asked for when step @p step begins, with the store as @p snapshot has it.
[[nodiscard]] QList<DemoRequest> requests(qsizetype step, const ClusterSnapshot &snapshot);

} // namespace demo

} // namespace toystore
