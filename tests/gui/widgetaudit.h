// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

class QWidget;

namespace toystore
{

// What must hold of every widget that is shown. Each returns what is wrong, one line a widget; nothing if all
// is well.

/// Every widget that takes the focus has an accessible name, or a text that serves as one.
[[nodiscard]] QStringList namelessWidgets(const QWidget &window);
/// Tab reaches every widget that takes the focus.
[[nodiscard]] QStringList unreachableWidgets(QWidget &window);
/// Every text of a label or button fits its place.
[[nodiscard]] QStringList clippedTexts(const QWidget &window);
/// Every text of a label has a contrast of at least 4.5 to 1 to what is painted under it.
[[nodiscard]] QStringList faintTexts(QWidget &window);

} // namespace toystore
