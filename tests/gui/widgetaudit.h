// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

class QRect;
class QWidget;

namespace toystore
{

/// What the labels in @p widget say.
[[nodiscard]] QStringList textsOf(const QWidget &widget);

/// Nobody has to scroll to see @p widget.
[[nodiscard]] bool isWholeInView(const QWidget &widget);
/// How many rows of the table in @p dock can be read without scrolling.
[[nodiscard]] int wholeRows(const QWidget &dock);
/// How many colours there are in the picture of a part of @p widget.
[[nodiscard]] qsizetype coloursIn(QWidget &widget, const QRect &part);

// What must hold of every widget that is shown. Each returns what is wrong, one line a widget; nothing if all
// is well.

/// Every widget that takes the focus has an accessible name, or a text that serves as one.
[[nodiscard]] QStringList namelessWidgets(const QWidget &window);
/// Tab reaches every widget that takes the focus.
[[nodiscard]] QStringList unreachableWidgets(QWidget &window);
/// The same, with the key pressed until it comes round again; of a group of radio buttons to the chosen one,
/// from which the arrow keys go on. Moves the focus. @p window has to be the active one.
[[nodiscard]] QStringList unreachedByTab(QWidget &window);
/// Every text of a label or button fits its place.
[[nodiscard]] QStringList clippedTexts(const QWidget &window);
/// No widget lies on another one of the same parent, but for a toast.
[[nodiscard]] QStringList overlaps(const QWidget &window);
/// Every text of a label has a contrast of at least 4.5 to 1 to what is painted under it.
[[nodiscard]] QStringList faintTexts(QWidget &window);
/// The same of texts whose colours a style sheet or a delegate chooses, as they are painted: of buttons,
/// fields, tabs, headings and cells that can be used.
[[nodiscard]] QStringList faintControls(QWidget &window);

} // namespace toystore
