// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/fields.h"

namespace toystore
{

/// What `toystore demo -o json` prints.
struct DemoReport {
    struct Step {
        qint64 step = 0; ///< from 1
        QByteArray title;
        QByteArray verdict; ///< PASS or FAIL
        QByteArray said;    ///< what was seen
        qint64 tookMs = 0;

        template <typename Self, typename Visitor>
        static void fields(Self &self, Visitor &visit)
        {
            visit("step", self.step);
            visit("title", self.title);
            visit("verdict", self.verdict);
            visit("said", self.said);
            visit("took_ms", self.tookMs);
        }
    };

    bool holds = false; ///< all steps passed
    qint64 tookMs = 0;
    QList<Step> steps; ///< those that were done

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("holds", self.holds);
        visit("took_ms", self.tookMs);
        visit("steps", self.steps);
    }
};

} // namespace toystore
