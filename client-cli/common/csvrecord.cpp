// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/csvrecord.h"

#include "base/logging.h"

namespace toystore
{

QByteArray CsvRecord::cell(const QByteArray &text)
{
    const QByteArray harmless = printable(text);
    if (!harmless.contains(',') && !harmless.contains('"'))
        return harmless;
    return '"' + QByteArray(harmless).replace('"', "\"\"") + '"';
}

} // namespace toystore
