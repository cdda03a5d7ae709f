// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QByteArray>

#include <optional>

class QMainWindow;

namespace toystore
{

/// What the dashboard remembers for the person who uses it: where everything was, colours, sizes.
class Preferences
{
public:
    /// As the window is now.
    static void saveLayout(const QMainWindow &window);
    /// As it was then; false if nothing was saved.
    static bool restoreLayout(QMainWindow &window);
    static void forgetLayout();

    static void saveScheme(Theme::Scheme scheme);
    [[nodiscard]] static std::optional<Theme::Scheme> scheme();
    static void saveAnimated(bool isAnimated);
    [[nodiscard]] static bool isAnimated();
};

} // namespace toystore
