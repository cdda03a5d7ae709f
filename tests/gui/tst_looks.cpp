// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/loadpanel.h"
#include "gui/filledwindow.h"
#include "gui/ownsettings.h"
#include "gui/widgetaudit.h"
#include "overview/loadchart.h"
#include "topology/topologyview.h"
#include "window/demoscenario.h"

#include <QDockWidget>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace toystore;

namespace
{

/// The store as it is at a step of the demonstration.
ClusterSnapshot storeAtStep(qsizetype step)
{
    MadeUpStore store;
    const auto setAll = [&store](ServiceState state) {
        for (const qint64 id : {8093, 8092, 8091})
            store.set(id, state);
    };
    if (step >= 1) { // the leader is killed
        store.set(8093, ServiceState::Down);
        store.tellFailover(madeUpFailover(8093, 8092, 4));
    }
    if (step >= 2) // and is back
        store.set(8093, ServiceState::Follower);
    if (step >= 3) { // the next one is paused
        store.set(8092, ServiceState::NotAnswering);
        store.tellFailover(madeUpFailover(8092, 8093, 5));
    }
    if (step >= 4) // and goes on
        store.set(8092, ServiceState::Follower);
    if (step >= 5) { // all are killed
        setAll(ServiceState::Down);
        FailoverView failover = madeUpFailover(8091, 0, 0);
        failover.newLeaderMs.reset();
        failover.firstSuccessMs.reset();
        failover.failed = 57;
        failover.isOver = false;
        store.tellFailover(failover);
        store.failBuys(57);
    }
    if (step == 6) // and start
        setAll(ServiceState::Syncing);
    if (step >= 7) { // and are back
        setAll(ServiceState::Follower);
        FailoverView failover = madeUpFailover(8091, 8093, 8);
        failover.failed = 57;
        store.tellFailover(failover);
    }
    return store.snapshot();
}

} // namespace

/// How it looks: contrasts, sizes, names, in each state, colour scheme and size; and pictures to look at.
class TestLooks : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void coloursAreReadable_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void coloursAreReadable()
    {
        QFETCH(bool, isDark);
        const Colours c = isDark ? Colours::dark() : Colours::light();
        QList<std::pair<QColor, QColor>> pairs{
            {c.text, c.window},
            {c.text, c.surface},
            {c.text, c.sunken},
            {c.mutedText, c.window},
            {c.mutedText, c.surface},
            {c.disabledText, c.window},
            {c.disabledText, c.surface},
            {c.disabledText, c.sunken},
            {c.accentInk, c.accent},
            {c.accent, c.surface},
            {c.toastInk, c.toast},
            {c.toastLink, c.toast},
            {c.text, c.leader.tint},
            // What is pressed, chosen or gone to in tool bars, menus, tables and tabs.
            {c.text, c.border},
            {c.disabledText, c.leader.tint},
            {c.mutedText, c.leader.tint},
            {c.accent, c.window}};
        // Over the chart's area of requests per second.
        QColor area = c.rate;
        area.setAlphaF(LoadChart::areaOpacity);
        for (const Tone tone : {Tone::Good, Tone::Bad})
            pairs << std::pair{c.of(tone), blend(area, c.surface)};
        for (const StateColours &state :
             {c.leader, c.follower, c.syncing, c.notAnswering, c.down, c.draining, c.stale})
            pairs << std::pair{c.text, state.tint} << std::pair{c.mutedText, state.tint}
                  << std::pair{state.badgeInk, state.badge} << std::pair{c.of(Tone::Bad), c.down.tint}
                  << std::pair{c.disabledText, state.tint};
        for (const Tone tone : allTones)
            pairs << std::pair{c.of(tone), c.window} << std::pair{c.of(tone), c.surface};
        for (const auto &[ink, ground] : pairs)
            QVERIFY2(contrast(ink, ground) >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3")
                                                                  .arg(ink.name(), ground.name())
                                                                  .arg(contrast(ink, ground))));
        QVERIFY(c.syncing.badgeInk == QColor(Qt::black));
    }

    void contrastIsComputedAsTheStandardSays()
    {
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrast(Qt::white, Qt::white), 1.0);
        QVERIFY(std::abs(contrast(QColor(0x777777), Qt::white) - 4.48) < 0.01);
    }

    void everyStateIsReadable_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<ClusterSnapshot>("store");
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<bool>("isPresenter");
        const auto rows = [](const char *name, const ClusterSnapshot &store) {
            for (const bool isDark : {false, true}) {
                for (const bool isPresenter : {false, true}) {
                    const QString full = QStringLiteral("%1-%2%3").arg(
                        QLatin1String(name), isDark ? QStringLiteral("dark") : QStringLiteral("light"),
                        isPresenter ? QStringLiteral("-presenter") : QString());
                    QTest::newRow(qPrintable(full)) << full << store << isDark << isPresenter;
                }
            }
        };
        rows("at-work", storeAtWork());
        rows("after-kill", storeAfterKill());
        rows("in-trouble", storeInTrouble());
        rows("out-of-reach", storeOutOfReach());
        rows("not-permitted", storeOfOthers());
        ClusterSnapshot empty;
        empty.detail = "No store is open in /var/lib/toystore.";
        rows("empty", empty);
        empty.attachment = Attachment::Connecting;
        empty.store = "127.0.0.1:8083";
        empty.detail = "Nothing answers yet.";
        rows("connecting", empty);
    }
    void everyStateIsReadable()
    {
        QFETCH(QString, name);
        QFETCH(ClusterSnapshot, store);
        QFETCH(bool, isDark);
        QFETCH(bool, isPresenter);
        const Theme::Scheme scheme = isDark ? Theme::Scheme::Dark : Theme::Scheme::Light;
        FilledWindow filled(false, FilledWindow::usualSize, scheme, store);
        MainWindow &window = filled.window;
        window.show();
        if (isPresenter)
            filled.trigger(Command::Presenter);
        filled.open();

        filled.show(store);

        savePicture(window, name);
        QCOMPARE(window.size(), QSize(1280, 800));
        QVERIFY(store.services.isEmpty() || isWholeInView(*window.overview()));
        const auto *live = window.findChild<QWidget *>(QStringLiteral("live"));
        QCOMPARE(live->visibleRegion().boundingRect().size(), live->size()); // at the right of the tool bar
        QCOMPARE(clippedTexts(window).join(u'\n'), QString());
        QCOMPARE(faintTexts(window).join(u'\n'), QString());
        QCOMPARE(faintControls(window).join(u'\n'), QString());
        QCOMPARE(namelessWidgets(window).join(u'\n'), QString());
        QCOMPARE(unreachableWidgets(window).join(u'\n'), QString());
    }

    // Beside a presenter's big overview there is no room at this size: they come below it, when asked.
    void aPresentersTablesAreOneKeyAway()
    {
        FilledWindow filled;
        MainWindow &window = filled.window;
        filled.startLoad();
        filled.open();
        QAction *tables = window.commands()[Command::Tables];
        const QDockWidget *orders = window.docks()->all().first();
        const QRect before = orders->geometry();
        QVERIFY(tables->isChecked());

        window.commands()[Command::Presenter]->trigger();

        QVERIFY(!tables->isChecked());
        QTRY_VERIFY(isWholeInView(*window.overview()));
        tables->trigger();
        QTRY_VERIFY(isWholeInView(*window.overview()));
        QApplication::processEvents();
        savePicture(window, QStringLiteral("presenter-tables"));
        QCOMPARE(window.size(), QSize(1280, 800));
        QVERIFY(orders->isVisible());
        QVERIFY2(wholeRows(*orders) >= 3, qPrintable(QString::number(wholeRows(*orders))));
        QCOMPARE(clippedTexts(window).join(u'\n'), QString());
        QCOMPARE(namelessWidgets(window).join(u'\n'), QString());
        QCOMPARE(unreachableWidgets(window).join(u'\n'), QString());
        window.docks()->raise(window.docks()->all().last());
        QTRY_VERIFY(isWholeInView(*window.docks()->load()));
        QApplication::processEvents();
        savePicture(window, QStringLiteral("presenter-load"));
        QVERIFY(isWholeInView(*window.overview()));
        QCOMPARE(clippedTexts(window).join(u'\n'), QString());
        tables->trigger();
        QTRY_VERIFY(isWholeInView(*window.overview()));
        window.commands()[Command::Presenter]->trigger();
        QTRY_COMPARE(orders->geometry(), before);
        QVERIFY(tables->isChecked());
    }

    void aPresentersTablesLeaveAllInView_data()
    {
        QTest::addColumn<ClusterSnapshot>("store");
        QTest::addColumn<bool>("isDemo");
        QTest::newRow("after-kill") << storeAfterKill() << false;
        QTest::newRow("in-trouble") << storeInTrouble() << false;
        QTest::newRow("out-of-reach") << storeOutOfReach() << false;
        QTest::newRow("not-permitted") << storeOfOthers() << false;
        for (qsizetype step = 0; step < demo::steps().size(); ++step)
            QTest::addRow("demo-%d", static_cast<int>(step) + 1) << storeAtStep(step) << true;
    }
    void aPresentersTablesLeaveAllInView()
    {
        QFETCH(ClusterSnapshot, store);
        QFETCH(bool, isDemo);
        FilledWindow filled(isDemo);
        MainWindow &window = filled.window;
        filled.open();
        filled.trigger(Command::Presenter);
        filled.trigger(Command::Tables);
        QTRY_VERIFY(isWholeInView(*window.overview()));

        filled.show(store);

        savePicture(window,
                    QStringLiteral("tables-%1-presenter").arg(QLatin1String(QTest::currentDataTag())));
        QCOMPARE(window.size(), QSize(1280, 800));
        QVERIFY(isWholeInView(*window.overview()));
        QVERIFY(wholeRows(*window.docks()->all().first()) >= 1);
        QCOMPARE(clippedTexts(window).join(u'\n'), QString());
    }

    void aPresentersDemonstrationFits()
    {
        FilledWindow filled(true);
        MainWindow &window = filled.window;
        filled.open();
        filled.trigger(Command::Presenter);
        for (qsizetype step = 0; step < demo::steps().size(); ++step) {
            if (step > 0)
                filled.trigger(Command::NextStep);
            if (step == 1)
                Q_EMIT filled.source.eventsAdded(madeUpEvents().mid(3)); // of the leader's loss

            filled.show(storeAtStep(step));

            savePicture(window, QStringLiteral("demo-%1-presenter").arg(step + 1));
            QCOMPARE(window.size(), QSize(1280, 800));
            QVERIFY2(isWholeInView(*window.overview()), qPrintable(demo::steps()[step].title));
            QCOMPARE(clippedTexts(window).join(u'\n'), QString());
        }
    }

    void whatOpensOrStepsHasArrows_data()
    {
        QTest::addColumn<bool>("isPresenter");
        QTest::newRow("usual") << false;
        QTest::newRow("presenter") << true;
    }
    void whatOpensOrStepsHasArrows()
    {
        QFETCH(bool, isPresenter);
        FilledWindow filled;
        MainWindow &window = filled.window;
        filled.theme.setPresenter(isPresenter); // the tables stay, whose fields are looked at
        filled.open();
        int arrows = 0;
        for (QToolButton *button : window.findChildren<QToolButton *>()) {
            if (button->menu() == nullptr)
                continue;
            ++arrows;
            QVERIFY2(coloursIn(*button, QRect(button->width() - 17, 4, 13, button->height() - 8)) > 3,
                     qPrintable(button->accessibleName()));
        }
        window.docks()->raise(window.docks()->all().last());
        for (QSpinBox *spin : window.docks()->load()->findChildren<QSpinBox *>()) {
            const int half = spin->height() / 2;
            for (const int top : {3, half}) {
                ++arrows;
                QVERIFY2(coloursIn(*spin, QRect(spin->width() - 17, top, 14, half - 3)) > 3,
                         qPrintable(spin->accessibleName()));
            }
        }
        QCOMPARE(arrows, 2 + 3 * 2);
    }

    void everyDockIsReadable_data()
    {
        QTest::addColumn<int>("dock");
        QTest::newRow("order-log") << 0;
        QTest::newRow("cache") << 1;
        QTest::newRow("catalog") << 2;
        QTest::newRow("load") << 3;
    }
    void everyDockIsReadable()
    {
        QFETCH(int, dock);
        FilledWindow filled(true);
        MainWindow &window = filled.window;
        filled.startLoad();
        window.docks()->raise(window.docks()->all()[dock]);
        filled.open();

        savePicture(window, QStringLiteral("dock-%1").arg(QLatin1String(QTest::currentDataTag())));
        QCOMPARE(clippedTexts(window).join(u'\n'), QString());
        QCOMPARE(faintTexts(window).join(u'\n'), QString());
        QCOMPARE(faintControls(window).join(u'\n'), QString());
        QCOMPARE(namelessWidgets(window).join(u'\n'), QString());
        QCOMPARE(unreachableWidgets(window).join(u'\n'), QString());
    }
};

QTEST_MAIN(TestLooks)
#include "tst_looks.moc"
