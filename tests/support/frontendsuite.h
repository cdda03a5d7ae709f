// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/frontendmessages.h"
#include "support/fakestore.h"
#include "support/frontendprocess.h"
#include "support/rawhttp.h"

#include <QObject>

#include <memory>

namespace toystore
{

/// What the tests of the frontend share: each has a real one, which is ready, in front of a fake catalog and
/// fake replicas.
class FrontendSuite : public QObject
{
    Q_OBJECT

protected:
    /// Puts a new process in the place of the one there is. @p mostDescriptors: as for FrontendProcess.
    void restart(int mostDescriptors = 0);

    [[nodiscard]] quint16 port() const { return m_frontend->httpPort(); }
    [[nodiscard]] RawHttp::Answer get(const QByteArray &path) const { return httpGet(port(), path); }
    /// To a connection's first bytes, sent as they are.
    [[nodiscard]] RawHttp::Answer answerTo(const QByteArray &bytes) const;

    std::unique_ptr<FakeStore> m_store;
    std::unique_ptr<FrontendProcess> m_frontend;

protected Q_SLOTS:
    // Who has more to do before and after each test does it around these.
    void init();
    void cleanup();
};

} // namespace toystore
