// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/loadrun.h"

#include <QEventLoop>

namespace toystore
{

using namespace std::chrono_literals;

LoadRun::LoadRun(LoadPlan plan, Tell tell) : m_engine(std::move(plan)), m_tell(std::move(tell)) {}

LoadRun::LoadRun(LoadPlan plan, const LoadEngine::ShopperMaker &maker, Tell tell)
    : m_engine(std::move(plan), maker), m_tell(std::move(tell))
{
}

LoadFigures LoadRun::run(std::optional<Milliseconds> duration)
{
    QEventLoop loop;
    connect(&m_engine, &LoadEngine::finished, &loop, &QEventLoop::quit);
    m_giveUp.setSingleShot(true);
    m_giveUp.callOnTimeout(&m_engine, [this] { m_engine.abort(); });
    QTimer over;
    over.setSingleShot(true);
    over.setTimerType(Qt::PreciseTimer);
    over.callOnTimeout(this, [this] { end(); });
    if (duration)
        over.start(*duration);
    QTimer seconds;
    seconds.callOnTimeout(this, [this] { everySecond(); });
    seconds.start(1s);
    m_began = monotonicNow();
    m_engine.start();
    loop.exec();
    m_sum.merge(m_engine.takeFigures());
    return m_sum;
}

void LoadRun::interrupt()
{
    m_interrupted = true;
    end();
}

void LoadRun::end()
{
    m_engine.stop();
    m_giveUp.start(m_engine.plan().timeout);
}

void LoadRun::everySecond()
{
    const LoadFigures second = m_engine.takeFigures();
    if (m_tell)
        m_tell(second, std::chrono::duration_cast<Milliseconds>(monotonicNow() - m_began));
    m_sum.merge(second);
}

} // namespace toystore
