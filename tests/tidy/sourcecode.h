// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace tidy
{

/// A file of the project.
struct Source {
    QString path; ///< relative to the project's root, with '/'
    QString text;

    [[nodiscard]] bool isCpp() const;
    [[nodiscard]] bool isCMake() const;
    [[nodiscard]] bool isScript() const;
    [[nodiscard]] bool isIn(const QString &folder) const { return path.startsWith(folder + u'/'); }
    [[nodiscard]] QString fileName() const { return path.section(u'/', -1); }
    /// The file's name without its folder and what follows the first dot.
    [[nodiscard]] QString baseName() const { return fileName().section(u'.', 0, 0); }
};

/// @p text with comments and the content of string and character literals blanked out; lines stay where they
/// are.
[[nodiscard]] QString codeOf(const QString &text);

/// The paths of `#include "path"` lines, in order.
[[nodiscard]] QStringList includesOf(const QString &text);

/// A function's definition, as clang-format lays it out.
struct Function {
    int line = 0;   ///< where it begins, from 1
    int length = 0; ///< in lines, from the signature to the closing brace
};

/// The functions of more than one line. Goes by layout: a brace that stands alone, opened by something with
/// parameters, up to the brace that closes in the same column.
[[nodiscard]] QList<Function> functionsOf(const QString &text);

/// Every file below @p root that the rules are about; build trees and git's own files are none.
[[nodiscard]] QList<Source> readTree(const QString &root);

} // namespace tidy
