// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>

namespace toystore
{

/// What clients ask for. By default a shop with Tux alone is only looked at.
struct LoadMix {
    QList<QByteArray> toys{"Tux"}; ///< each as likely as the others; at least one
    double purchase = 0;           ///< how probable it is that a request is a purchase: 0 to 1
    double lookUp = 0;             ///< and the look-up of an order; together with purchase at most 1
    qint64 maxQuantity = 1;        ///< of a purchase: 1 to this many, each as likely
    quint64 seed = 1;              ///< the same seed asks for the same

    bool operator==(const LoadMix &) const = default;
};

} // namespace toystore
