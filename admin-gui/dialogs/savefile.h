// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace toystore
{

/// Asks where to save a file. Returns at once; @p save is called with the path if one was chosen.
/// @p suffix: as "csv"; given to a name without one.
void askWhereToSave(QWidget &parent, const QString &title, const QString &name, const QString &suffix,
                    std::function<void(const QString &)> save);

} // namespace toystore
