// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/ledgersuite.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace toystore;

/// What a ledger is on disk: there again, damaged, not ours, or full.
class TestLedgerFile : public LedgerSuite
{
    Q_OBJECT

private Q_SLOTS:
    void everythingIsThereAfterReopening()
    {
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}})));
        const QList<StockMovement> before = movements();

        reopen();

        QCOMPARE(movements(), before);
        QCOMPARE(product("Tux"), (Product{"Tux", 19.9, 6, 2}));
        QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
        QVERIFY(sell(call(2, 1, {{"b", "Tux", 1}})));
        QCOMPARE(orders().last(), (Order{2, "Tux", 1, "b", 1, now}));
    }

    void anUnknownFormatIsRefusedAndLeftAlone()
    {
        if (!isSql())
            QSKIP("only a file has a format");
        m_ledger.reset();
        tamper({"UPDATE ledger_format SET version = 3"});

        const auto opened = openFile();

        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::StorageFailed);
        QVERIFY2(opened.error().message.contains("format version 3"), opened.error().message.constData());
        QVERIFY(!openFile()); // still
    }

    void aLedgerOfTheFirstFormatIsBroughtUpToDate()
    {
        if (!isSql())
            QSKIP("only a file has a format");
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}})));
        m_ledger.reset();
        tamper({"DROP TABLE rejection", "ALTER TABLE leadership DROP COLUMN last_rejection",
                "UPDATE ledger_format SET version = 1"});
        QVERIFY(!QTest::currentTestFailed());

        for (int time = 0; time < 2; ++time) { // and stays so
            m_ledger.reset();
            open();
            QCOMPARE(orders(), (QList<Order>{{1, "Tux", 4, "a", 1, now}}));
            QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
            const Result<Sell::Answer> sold = sell(call(2 + time, 1, {{"b", "Tux", 11}}));
            QCOMPARE(codeOf(sold->outcomes[0]), ErrorCode::OrderRejected);
            QCOMPARE(m_ledger->rejectionsAfter(0, 10)->size(), 1);
        }
    }

    void whatIsNoLedgerIsRefusedAndLeftAlone()
    {
        if (!isSql())
            QSKIP("only a file can be something else");
        m_ledger.reset();
        m_directory = std::make_unique<QTemporaryDir>();
        const QByteArray letter = QByteArray("Dear Santa, ").repeated(1000);
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(letter) == letter.size());
        file.close();

        const auto opened = openFile();

        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::StorageFailed);
        QVERIFY2(opened.error().message.contains(path().toUtf8()), opened.error().message.constData());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), letter);
    }

    void aSecondOpenIsRefusedByName()
    {
        if (!isSql())
            QSKIP("only a file can be opened twice");

        const auto second = openFile();

        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::AlreadyInUse);
        QVERIFY2(second.error().message.contains(path().toUtf8()), second.error().message.constData());
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}})));
    }

    void aFullDiskChangesNothing()
    {
        if (!isSql())
            QSKIP("memory has no disk to fill");
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 1}})));
        // A limit on the size of files is what a test can have of a full disk without being root.
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit full = before;
        full.rlim_cur = 4096;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);

        const Result<SellResults> sold = m_ledger->sell({call(2, 1, {{"b", "Tux", 2}})}, now);
        const Result<Leadership::Answer> begun = m_ledger->beginEpoch({1, ReplicaId{8092}, 0});
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);

        QCOMPARE(sold.error().code, ErrorCode::StorageFull);
        QCOMPARE(begun.error().code, ErrorCode::StorageFull);
        QCOMPARE(leadership(), (Leadership::Answer{1, leader, 1}));
        QCOMPARE(product("Tux").quantity, 9);
        QVERIFY(sell(call(2, 1, {{"b", "Tux", 2}}))); // usable, and the call not used up
        reopen();
        QCOMPARE(orders().size(), 2);
    }

    void theAuditFindsWhatIsBroken()
    {
        if (!isSql())
            QSKIP("only a file can be tampered with");
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}, {"b", "Tux", 1}})));
        const std::vector<std::pair<const char *, const char *>> tamperings = {
            {"UPDATE toy SET quantity = quantity + 1", "I5"},
            {"UPDATE movement SET delta = -11 WHERE order_number = 1", "I4"},
            {"UPDATE movement SET order_number = 3 WHERE order_number = 2", "I2"},
            {"DELETE FROM movement WHERE order_number = 2", "I"},
            {"INSERT INTO rejection VALUES (1, 'a', 'Tux', 4, 'then')", "I9"},
        };
        for (const auto &[tampering, invariant] : tamperings) {
            tamper({tampering});
            const Result<void> audited = auditLedger(*m_ledger);
            QVERIFY(!audited);
            QVERIFY2(audited.error().message.startsWith(invariant), audited.error().message.constData());
            cleanupTampered();
        }
    }

private:
    /// Carries out @p statements in the ledger's file, behind its back.
    void tamper(std::initializer_list<const char *> statements)
    {
        const QString connection = QStringLiteral("tamper");
        {
            auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
            database.setDatabaseName(path());
            QVERIFY(database.open());
            for (const char *statement : statements)
                QVERIFY2(QSqlQuery(database).exec(QLatin1String(statement)), statement);
            database.close();
        }
        QSqlDatabase::removeDatabase(connection);
    }
    /// Starts over from the store that theAuditFindsWhatIsBroken() tampers with.
    void cleanupTampered()
    {
        openStocked();
        QVERIFY(sell(call(1, 0, {{"a", "Tux", 4}, {"b", "Tux", 1}})));
    }
};

QTEST_GUILESS_MAIN(TestLedgerFile)
#include "tst_ledgerfile.moc"
