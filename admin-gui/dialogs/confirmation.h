// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace toystore
{

/// Asks before something that hurts: @p question with a button that is called @p action, and Cancel as the
/// default. Returns at once; @p act is called if the answer is yes.
void confirm(QWidget &parent, const QString &question, const QString &action, std::function<void()> act);

} // namespace toystore
