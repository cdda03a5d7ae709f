// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "sourcecode.h"

namespace tidy
{

// Each rule returns what breaks it, a line for people each ("path:line: what"); nothing if all is well.

/// Who may include whom: base <- protocol <- net; metrics sees base; stock, orders, election, cache and
/// history see base and protocol; load sees base, protocol, net and metrics; services see core, never another
/// service; admin-gui sees base, protocol, net and load, client-cli these and history. Tests see everything.
[[nodiscard]] QStringList layering(const Source &source);

/// Pure code has no QObject, timer, socket, file, clock or random source.
[[nodiscard]] QStringList purity(const Source &source);

/// What differs between versions of Qt is in one class: its header and its source.
[[nodiscard]] QStringList qtConditionals(const QList<Source> &tree);

/// The SPDX lines of every source, script and CMake file.
[[nodiscard]] QStringList licence(const Source &source);

/// Nothing is left to do, and nothing points to what is not part of the project.
[[nodiscard]] QStringList leftovers(const Source &source);

/// Tests wait for conditions, never for time to pass.
[[nodiscard]] QStringList sleeping(const Source &source);

/// moc 6.4 loses its way at a raw string with an odd number of quotes, and leaves out the slots that follow:
/// tests that never run, and nobody notices.
[[nodiscard]] QStringList rawStrings(const Source &source);

/// C++ files have lower case names, after their class.
[[nodiscard]] QStringList naming(const Source &source);

/// Functions have at most 70 lines.
[[nodiscard]] QStringList functionLength(const Source &source);

/// Only the top CMakeLists.txt (and what is written about versions) names @p version.
[[nodiscard]] QStringList versionNumber(const Source &source, const QString &version);

/// What docs/guarantees.md says is tested is tested: @p tree has the programs that it names after "Tests.",
/// and the functions that follow a program's name are that program's.
[[nodiscard]] QStringList promisedTests(const QList<Source> &tree);

/// No path of somebody's machine.
[[nodiscard]] QStringList machinePaths(const Source &source);

} // namespace tidy
