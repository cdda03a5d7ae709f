// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/result.h"
#include "history/recorder.h"
#include "load/loadobserver.h"

#include <QFile>

#include <unordered_map>

namespace toystore
{

/// Writes all that a load asks and is answered to a file, as a history that `verify` can judge.
class CallHistory : public LoadObserver
{
public:
    explicit CallHistory(const QString &path) : m_file(path) {}

    /// Errors: storage_failed, naming the file.
    [[nodiscard]] Result<void> open();
    /// What is under way counts as without an answer. Errors: storage_failed.
    [[nodiscard]] Result<void> close();

    void sent(qint64 client, const ShopRequest &request, Instant now) override;
    void answered(qint64 client, const ShopAnswer &answer, Instant now) override;
    void gaveUp(qint64 client) override;

private:
    void write();
    [[nodiscard]] Result<void> failed() const;

    QFile m_file;
    Recorder m_recorder;
    std::unordered_map<qint64, qint64> m_underWay; // a client's call
    bool m_wrote = true;
};

} // namespace toystore
