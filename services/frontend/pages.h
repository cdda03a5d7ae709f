// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "httpmessage.h"

namespace toystore
{

// What is always answered alike; made once.

/// `GET /`: the page that shows the store, which lets a browser run and load nothing but what is in it.
[[nodiscard]] HttpAnswer statusPage();
/// `GET /openapi.json`: what there is to ask for, for programs.
[[nodiscard]] HttpAnswer openApi();
/// `GET /version`.
[[nodiscard]] HttpAnswer versionAnswer();

} // namespace toystore
