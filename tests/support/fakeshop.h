// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/scriptedserver.h"

namespace toystore
{

/// Stands in for the shop's HTTP interface: answers every request with what it was told, and remembers the
/// last.
class FakeShop : public ScriptedServer
{
public:
    FakeShop();

    [[nodiscard]] QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }

    /// What to answer from now on. Status 0: nothing, ever.
    void answer(int status, const QByteArray &body);

    [[nodiscard]] const QByteArray &requestLine() const { return m_last.line; }
    [[nodiscard]] const QByteArray &head() const { return m_last.head; }
    [[nodiscard]] const QByteArray &body() const { return m_last.body; }

private:
    int m_status = 0;
    QByteArray m_answer;
    Request m_last;
};

} // namespace toystore
