// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractItemModel>

namespace toystore
{

/// Writes what @p model says in @p role as comma-separated values (RFC 4180, UTF-8, with a line of headings)
/// to @p path. Any thread, if nobody changes the model meanwhile.
/// @return an empty text, or what went wrong.
[[nodiscard]] QString writeCsv(const QAbstractItemModel &model, const QString &path,
                               int role = Qt::DisplayRole);

} // namespace toystore
