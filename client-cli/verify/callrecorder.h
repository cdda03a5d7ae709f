// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/recorder.h"
#include "load/loadobserver.h"

#include <QString>

#include <unordered_map>

namespace toystore
{

/// Writes down what a load's clients ask and are told, as the checker wants it: every attempt is a call, a
/// buy that is repeated makes several with one key.
///
/// Keeps all calls in memory, about 200 bytes each: the checker needs them there. In the engine's thread;
/// with several engines each has a recorder, with ids and clients of its own.
class CallRecorder : public LoadObserver
{
public:
    /// @p firstId: the first call's. @p firstClient: added to the engine's numbers of its clients.
    explicit CallRecorder(qint64 firstId = 1, qint64 firstClient = 0)
        : m_recorder(firstId), m_firstClient(firstClient)
    {
    }

    void sent(qint64 client, const ShopRequest &request, Instant now) override;
    void answered(qint64 client, const ShopAnswer &answer, Instant now) override;
    void gaveUp(qint64 client) override;

    /// The history is complete: nothing is under way.
    [[nodiscard]] bool isComplete() const { return m_underWay.empty(); }
    /// What has settled, for Evidence.
    [[nodiscard]] const std::vector<Call> &calls() const { return m_calls; }

private:
    [[nodiscard]] qint64 takeCall(qint64 client);
    void keepSettled();

    Recorder m_recorder;
    const qint64 m_firstClient;
    std::unordered_map<qint64, qint64> m_underWay; // client -> call
    std::vector<Call> m_calls;
};

/// Writes a history's file, for `toystore verify --history`. Errors: storage_failed, naming the file.
[[nodiscard]] Result<void> writeHistory(const QString &path, const std::vector<Call> &calls);

} // namespace toystore
