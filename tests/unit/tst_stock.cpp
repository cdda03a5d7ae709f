// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/stockview.h"
#include "stock/toylist.h"

#include <QFile>
#include <QTest>

using namespace toystore;

class TestStock : public QObject
{
    Q_OBJECT

private:
    /// Single quotes for double ones; moc can't read raw strings.
    static QByteArray json(QByteArray text) { return text.replace('\'', '"'); }

private Q_SLOTS:
    void theBuiltInToysAreGood()
    {
        QFile file(QStringLiteral(TOYSTORE_TOYS_FILE));
        QVERIFY(file.open(QIODevice::ReadOnly));

        const Result<QList<Toy>> toys = parseToys(file.readAll());

        QVERIFY2(toys, toys ? "" : toys.error().message.constData());
        QVERIFY(toys->size() >= 10);
        QVERIFY(toys->contains(Toy{"Tux", 19.9}));
        QVERIFY(
            std::any_of(toys->begin(), toys->end(), [](const Toy &toy) { return toy.name.contains(' '); }));
    }

    void badToyFilesAreRefusedByName_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no JSON") << json("{") << QByteArray("no JSON at byte");
        QTest::newRow("no toys") << json("{}") << QByteArray("toys: is missing");
        QTest::newRow("empty") << json("{'toys':[]}") << QByteArray("at least one toy");
        QTest::newRow("no price") << json("{'toys':[{'name':'Tux'}]}")
                                  << QByteArray("toys[0].price: is missing");
        QTest::newRow("text price") << json("{'toys':[{'name':'Tux','price':1},{'name':'Fox','price':'2'}]}")
                                    << QByteArray("toys[1].price: must be a number");
        QTest::newRow("negative price")
            << json("{'toys':[{'name':'Tux','price':-1}]}") << QByteArray("toys[0] ('Tux'): price must be");
        QTest::newRow("huge price") << json("{'toys':[{'name':'Tux','price':1e10}]}")
                                    << QByteArray("toys[0] ('Tux'): price must be");
        QTest::newRow("no name") << json("{'toys':[{'name':'','price':1}]}")
                                 << QByteArray("toys[0] (''): name must have text");
        QTest::newRow("control") << json("{'toys':[{'name':'T\\u0000x','price':1}]}")
                                 << QByteArray("toys[0] ('T\\u0000x'): name must have text");
        QTest::newRow("twice") << json("{'toys':[{'name':'Tux','price':1},{'name':'Tux','price':2}]}")
                               << QByteArray("toys[1] ('Tux'): name is given twice");
        QTest::newRow("long name") << json("{'toys':[{'price':1,'name':'" + QByteArray(257, 'x') + "'}]}")
                                   << QByteArray("toys[0].name: is longer than 256 bytes");
    }
    void badToyFilesAreRefusedByName()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, says);

        const Result<QList<Toy>> toys = parseToys(json);

        QVERIFY(!toys);
        QVERIFY2(toys.error().message.contains(says), toys.error().message.constData());
    }

    void theViewShowsWhatWasCommitted()
    {
        StockView view;
        view.reset({{{"Tux", 19.9, 100, 1}, {"Fox", 5, 100, 1}}, {1, ReplicaId{8093}, 0}});

        view.apply({{{"Tux", 19.9, 99, 2}}, {1, ReplicaId{8093}, 1}});

        QCOMPARE(view.product("Tux").value(), (Product{"Tux", 19.9, 99, 2}));
        QCOMPARE(view.product("Fox").value(), (Product{"Fox", 5, 100, 1}));
        QCOMPARE(view.product("tux").error().code, ErrorCode::ProductNotFound);
        QCOMPARE(view.leadership(), (Leadership::Answer{1, ReplicaId{8093}, 1}));
        QCOMPARE(view.count(), 2);
    }

    void theViewPagesByName()
    {
        StockView view;
        StockState state;
        for (int i = 0; i < 1001; ++i)
            state.products.append({QByteArray::number(10'000 + i), 1, 1, 1});
        view.reset(state);

        const ProductsQuery::Answer first = view.productsAfter({});
        const ProductsQuery::Answer second = view.productsAfter(first.products.last().name);

        QCOMPARE(first.products.size(), 1000);
        QVERIFY(first.more);
        QCOMPARE(second.products, (QList<Product>{{"11000", 1, 1, 1}}));
        QVERIFY(!second.more);
    }
};

QTEST_GUILESS_MAIN(TestStock)
#include "tst_stock.moc"
