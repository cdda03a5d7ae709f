// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/knownstore.h"

namespace toystore
{

/// The verdict 'clients noticed': the answers of 500 and above and the refused connections since the
/// dashboard watches, over all lives of the frontend, and the errors that the dashboard's own load met. A
/// value.
class NoticedFailures
{
public:
    /// The frontend's counts. @p life: which of its processes counted.
    void take(const FrontendStatus::Answer &status, qint64 life);
    /// What the load counts, which begins anew with each load.
    void setLoadErrors(qint64 errors);

    [[nodiscard]] qint64 count() const { return m_sum.answers + m_sum.refused + m_loadErrors; }
    [[nodiscard]] VerdictView verdict(const KnownStore &store, Instant now) const;

private:
    struct Counts {
        qint64 answers = 0; ///< of 500 and above
        qint64 refused = 0; ///< connections
    };

    std::optional<qint64> m_life;
    Counts m_counted; // by this life, when it was last heard
    Counts m_sum;
    qint64 m_loadErrors = 0;
    qint64 m_countedByLoad = 0; // by this load, when it was last heard
};

} // namespace toystore
