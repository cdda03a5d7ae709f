// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plot/chart.h"
#include "plot/table.h"

#include <QJsonObject>

namespace toystore
{

/// Writes DIRECTORY/report.html, a page that needs nothing but itself: the figures, whose SVG files are read
/// from there, the table of results and how they came about. Errors: storage_failed, naming the file.
[[nodiscard]] Result<void> writeReport(const QString &directory, const QList<Figure> &figures,
                                       const ResultTable &results, const QJsonObject &manifest);

} // namespace toystore
