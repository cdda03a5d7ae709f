// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArrayList>

#include <string>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace toystore
{

/// What a shell may offer for the last of @p words, which may be empty; the others, without the program's
/// name, are as they were typed. From the declarations of the commands, and, of an open store, its services
/// and toys. Files are left to the shell. Takes a fraction of a second at the most.
[[nodiscard]] QByteArrayList completions(const CLI::App &app, const std::vector<std::string> &words);

} // namespace toystore
