// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/recordedload.h"

#include <QTest>

namespace toystore
{

LoadPlan buyers(quint16 shopPort, int clients, const QList<QByteArray> &toys)
{
    LoadPlan plan;
    plan.shop.port = shopPort;
    plan.clients = clients;
    plan.mix.toys = toys;
    plan.mix.purchase = 1;
    plan.mix.maxQuantity = 2;
    plan.maxRepeats = 0;
    return plan;
}

RecordedLoad::RecordedLoad(const LoadPlan &plan) : m_thread(std::make_unique<QObject>())
{
    m_thread->moveToThread(&m_runner);
    m_runner.start();
    inThread([&] {
        m_engine = std::make_unique<LoadEngine>(plan);
        m_engine->setObserver(&m_recorder);
    });
}

RecordedLoad::~RecordedLoad()
{
    inThread([this] {
        m_engine->abort();
        m_engine.reset();
    });
    m_runner.quit();
    m_runner.wait();
}

void RecordedLoad::start()
{
    takeFigures();
    inThread([this] { m_engine->start(); });
}

bool RecordedLoad::stop()
{
    inThread([this] { m_engine->stop(); });
    return QTest::qWaitFor(
        [this] {
            bool isIdle = false;
            inThread([&] { isIdle = m_engine->isIdle(); });
            return isIdle;
        },
        60'000);
}

LoadFigures RecordedLoad::figures()
{
    LoadFigures all = m_taken;
    inThread([&] { all.merge(m_engine->figures()); });
    return all;
}

LoadFigures RecordedLoad::takeFigures()
{
    LoadFigures taken;
    inThread([&] { taken = m_engine->takeFigures(); });
    m_taken.merge(taken);
    return taken;
}

} // namespace toystore
