// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/frontendsuite.h"

#include <QTest>

namespace toystore
{

void FrontendSuite::restart(int mostDescriptors)
{
    m_frontend = std::make_unique<FrontendProcess>(*m_store, mostDescriptors);
    QVERIFY(m_frontend->isReady());
}

RawHttp::Answer FrontendSuite::answerTo(const QByteArray &bytes) const
{
    RawHttp http(port());
    http.send(bytes);
    return http.read();
}

void FrontendSuite::init()
{
    m_store = std::make_unique<FakeStore>();
    restart();
}

void FrontendSuite::cleanup()
{
    m_frontend.reset();
    m_store.reset();
}

} // namespace toystore
