// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/operatedstore.h"
#include "support/rawhttp.h"
#include "support/storeundertest.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace toystore;

namespace
{

QJsonObject json(const Outcome &outcome)
{
    return QJsonDocument::fromJson(outcome.out).object();
}

qint64 integer(const Outcome &outcome, const char *name)
{
    return json(outcome)[QLatin1String(name)].toInteger(-1);
}

} // namespace

/// `toystore cache` in a real store.
class TestCacheCommand : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<StoreUnderTest> m_store;

    Outcome run(const char *words)
    {
        return runToystore(QStringList{QStringLiteral("cache"), QStringLiteral("--data"), m_store->path({})} +
                           QString::fromLatin1(words).split(u' '));
    }
    [[nodiscard]] QByteArray xCacheOf(const QByteArray &path) const
    {
        const RawHttp::Answer answer = httpGet(m_store->httpPort(), path);
        return answer.head.contains("X-Cache: hit") ? "hit" : "miss";
    }

private Q_SLOTS:
    void init()
    {
        m_store = std::make_unique<StoreUnderTest>();
        QVERIFY(m_store->open());
    }
    void cleanup() { m_store.reset(); }

    void theContentsAreListed()
    {
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("miss"));
        QCOMPARE(xCacheOf("/products/Kite"), QByteArray("miss"));
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("hit"));
        const Outcome table = run("list");
        QCOMPARE(table.exitCode, 0);
        const QByteArrayList lines = table.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].startsWith("TOY"));
        QVERIFY(lines[1].startsWith("Tux ")); // asked for last
        QVERIFY(lines[1].endsWith(" 1"));
        QVERIFY(lines[2].startsWith("Kite "));
        const Outcome list = run("list -o json");
        const QJsonArray entries = json(list)[QStringLiteral("entries")].toArray();
        QCOMPARE(entries.size(), 2);
        QCOMPARE(entries[0][QStringLiteral("hits")].toInteger(), 1);
        QVERIFY(entries[0][QStringLiteral("version")].toInteger() > 0);
        QVERIFY(entries[0][QStringLiteral("age_ms")].toInteger() >= 0);
    }

    void theStatisticsAreTold()
    {
        (void)xCacheOf("/products/Tux");
        (void)xCacheOf("/products/Tux");
        const Outcome text = run("stats");
        QCOMPARE(text.exitCode, 0);
        QVERIFY(text.out.contains("cache          on\n"));
        QVERIFY(text.out.contains("policy         lru\n"));
        QVERIFY(text.out.contains("hits           1 of 2 queries (50 %)\n"));
        const Outcome stats = run("stats -o json");
        QCOMPARE(stats.exitCode, 0);
        QCOMPARE(integer(stats, "hits"), 1);
        QCOMPARE(integer(stats, "misses"), 1);
        QCOMPARE(integer(stats, "evictions"), 0);
        QCOMPARE(json(stats)[QStringLiteral("subscribed")].toBool(), true);
    }

    void offAndOnAreSeenByQueries()
    {
        QCOMPARE(json(run("off -o json"))[QStringLiteral("enabled")].toBool(true), false);
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("miss"));
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("miss"));
        QVERIFY(run("stats").out.contains("cache          off\n"));
        QCOMPARE(json(run("on -o json"))[QStringLiteral("enabled")].toBool(false), true);
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("miss"));
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("hit"));
    }

    // The one that was asked for longest ago goes.
    void aSmallCacheEvictsTheLeastRecentlyUsed()
    {
        QCOMPARE(integer(run("capacity 2 -o json"), "capacity"), 2);
        for (const char *toy : {"/products/Tux", "/products/Kite", "/products/Tux", "/products/Whale"})
            (void)xCacheOf(toy);
        QCOMPARE(xCacheOf("/products/Tux"), QByteArray("hit"));
        QCOMPARE(xCacheOf("/products/Kite"), QByteArray("miss"));
        const Outcome stats = run("stats -o json");
        QCOMPARE(integer(stats, "entries"), 2);
        QCOMPARE(integer(stats, "evictions"), 2);
    }

    void whatIsWrongHasItsExitCode()
    {
        QCOMPARE(run("capacity 0").exitCode, 2);
        QCOMPARE(run("capacity many").exitCode, 2);
        QCOMPARE(run("capacity 1000001").exitCode, 2);
        QCOMPARE(run("capacity").exitCode, 2);
        QCOMPARE(run("shrink").exitCode, 2);
        const Outcome help = run("--help");
        QCOMPARE(help.exitCode, 0);
        for (const char *word :
             {"list", "stats", "on", "off", "capacity", "LRU", "toystore cache capacity 5"})
            QVERIFY2(help.out.contains(word), word);
        QVERIFY(m_store->command<KillService>("frontend").has_value());
        const Outcome failed = run("stats");
        QCOMPARE(failed.exitCode, 6);
        QVERIFY(failed.err.contains("can't ask about the cache"));
        QVERIFY(failed.err.contains("toystore status"));
        QCOMPARE(json(run("list -o json"))[QStringLiteral("error")][QStringLiteral("name")].toString(),
                 QStringLiteral("cannot_connect"));
        QCOMPARE(run("off").exitCode, 6);
    }
};

QTEST_GUILESS_MAIN(TestCacheCommand)
#include "tst_cachecommand.moc"
