// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

class QWidget;

namespace toystore
{

/// @p content, which can be scrolled where there is too little room for it, and so asks for none. Owned by
/// @p parent.
[[nodiscard]] QWidget *scrolled(QWidget *content, QWidget *parent);

} // namespace toystore
