// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/mutator.h"
#include "fuzz/targets.h"

#include <QTest>

#include <functional>

using namespace toystore;
using namespace toystore::fuzz;

using Target = std::function<void(QByteArrayView)>;
Q_DECLARE_METATYPE(Target)

/// Every entry point over its corpus and TOYSTORE_MUTATIONS changed copies of it, the same in every run. An
/// entry point that is not content aborts, and names what does not hold.
class TestFuzz : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hostileInputIsHarmless_data()
    {
        QTest::addColumn<QString>("corpus");
        QTest::addColumn<Target>("target");
        QTest::newRow("requests") << QStringLiteral("requests") << Target(readRequests);
        QTest::newRow("json") << QStringLiteral("json") << Target(readJson);
        QTest::newRow("messages") << QStringLiteral("messages") << Target(readMessages);
        QTest::newRow("log") << QStringLiteral("log") << Target(readLog);
    }
    void hostileInputIsHarmless()
    {
        QFETCH(QString, corpus);
        QFETCH(Target, target);
        const std::vector<QByteArray> kept = readCorpus(QStringLiteral(TOYSTORE_CORPUS "/") + corpus);
        for (const QByteArray &bytes : kept)
            target(bytes);
        Mutator mutator(kept, 1);
        for (int i = 0; i < TOYSTORE_MUTATIONS; ++i)
            target(mutator.next());
    }
};

QTEST_APPLESS_MAIN(TestFuzz)
#include "tst_fuzz.moc"
