// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whatever can be opened over or beside the overview can be used with the keyboard, has names for a screen
// reader, and can be read.

#include "cluster/recordedline.h"
#include "cluster/replaysource.h"
#include "dialogs/connectdialog.h"
#include "dialogs/shortcutsdialog.h"
#include "docks/loadpanel.h"
#include "gui/fakesource.h"
#include "gui/madeupstores.h"
#include "gui/ownsettings.h"
#include "gui/widgetaudit.h"
#include "notices/toast.h"
#include "topology/topologyview.h"
#include "window/docks.h"
#include "window/mainwindow.h"
#include "window/overview.h"
#include "window/replaybar.h"

#include <QApplication>
#include <QDockWidget>
#include <QFile>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace toystore;

namespace
{

WindowOptions demonstration()
{
    WindowOptions options;
    options.isDemo = true;
    return options;
}

/// A dashboard with the demonstration, before a made-up store.
struct Desk {
    explicit Desk(Theme::Scheme scheme) : theme(scheme)
    {
        window.resize(1280, 800);
        Q_EMIT source.ordersAdded(madeUpOrders(12'380, 101));
        Q_EMIT source.catalogChanged(madeUpToys());
        Q_EMIT source.cacheChanged(madeUpCache());
        Q_EMIT source.eventsAdded(madeUpEvents());
        source.show(storeAtWork());
        window.show();
        static_cast<void>(QTest::qWaitForWindowActive(&window));
    }
    QWidget *pressCommand(Command command)
    {
        window.commands()[command]->trigger();
        return &window;
    }

    Theme theme;
    FakeSource source;
    MainWindow window{theme, source, demonstration()};
};

/// Opens what is looked at, and returns it.
using Open = std::function<QWidget *(Desk &)>;

QWidget *openConnectDialog(Desk &desk)
{
    return desk.pressCommand(Command::Connect)->findChild<ConnectDialog *>();
}

QWidget *openTokenDialog(Desk &desk)
{
    desk.source.show(storeOfOthers());
    const auto *banner = desk.window.findChild<QWidget *>(QStringLiteral("banner"));
    QTest::mouseClick(banner->findChild<QPushButton *>(), Qt::LeftButton);
    return desk.window.findChild<ConnectDialog *>();
}

QWidget *openConfirmation(Desk &desk)
{
    const CardWidget *catalog = desk.window.overview()->topology()->card("catalog");
    QTest::mouseClick(catalog->button(ServiceAction::Kill), Qt::LeftButton);
    return desk.window.findChild<QMessageBox *>(QStringLiteral("confirmation"));
}

QWidget *openClosingQuestion(Desk &desk)
{
    desk.window.close();
    return desk.window.findChild<QMessageBox *>(QStringLiteral("closing"));
}

QWidget *openShortcuts(Desk &desk)
{
    return desk.pressCommand(Command::Shortcuts)->findChild<ShortcutsDialog *>();
}

QWidget *openToast(Desk &desk)
{
    desk.window.toast()->tell(QStringLiteral("order-8093 killed"), QStringLiteral("Restart"), [] {});
    return &desk.window;
}

Open floatDock(int index)
{
    return [index](Desk &desk) {
        desk.window.docks()->load()->show(LoadNews{true, 48'210, 310, 0, 99.6, 1.8, 6.4});
        QDockWidget *dock = desk.window.docks()->all()[index];
        dock->setFloating(true);
        dock->resize(520, 460);
        dock->show();
        dock->activateWindow();
        return dock;
    };
}

void audit(QWidget &window)
{
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QApplication::processEvents();
    QApplication::processEvents();
    QCOMPARE(namelessWidgets(window).join(u'\n'), QString());
    QCOMPARE(unreachableWidgets(window).join(u'\n'), QString());
    QCOMPARE(clippedTexts(window).join(u'\n'), QString());
    QCOMPARE(faintTexts(window).join(u'\n'), QString());
    QCOMPARE(faintControls(window).join(u'\n'), QString());
    QCOMPARE(unreachedByTab(window).join(u'\n'), QString());
}

} // namespace

class TestAccessibility : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void everythingThatOpensCanBeUsed_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<Open>("open");
        const QList<std::pair<const char *, Open>> all{
            {"window and demonstration", [](Desk &desk) { return &desk.window; }},
            {"toast", openToast},
            {"connect", openConnectDialog},
            {"token", openTokenDialog},
            {"confirmation", openConfirmation},
            {"closing", openClosingQuestion},
            {"shortcuts", openShortcuts},
            {"order log", floatDock(0)},
            {"cache", floatDock(1)},
            {"catalog", floatDock(2)},
            {"load", floatDock(3)}};
        for (const auto &[name, open] : all) {
            for (const bool isDark : {false, true})
                QTest::newRow(qPrintable(QStringLiteral("%1, %2").arg(
                    QLatin1String(name), isDark ? QStringLiteral("dark") : QStringLiteral("light"))))
                    << isDark << open;
        }
    }
    void everythingThatOpensCanBeUsed()
    {
        QFETCH(bool, isDark);
        QFETCH(Open, open);
        Desk desk(isDark ? Theme::Scheme::Dark : Theme::Scheme::Light);

        QWidget *opened = open(desk);

        QVERIFY(opened != nullptr && opened->isVisible());
        audit(*opened);
    }

    void aRecordingCanBePlayedWithTheKeyboard_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void aRecordingCanBePlayedWithTheKeyboard()
    {
        QFETCH(bool, isDark);
        const QString path = m_settings.filePath(QStringLiteral("lecture.jsonl"));
        QFile lecture(path);
        QVERIFY(lecture.open(QIODevice::WriteOnly));
        lecture.write(lineOf(RecordingHeader()));
        lecture.write(lineOf(RecordedLine{0, storeAtWork()}));
        lecture.close();
        const auto replay = ReplaySource::open(path);
        QVERIFY(replay);
        Theme theme(isDark ? Theme::Scheme::Dark : Theme::Scheme::Light);
        WindowOptions options;
        options.isReadOnly = options.isRecording = true;
        MainWindow window(theme, **replay, options);
        window.addBar(new ReplayBar(theme, **replay, *window.commands()[Command::PlayRecording], &window));
        window.resize(1280, 800);
        window.show();

        (*replay)->play();
        QTRY_VERIFY((*replay)->isOver());

        audit(window);
    }

    // The audit itself: what it is to find, it finds.
    void whatIsWrongIsFound()
    {
        QWidget window;
        auto *nameless = new QLineEdit(&window);
        nameless->setGeometry(0, 0, 100, 30);
        auto *faint = new QPushButton(QStringLiteral("Faint"), &window);
        faint->setGeometry(0, 40, 100, 30);
        faint->setStyleSheet(QStringLiteral("background: #ffffff; color: #aaaaaa; border: none;"));
        auto *passedOver = new QPushButton(QStringLiteral("Passed over"), &window);
        passedOver->setGeometry(0, 80, 100, 30);
        passedOver->setFocusPolicy(Qt::ClickFocus);
        window.resize(200, 200);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));

        QCOMPARE(namelessWidgets(window).size(), 1);
        QCOMPARE(faintControls(window).size(), 1);
        QCOMPARE(unreachableWidgets(window).size(), 1);
        QCOMPARE(unreachedByTab(window), QStringList());
        setTabTrap(*nameless);
        QCOMPARE(unreachedByTab(window).size(), 1);
    }

private:
    /// Takes Tab for itself, as a text editor does.
    static void setTabTrap(QWidget &widget)
    {
        class Trap : public QObject
        {
        public:
            using QObject::QObject;

        protected:
            bool eventFilter(QObject *, QEvent *event) override { return event->type() == QEvent::KeyPress; }
        };
        widget.setFocus();
        widget.installEventFilter(new Trap(&widget));
    }
};

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
