// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fakeshop.h"

namespace toystore
{

FakeShop::FakeShop()
    : ScriptedServer([this](const Request &request) {
          m_last = request;
          if (m_status != 0)
              request.socket->write(httpAnswer(m_status, m_answer));
      })
{
}

void FakeShop::answer(int status, const QByteArray &body)
{
    m_status = status;
    m_answer = body;
}

} // namespace toystore
