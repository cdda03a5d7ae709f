// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"

#include <QString>

namespace toystore
{

// What the dashboard says of a service and of lengths of time. Pure.

/// Stands where a figure would, of what nobody says.
inline const QString unknown = QStringLiteral("–");

/// A length of time as a person says it: "0.2 s", "12 s", "3 min", "2 h".
[[nodiscard]] QString spanText(qint64 milliseconds);

/// A duration measured for a person: "0.42 ms", "6.8 ms", "212 ms", "1.2 s".
[[nodiscard]] QString latencyText(double milliseconds);

/// A whole number with its thousands apart: "12,480".
[[nodiscard]] QString numberText(qint64 number);

/// What an action is called on its button.
[[nodiscard]] QString actionText(ServiceAction action);

/// The lines of a card.
struct CardText {
    QString title;   ///< the service
    QString badge;   ///< its state in a word
    QString figure;  ///< its last order, as "#1,204"; empty: it has none
    QString facts;   ///< epoch, lag, pid; or why and since when it is down
    QString views;   ///< what the supervisor knows and what the frontend sees
    QString spoken;  ///< all of it, for a screen reader
    QString details; ///< the tooltip: what does not fit

    bool operator==(const CardText &) const = default;
};

[[nodiscard]] CardText cardText(const ServiceCard &card);

} // namespace toystore
