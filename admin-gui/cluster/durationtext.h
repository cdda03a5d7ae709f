// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

namespace toystore
{

/// A duration for people, by its largest unit: "340 ms", "7 s", "2 min", "3 h", "4 days".
[[nodiscard]] QString durationText(qint64 ms);

} // namespace toystore
