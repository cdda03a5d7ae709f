// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

namespace toystore
{

/// @p message as one compact JSON object, without an envelope: for those who are no services.
template <Fields T>
[[nodiscard]] QByteArray toJson(const T &message)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    T::fields(message, encode);
    return writer.endObject().take();
}

} // namespace toystore
