// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/waiting.h"

#include <QEventLoop>
#include <QTimer>

namespace toystore
{

namespace
{

constexpr Milliseconds poll{5};

} // namespace

bool waitFor(Milliseconds timeout, const std::function<bool()> &check)
{
    QEventLoop loop;
    QTimer polling;
    const Instant until = monotonicNow() + timeout;
    bool done = check();
    QObject::connect(&polling, &QTimer::timeout, &loop, [&] {
        done = check();
        if (done || monotonicNow() >= until)
            loop.quit();
    });
    polling.start(poll);
    if (!done)
        loop.exec();
    return done;
}

bool waitFor(const Patience &patience, const std::function<bool()> &check)
{
    bool done = false;
    for (Milliseconds left = patience.left(monotonicNow()); !done && left.count() > 0;
         left = patience.left(monotonicNow()))
        done = waitFor(left, check);
    return done;
}

} // namespace toystore
