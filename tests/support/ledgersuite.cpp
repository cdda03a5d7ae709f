// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/ledgersuite.h"

#include "stock/memorystockledger.h"

#include <QTest>

namespace toystore
{

bool LedgerSuite::isSql()
{
    QFETCH_GLOBAL(QByteArray, kind);
    return kind == "sql";
}

Result<std::unique_ptr<SqlStockLedger>> LedgerSuite::openFile() const
{
    QUrl url;
    url.setScheme(QStringLiteral("sqlite"));
    url.setPath(path());
    return SqlStockLedger::open(url);
}

void LedgerSuite::open()
{
    if (!isSql()) {
        m_ledger = std::make_unique<MemoryStockLedger>();
        return;
    }
    auto opened = openFile();
    QVERIFY2(opened, opened ? "" : opened.error().message.constData());
    m_ledger = *std::move(opened);
}

void LedgerSuite::reopen()
{
    if (!isSql())
        return;
    m_ledger.reset();
    open();
}

void LedgerSuite::openEmpty()
{
    m_ledger.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    open();
}

void LedgerSuite::openStocked()
{
    openEmpty();
    QVERIFY(m_ledger->openStore({{"Tux", 19.9}, {"Fox", 5}}, 10, now));
    QVERIFY(m_ledger->beginEpoch({0, leader, 0}));
}

Product LedgerSuite::product(const QByteArray &name)
{
    const Result<StockState> state = m_ledger->load();
    for (const Product &one : state.value().products) {
        if (one.name == name)
            return one;
    }
    return {};
}

Result<Sell::Answer> LedgerSuite::sell(const Sell &call)
{
    return m_ledger->sell({call}, now).value().answers.at(0);
}

Sell LedgerSuite::call(qint64 number, qint64 after, QList<SellEntry> entries, qint64 epoch)
{
    return {epoch, leader, number, after, std::move(entries)};
}

ErrorCode LedgerSuite::codeOf(const SellOutcome &outcome)
{
    return outcome.code.value_or(ErrorCode::Internal);
}

void LedgerSuite::initTestCase_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::newRow("sql") << QByteArray("sql");
    QTest::newRow("memory") << QByteArray("memory");
}

void LedgerSuite::cleanup()
{
    if (m_ledger) {
        const Result<void> audited = auditLedger(*m_ledger);
        QVERIFY2(audited, audited ? "" : audited.error().message.constData());
    }
    m_ledger.reset();
    m_directory.reset();
}

} // namespace toystore
