// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cluster/cachemodel.h"
#include "cluster/catalogmodel.h"
#include "cluster/orderlogmodel.h"
#include "cluster/timelinemodel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace toystore;

namespace
{

constexpr auto failures = QAbstractItemModelTester::FailureReportingMode::QtTest;

QList<Order> orders(qint64 first, qint64 last)
{
    QList<Order> list;
    for (qint64 number = first; number <= last; ++number)
        list.append({number, "Tux", 2, "f-" + QByteArray::number(number), 1, "2026-11-22T09:00:00.250Z"});
    return list;
}

ServiceCard replica(qint64 id, std::optional<qint64> lastOrder)
{
    ServiceCard card;
    card.name = "order-" + QByteArray::number(id);
    card.replicaId = id;
    card.lastOrder = lastOrder;
    return card;
}

CacheEntry entry(const QByteArray &name, qint64 hits = 0)
{
    return {name, 19.9, 98, 3, 1500, hits};
}

Product toy(const QByteArray &name, qint64 quantity)
{
    return {name, 5.0, quantity, 7};
}

TimelineEvent told(const QByteArray &service, qint64 cursor, qint64 atMs)
{
    TimelineEvent event;
    event.atMs = atMs;
    event.text = QByteArray::number(atMs);
    event.service = service;
    event.cursor = cursor;
    return event;
}

QString shown(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

QStringList names(const QAbstractItemModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all.append(shown(model, row, 0));
    return all;
}

/// What a model said that it did, without the resets that none may do.
struct Said {
    explicit Said(const QAbstractItemModel &model)
        : inserted(&model, &QAbstractItemModel::rowsInserted),
          removed(&model, &QAbstractItemModel::rowsRemoved),
          changed(&model, &QAbstractItemModel::dataChanged), reset(&model, &QAbstractItemModel::modelReset)
    {
    }

    QSignalSpy inserted;
    QSignalSpy removed;
    QSignalSpy changed;
    QSignalSpy reset;
};

} // namespace

class TestModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // OrderLogModel

    void anOrderIsARow()
    {
        OrderLogModel model;
        const QAbstractItemModelTester tester(&model, failures);
        model.setReplicas({replica(8093, 5), replica(8092, 4), replica(8091, std::nullopt)});

        model.add(orders(4, 5));

        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(shown(model, 1, OrderLogModel::Number), QStringLiteral("5"));
        QCOMPARE(shown(model, 1, OrderLogModel::Toy), QStringLiteral("Tux"));
        QCOMPARE(shown(model, 1, OrderLogModel::Quantity), QStringLiteral("2"));
        QCOMPARE(shown(model, 1, OrderLogModel::RequestId), QStringLiteral("f-5"));
        QCOMPARE(shown(model, 0, OrderLogModel::Replicas), QStringLiteral("8093 8092"));
        QCOMPARE(shown(model, 1, OrderLogModel::Replicas), QStringLiteral("8093"));
        QCOMPARE(model.index(0, 0).data(OrderLogModel::TextRole).toString(),
                 QStringLiteral("#4 Tux x 2 f-4"));
        const QVariantList marks = model.index(1, 0).data(OrderLogModel::MarksRole).toList();
        QCOMPARE(marks.size(), 3);
        QCOMPARE(marks[0].toMap()[QStringLiteral("id")].toLongLong(), 8093);
        QCOMPARE(marks[0].toMap()[QStringLiteral("has")].toBool(), true);
        QCOMPARE(marks[2].toMap()[QStringLiteral("has")].toBool(), false);
    }

    void marksChangeOnlyWhereAReplicaWentOn()
    {
        OrderLogModel model;
        const QAbstractItemModelTester tester(&model, failures);
        model.setReplicas({replica(8093, 10), replica(8092, 4)});
        model.add(orders(1, 10));
        Said said(model);

        model.setReplicas({replica(8093, 10), replica(8092, 7)});

        QCOMPARE(said.changed.size(), 1);
        QCOMPARE(said.changed[0][0].toModelIndex(), model.index(4, OrderLogModel::Replicas));
        QCOMPARE(said.changed[0][1].toModelIndex(), model.index(6, OrderLogModel::Replicas));
        QCOMPARE(shown(model, 6, OrderLogModel::Replicas), QStringLiteral("8093 8092"));
        QCOMPARE(shown(model, 7, OrderLogModel::Replicas), QStringLiteral("8093"));
    }

    void aReplicaThatIsSilentKeepsItsMarks()
    {
        OrderLogModel model;
        model.setReplicas({replica(8093, 3)});
        model.add(orders(1, 3));
        Said said(model);

        model.setReplicas({replica(8093, std::nullopt)});

        QCOMPARE(said.changed.size(), 0);
        QCOMPARE(shown(model, 2, OrderLogModel::Replicas), QStringLiteral("8093"));
    }

    void ordersThatAreThereAreNotAddedAgain()
    {
        OrderLogModel model;
        const QAbstractItemModelTester tester(&model, failures);
        model.add(orders(1, 5));

        model.add(orders(3, 7));
        model.add(orders(1, 7));

        QCOMPARE(model.rowCount(), 7);
        QCOMPARE(model.rowOf(7), 6);
        QCOMPARE(model.rowOf(8), -1);
    }

    void theNewestAreKept()
    {
        OrderLogModel model(nullptr, 1000);
        const QAbstractItemModelTester tester(&model, failures);
        Said said(model);

        for (qint64 first = 1; first <= 5000; first += 7)
            model.add(orders(first, first + 6));

        QVERIFY(model.rowCount() >= 1000);
        QVERIFY(model.rowCount() <= 1010);
        QCOMPARE(model.order(model.rowCount() - 1).number, 5005);
        QCOMPARE(model.rowOf(model.order(0).number), 0);
        QVERIFY(said.removed.size() < 5000 / 10 + 1); // not with every batch
        QCOMPARE(said.reset.size(), 0);
    }

    void aBatchAboveTheCapacityLeavesItsEnd()
    {
        OrderLogModel model(nullptr, 100);
        const QAbstractItemModelTester tester(&model, failures);
        model.add(orders(1, 50));

        model.add(orders(51, 1000));

        QCOMPARE(model.rowCount(), 100);
        QCOMPARE(model.order(0).number, 901);
    }

    void theLogStaysWhereItIsWhenRowsLeave()
    {
        OrderLogModel model(nullptr, 100);
        model.add(orders(1, 100));
        const QPersistentModelIndex selected = model.index(model.rowOf(90), OrderLogModel::Toy);

        model.add(orders(101, 150));

        QVERIFY(selected.isValid());
        QCOMPARE(selected.data(OrderLogModel::NumberRole).toLongLong(), 90);
    }

    void aHundredThousandOrdersDoNotSlowItDown()
    {
        OrderLogModel model;
        for (qint64 first = 1; first <= 100'000; first += 1000)
            model.add(orders(first, first + 999));
        const QList<Order> batch = orders(100'001, 100'125); // 2500 a second, 20 batches
        QElapsedTimer watch;
        watch.start();

        model.add(batch);
        model.setReplicas({replica(8093, 100'125), replica(8092, 100'120)});

        QVERIFY2(watch.elapsed() < 25, qPrintable(QString::number(watch.elapsed())));
        QCOMPARE(model.rowCount(), 100'125);
    }

    void anotherStoreEmptiesTheLog()
    {
        OrderLogModel model;
        const QAbstractItemModelTester tester(&model, failures);
        model.setReplicas({replica(8093, 500)});
        model.add(orders(1, 5));

        model.clear();
        model.setReplicas({replica(8093, std::nullopt)}); // down in this one, and never heard
        model.add(orders(1, 2));

        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(shown(model, 1, OrderLogModel::Replicas), QString());
    }

    // CacheModel, CatalogModel: what they share

    void rowsChangeByName_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        for (const char *change : {">a", "a>", "abc>abc", "abc>c", "abc>a", "abc>b", "b>abc", "ac>abc",
                                   "abc>xyz", "adg>bceh", "abcdef>ace", "ace>abcdef", "az>bcdz", "bdf>ag"}) {
            const QList<QByteArray> parts = QByteArray(change).split('>');
            QTest::newRow(change) << parts[0] << parts[1];
        }
    }
    void rowsChangeByName()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        CacheModel model;
        const QAbstractItemModelTester tester(&model, failures);
        const auto entries = [](const QByteArray &letters) {
            CacheEntries list; // the other way round: their order does not matter
            for (const char letter : letters)
                list.prepend(entry(QByteArray(1, letter)));
            return list;
        };
        model.set(entries(before));
        Said said(model);

        model.set(entries(after));

        QCOMPARE(names(model).join(QString()), QString::fromLatin1(after));
        QCOMPARE(said.reset.size(), 0);
        QCOMPARE(said.changed.size(), 0); // those that stayed are as they were
    }

    void aRowKeepsItsSelectionWhateverComesAndGoes()
    {
        CacheModel model;
        model.set({entry("b"), entry("m"), entry("x")});
        const QPersistentModelIndex selected = model.index(1, CacheModel::Hits);

        model.set({entry("a"), entry("m", 12), entry("z")});

        QVERIFY(selected.isValid());
        QCOMPARE(selected.row(), 1);
        QCOMPARE(selected.data().toInt(), 12);
    }

    void onlyWhatChangedIsSaid()
    {
        CacheModel model;
        model.set({entry("a"), entry("b"), entry("c"), entry("d")});
        Said said(model);

        model.set({entry("a"), entry("b", 1), entry("c", 1), entry("d")});

        QCOMPARE(said.changed.size(), 1);
        QCOMPARE(said.changed[0][0].toModelIndex().row(), 1);
        QCOMPARE(said.changed[0][1].toModelIndex().row(), 2);
    }

    void cacheEntriesAreShownWithVersionAgeAndHits()
    {
        CacheModel model;
        model.set({entry("Tux", 41)});

        QCOMPARE(shown(model, 0, CacheModel::Version), QStringLiteral("3"));
        QCOMPARE(shown(model, 0, CacheModel::Age), QStringLiteral("1 s"));
        QCOMPARE(shown(model, 0, CacheModel::Hits), QStringLiteral("41"));
        QCOMPARE(model.index(0, CacheModel::Age).data(CacheModel::SortRole).toLongLong(), 1500);
    }

    void aSoldOutToyCountsDown()
    {
        CatalogModel model;
        const QAbstractItemModelTester tester(&model, failures);
        model.set({toy("Elephant", 3), toy("Tux", 0)});
        model.setRestockIn(6'400);
        QCOMPARE(shown(model, 0, CatalogModel::Restock), QString());
        QCOMPARE(shown(model, 1, CatalogModel::Restock), QStringLiteral("in 7 s"));
        Said said(model);

        model.setRestockIn(6'300); // still 7 s
        QCOMPARE(said.changed.size(), 0);
        model.setRestockIn(5'900);

        QCOMPARE(said.changed.size(), 1);
        QCOMPARE(said.changed[0][0].toModelIndex(), model.index(1, CatalogModel::Restock));
        QCOMPARE(shown(model, 1, CatalogModel::Restock), QStringLiteral("in 6 s"));
    }

    // TimelineModel

    void theTimelineKeepsTheLastEvents()
    {
        TimelineModel model;
        const QAbstractItemModelTester tester(&model, failures);
        const auto events = [](qint64 first, qint64 last) {
            QList<TimelineEvent> list;
            for (qint64 key = first; key <= last; ++key) {
                TimelineEvent event;
                event.key = key;
                event.text = "event " + QByteArray::number(key);
                list.append(event);
            }
            return list;
        };
        model.add(events(1, 990));

        model.add(events(991, 1200));

        QCOMPARE(model.rowCount(), int(TimelineModel::capacity));
        QCOMPARE(model.event(0).key, 201);
        QCOMPARE(shown(model, 999, 0), QStringLiteral("event 1200"));
        model.add(events(1201, 5000));
        QCOMPARE(model.event(0).key, 4001);
    }

    // To a dashboard that comes later each service tells on its own what was before.
    void theTimelineIsByTimeWhoeverTellsFirst()
    {
        TimelineModel model;
        const QAbstractItemModelTester tester(&model, failures);
        model.add({told("order-8092", 1, 300), told("order-8092", 2, 700)});
        Said said(model);

        model.add({told("supervisor", 5, 500), told("supervisor", 4, 400), told("supervisor", 6, 900)});
        model.add({told("catalog", 9, 100), told("catalog", 10, 800)});

        QCOMPARE(names(model).join(u' '), QStringLiteral("100 300 400 500 700 800 900"));
        QCOMPARE(said.inserted.size(), 4); // a run between two that are known at a time
        QCOMPARE(said.reset.size(), 0);
    }

    void whatHappenedAtTheSameTimeIsByServiceAndCursor()
    {
        TimelineModel model;
        const QAbstractItemModelTester tester(&model, failures);
        TimelineEvent own;
        own.atMs = 500;
        own.text = "own";
        const auto at500 = [](const QByteArray &service, qint64 cursor) {
            TimelineEvent event = told(service, cursor, 500);
            event.text = service + QByteArray::number(cursor);
            return event;
        };

        model.add({at500("frontend", 2)});
        model.add({at500("supervisor", 8), at500("frontend", 10)});
        model.add({at500("catalog", 3), own, at500("frontend", 9)});

        QCOMPARE(names(model).join(u' '),
                 QStringLiteral("own catalog3 frontend2 frontend9 frontend10 supervisor8"));
    }

    void whatIsOlderThanAFullTimelineIsNotKept()
    {
        TimelineModel model;
        const QAbstractItemModelTester tester(&model, failures);
        QList<TimelineEvent> events;
        for (qint64 number = 1; number <= TimelineModel::capacity; ++number)
            events << told("catalog", number, 1000 + number);
        model.add(events);

        model.add({told("frontend", 1, 500), told("frontend", 2, 1500)});

        QCOMPARE(model.rowCount(), int(TimelineModel::capacity));
        QCOMPARE(model.event(0).atMs, 1002);
        QCOMPARE(model.event(499).service, QByteArray("frontend"));
    }
};

QTEST_GUILESS_MAIN(TestModels)
#include "tst_models.moc"
