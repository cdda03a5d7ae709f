// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How the window fits into more or less room, and what people do to its parts.

#include "docks/orderlogpanel.h"
#include "gui/filledwindow.h"
#include "gui/ownsettings.h"
#include "gui/widgetaudit.h"
#include "topology/topologyview.h"

#include <QDockWidget>
#include <QMouseEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace toystore;

namespace
{

void sendMouse(QWidget &window, QEvent::Type type, const QPoint &at)
{
    const bool isMove = type == QEvent::MouseMove;
    const Qt::MouseButtons pressed = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, QPointF(at), QPointF(window.mapToGlobal(at)),
                      isMove ? Qt::NoButton : Qt::LeftButton, pressed, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
    QApplication::processEvents();
}

/// As a hand does it, a few pixels at a time.
void drag(QWidget &window, const QPoint &from, const QPoint &to)
{
    constexpr int moves = 8;
    sendMouse(window, QEvent::MouseButtonPress, from);
    for (int move = 1; move <= moves; ++move)
        sendMouse(window, QEvent::MouseMove, from + (to - from) * move / moves);
    sendMouse(window, QEvent::MouseButtonRelease, to);
}

int separatorSize(const QWidget &window)
{
    return window.style()->pixelMetric(QStyle::PM_DockWidgetSeparatorExtent, nullptr, &window);
}

/// What is wrong with all that is shown; empty if nothing is.
QString wrongPlaces(QWidget &window)
{
    return (clippedTexts(window) + overlaps(window)).join(u'\n');
}

} // namespace

class TestSizes : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void init() { m_settings.clear(); }

    void everyWidthFits_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("isPresenter");
        for (const int width : {1280, 1440, 1700, 1890, 1899, 1900, 1920}) {
            QTest::addRow("usual-%d", width) << width << false;
            QTest::addRow("presenter-%d", width) << width << true;
        }
    }
    void everyWidthFits()
    {
        QFETCH(int, width);
        QFETCH(bool, isPresenter);
        FilledWindow filled(false, QSize(width, 800));
        filled.open();
        if (isPresenter)
            filled.trigger(Command::Presenter);
        QAction *tables = filled.window.commands()[Command::Tables];
        for (const bool areWanted : {false, true}) {
            if (tables->isChecked() != areWanted)
                tables->trigger();
            for (const ClusterSnapshot &store : {storeAtWork(), storeAfterKill(), storeInTrouble()}) {
                filled.show(store);

                QCOMPARE(filled.window.size(), QSize(width, 800));
                QVERIFY(isWholeInView(*filled.window.overview()));
                QCOMPARE(filled.window.docks()->areVisible(), areWanted);
                QCOMPARE(wrongPlaces(filled.window), QString());
            }
        }
        savePicture(filled.window, QStringLiteral("width-%1").arg(QLatin1String(QTest::currentDataTag())));
        const QDockWidget *orders = filled.window.docks()->all().first();
        const bool isBelow = orders->y() >= filled.window.centralWidget()->geometry().bottom();
        QCOMPARE(isBelow, isPresenter && width < 1900); // as docs/dashboard.md says
        const auto *table = orders->findChild<QTableView *>();
        QCOMPARE(table->horizontalScrollBar()->maximum(), 0);
        const QAbstractItemView &view = *table; // whose hint is public
        QVERIFY(table->columnWidth(OrderLogModel::Toy) >= view.sizeHintForColumn(OrderLogModel::Toy));
    }

    void tablesBesideAPresentersOverviewAreAsBigAsTheirFonts_data()
    {
        QTest::addColumn<bool>("areShown");
        QTest::newRow("shown") << true;
        QTest::newRow("hidden") << false;
    }
    void tablesBesideAPresentersOverviewAreAsBigAsTheirFonts()
    {
        QFETCH(bool, areShown);
        FilledWindow filled(false, QSize(1920, 1080));
        filled.open();
        const QDockWidget *orders = filled.window.docks()->all().first();
        const int usual = orders->width();
        if (!areShown)
            filled.trigger(Command::Tables);

        filled.trigger(Command::Presenter);

        if (!areShown)
            filled.trigger(Command::Tables);
        const int big = filled.theme.length(usual);
        QVERIFY(big > usual);
        QTRY_COMPARE(orders->width(), big);
        QTest::keyClick(&filled.window, Qt::Key_0, Qt::ControlModifier);
        QTRY_COMPARE(orders->width(), big);
        QCOMPARE(wrongPlaces(filled.window), QString());
        filled.trigger(Command::Presenter);
        QTRY_COMPARE(orders->width(), usual);
    }

    void aTableThatFloatsKeepsItsSize()
    {
        FilledWindow filled(false, QSize(1920, 1080));
        filled.open();
        QDockWidget *orders = filled.window.docks()->all().first();
        orders->setFloating(true);
        orders->resize(700, 500);
        QApplication::processEvents();

        filled.trigger(Command::Presenter);
        QApplication::processEvents();

        QVERIFY(orders->isFloating());
        QCOMPARE(orders->size(), QSize(700, 500));
        QCOMPARE(wrongPlaces(filled.window), QString());
        filled.trigger(Command::Presenter);
        QApplication::processEvents();
        QCOMPARE(orders->size(), QSize(700, 500));
    }

    void whoBeginsAsAPresenterHasTablesAsBigAsTheirFonts()
    {
        FilledWindow filled(false, QSize(1920, 1080));
        filled.theme.setPresenter(true);
        filled.window.restoreLayout();

        filled.open();

        const QDockWidget *orders = filled.window.docks()->all().first();
        QTRY_COMPARE(orders->width(), filled.theme.length(440));
        QCOMPARE(wrongPlaces(filled.window), QString());
        filled.trigger(Command::Presenter);
        QTRY_COMPARE(orders->width(), 440);
    }

    void aWindowThatGrowsAndShrinksFits_data()
    {
        QTest::addColumn<bool>("isPresenter");
        QTest::newRow("usual") << false;
        QTest::newRow("presenter") << true;
    }
    void aWindowThatGrowsAndShrinksFits()
    {
        QFETCH(bool, isPresenter);
        FilledWindow filled;
        filled.open();
        if (isPresenter) {
            filled.trigger(Command::Presenter);
            filled.trigger(Command::Tables);
        }
        for (const int width : {1280, 1500, 1710, 1920, 1850, 1280}) {
            filled.window.resize(width, 800);
            filled.show(storeAfterKill());

            QTRY_VERIFY(isWholeInView(*filled.window.overview()));
            QCOMPARE(filled.window.size(), QSize(width, 800));
            QVERIFY(filled.window.docks()->areVisible());
            QCOMPARE(wrongPlaces(filled.window), QString());
        }
    }

    void aResetPutsAPresentersTablesAway()
    {
        FilledWindow filled;
        filled.open();
        const QDockWidget *orders = filled.window.docks()->all().first();
        const QAction *tables = filled.window.commands()[Command::Tables];
        const QRect usual = orders->geometry();
        filled.trigger(Command::Presenter);
        QTest::keyClick(&filled.window, Qt::Key_T, Qt::ControlModifier);
        QTRY_VERIFY(isWholeInView(*filled.window.overview()) && wholeRows(*orders) >= 3);
        const QRect below = orders->geometry();
        filled.window.docks()->raise(filled.window.docks()->all().last());

        QTest::keyClick(&filled.window, Qt::Key_0, Qt::ControlModifier);

        QTRY_VERIFY(!filled.window.docks()->areVisible()); // as a presenter's look begins
        QVERIFY(!tables->isChecked());
        QVERIFY(filled.theme.isPresenter());
        QTRY_VERIFY(isWholeInView(*filled.window.overview()));
        const CardWidget *leader = filled.window.overview()->topology()->card("order-8093");
        QVERIFY(leader->button(ServiceAction::Kill)->isVisible());
        QCOMPARE(wrongPlaces(filled.window), QString());
        QTest::keyClick(&filled.window, Qt::Key_T, Qt::ControlModifier);
        QTRY_COMPARE(orders->geometry(), below); // and the order log is in front again
        QVERIFY(!orders->visibleRegion().isEmpty());
        QVERIFY(!leader->button(ServiceAction::Kill)->isVisible());
        QCOMPARE(wrongPlaces(filled.window), QString());
        filled.trigger(Command::Presenter);
        QTRY_COMPARE(orders->geometry(), usual);
        QVERIFY(tables->isChecked());
        QCOMPARE(wrongPlaces(filled.window), QString());
    }

    void fiveReplicasAreShownAsThreeAre_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("isPresenter");
        QTest::newRow("laptop") << QSize(1280, 800) << false;
        QTest::newRow("laptop-presenter") << QSize(1280, 800) << true;
        QTest::newRow("screen") << QSize(1920, 1080) << false;
        QTest::newRow("screen-presenter") << QSize(1920, 1080) << true;
    }
    void fiveReplicasAreShownAsThreeAre()
    {
        QFETCH(QSize, size);
        QFETCH(bool, isPresenter);
        FilledWindow filled(false, size);
        filled.open();
        if (isPresenter)
            filled.trigger(Command::Presenter);
        MadeUpStore store(5);
        store.set(8095, ServiceState::Down);
        store.set(8092, ServiceState::Syncing);

        filled.show(store.snapshot());

        const auto *table = filled.window.docks()->all().first()->findChild<QTableView *>();
        const QModelIndex row = table->model()->index(0, OrderLogModel::Replicas);
        QTRY_COMPARE(row.data(OrderLogModel::MarksRole).toList().size(), 5); // which wait for a moment
        QVERIFY(table->columnWidth(OrderLogModel::Replicas) >=
                table->itemDelegateForColumn(OrderLogModel::Replicas)->sizeHint({}, row).width());
        QTRY_COMPARE(wrongPlaces(filled.window), QString()); // two cards more find their places
        savePicture(filled.window,
                    QStringLiteral("five-replicas-%1").arg(QLatin1String(QTest::currentDataTag())));
        QCOMPARE(filled.window.size(), size);
        TopologyView &topology = *filled.window.overview()->topology();
        auto *area = qobject_cast<QScrollArea *>(filled.window.overview()->parentWidget()->parentWidget());
        QVERIFY(area != nullptr);
        for (const qint64 id : {8091, 8092, 8093, 8094, 8095}) {
            const CardWidget *card = topology.card("order-" + QByteArray::number(id));
            QVERIFY(card != nullptr);
            QVERIFY(topology.rect().contains(card->geometry()));
            area->ensureWidgetVisible(topology.card("order-" + QByteArray::number(id)), 0, 0);
            QApplication::processEvents();
            QVERIFY2(isWholeInView(*card), qPrintable(card->accessibleName()));
            const QPoint end(card->x(), card->y() + card->height() / 2);
            QVERIFY2(coloursIn(topology, QRect(end - QPoint(5, 4), QSize(4, 8))) > 1,
                     qPrintable(card->accessibleName())); // a link's, beside the background's
        }
        QVERIFY(textsOf(filled.window).contains(QStringLiteral("4 of 5")));
    }

    void aSeparatorIsDragged()
    {
        const QSize size(1440, 800);
        int width = 0;
        {
            FilledWindow filled(false, size);
            filled.open();
            filled.show(storeElsewhere());
            const QDockWidget *orders = filled.window.docks()->all().first();
            const int before = orders->width();
            const QPoint separator(orders->x() - separatorSize(filled.window) / 2 - 1, 400);

            drag(filled.window, separator, separator - QPoint(90, 0));

            width = orders->width();
            QVERIFY2(std::abs(width - before - 90) <= 8, qPrintable(QString::number(width - before)));
            QCOMPARE(filled.window.size(), size);
            QCOMPARE(wrongPlaces(filled.window), QString());
            drag(filled.window, separator - QPoint(90, 0), separator - QPoint(2000, 0)); // as far as it goes
            QCOMPARE(wrongPlaces(filled.window), QString());
            drag(filled.window, QPoint(orders->x() - separatorSize(filled.window) / 2 - 1, 400),
                 separator - QPoint(90, 0));
            QVERIFY(std::abs(orders->width() - width) <= 8);
            width = orders->width();
            QVERIFY(filled.window.close());
        }
        FilledWindow again(false, size);
        again.window.restoreLayout();
        again.open();
        again.show(storeElsewhere());
        QTRY_COMPARE(again.window.docks()->all().first()->width(), width);
        QCOMPARE(wrongPlaces(again.window), QString());
    }

    void aPresentersSeparatorIsDragged()
    {
        FilledWindow filled;
        filled.open();
        filled.trigger(Command::Presenter);
        filled.trigger(Command::Tables);
        const QDockWidget *orders = filled.window.docks()->all().first();
        QTRY_VERIFY(isWholeInView(*filled.window.overview()) && wholeRows(*orders) >= 3);
        const int before = orders->height();
        const QPoint separator(640, filled.window.centralWidget()->geometry().bottom() +
                                        separatorSize(filled.window) / 2 + 1);

        drag(filled.window, separator, separator - QPoint(0, 60));

        QVERIFY2(std::abs(orders->height() - before - 60) <= 8,
                 qPrintable(QString::number(orders->height() - before)));
        QCOMPARE(filled.window.size(), FilledWindow::usualSize);
        QCOMPARE(wrongPlaces(filled.window), QString());
        const int chosen = orders->height();
        filled.show(storeAtWork());
        QCOMPARE(orders->height(), chosen); // news take nothing back
    }
};

QTEST_MAIN(TestSizes)
#include "tst_sizes.moc"
