// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// The manual page of a program and all its commands, as roff for man(1), from the declarations that --help
/// shows.
[[nodiscard]] QByteArray manPage(const CLI::App &app);

} // namespace toystore
