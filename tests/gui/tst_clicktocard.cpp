// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The whole way of a click: from a card's button over the wire to the supervisor, and of what the store says
// then back to the card as it is painted. Times are measured.

#include "gui/ownsettings.h"
#include "gui/paintwatch.h"
#include "gui/watchedcluster.h"
#include "gui/widgetaudit.h"
#include "topology/topologyview.h"
#include "window/mainwindow.h"
#include "window/overview.h"

#include <QApplication>
#include <QToolButton>

using namespace toystore;

namespace
{

constexpr qint64 mostMs = 200;

/// A dashboard before a store that says what the test wants.
struct WatchingWindow {
    [[nodiscard]] bool open()
    {
        window.resize(1280, 800);
        window.show();
        return QTest::qWaitForWindowExposed(&window) &&
               QTest::qWaitFor([this] { return watched.isComplete() && card("order-8091") != nullptr; });
    }
    [[nodiscard]] CardWidget *card(const QByteArray &service) const
    {
        return window.overview()->topology()->card(service);
    }

    Watched watched;
    Theme theme{Theme::Scheme::Light};
    MainWindow window{theme, watched.monitor, {}};
};

} // namespace

class TestClickToCard : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void aKillIsAskedForOverTheWireAndShownAtOnce()
    {
        WatchingWindow shown;
        QVERIFY(shown.open());
        CardWidget &card = *shown.card("order-8093");
        // Its end and the cause of it, as only the supervisor's push says them: no answer to the request
        // does.
        PaintWatch painted(card, [&card] {
            const QStringList texts = textsOf(card);
            return texts.contains(QStringLiteral("KILLED")) &&
                   texts.join(u' ').contains(QStringLiteral("SIGKILL"));
        });

        QTest::mouseClick(card.button(ServiceAction::Kill), Qt::LeftButton);

        QTRY_COMPARE(shown.watched.store.seen(), (QList<FakeCluster::Seen>{{"kill", "order-8093", "right"}}));
        QVERIFY(!painted.afterMs());
        painted.start();
        shown.watched.store.stop("order-8093");
        shown.watched.store.setProcess("order-8093", "killed", "SIGKILL");
        QTRY_VERIFY(painted.afterMs());
        qInfo("painted %lld ms after the event", static_cast<long long>(*painted.afterMs()));
        QVERIFY(*painted.afterMs() <= mostMs);
        QCOMPARE(card.card().state, ServiceState::Down);
        QCOMPARE(card.button(ServiceAction::Start)->text(), QStringLiteral("Start"));
    }

    void aPauseByAnotherHandIsShownAtOnce()
    {
        WatchingWindow shown;
        QVERIFY(shown.open());
        CardWidget &card = *shown.card("order-8092");
        PaintWatch painted(card, [&card] { return textsOf(card).contains(QStringLiteral("PAUSED")); });

        painted.start();
        shown.watched.store.setProcess("order-8092", "paused");

        QTRY_VERIFY(painted.afterMs());
        qInfo("painted %lld ms after the event", static_cast<long long>(*painted.afterMs()));
        QVERIFY(*painted.afterMs() <= mostMs);
        QVERIFY(shown.watched.store.seen().isEmpty());
        QVERIFY(card.button(ServiceAction::Resume)->isEnabled());
    }
};

QTEST_MAIN(TestClickToCard)
#include "tst_clicktocard.moc"
