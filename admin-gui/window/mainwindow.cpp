// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/mainwindow.h"

#include "dialogs/confirmation.h"
#include "dialogs/connectdialog.h"
#include "dialogs/savefile.h"
#include "dialogs/shortcutsdialog.h"
#include "docks/csvexport.h"
#include "docks/loadpanel.h"
#include "docks/orderlogpanel.h"
#include "notices/banner.h"
#include "notices/liveindicator.h"
#include "notices/statepage.h"
#include "notices/toast.h"
#include "topology/topologyview.h"
#include "window/demobar.h"
#include "window/docks.h"
#include "window/faultsmenu.h"
#include "window/overview.h"
#include "window/preferences.h"
#include "window/scrolled.h"
#include "window/servicedesk.h"
#include "window/tablesbelow.h"
#include "window/toolbar.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace toystore
{

namespace
{

constexpr QSize usualSize(1280, 800);
constexpr int usualDockWidth = 440;
// Below this width a presenter's big overview leaves no room for docks beside it, with fonts as big as its
// own.
constexpr int presenterDocksFrom = 1900;

/// Why nothing can be done to a store; empty if something can.
QString whyNotAct(const ClusterSnapshot &store)
{
    if (store.attachment == Attachment::NotPermitted)
        return QStringLiteral("this store refuses it");
    if (store.attachment != Attachment::Live)
        return QStringLiteral("no store is heard");
    return QString::fromUtf8(store.refusal.value_or(QByteArray()));
}

/// Returns an empty text, or what went wrong: then no file is left behind, and one that was there is kept.
QString writePicture(const QPixmap &picture, const QString &path)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && picture.save(&file, "PNG") && file.commit())
        return {};
    return file.errorString();
}

} // namespace

MainWindow::MainWindow(Theme &theme, ClusterSource &source, WindowOptions options)
    : m_theme(theme), m_source(source), m_options(std::move(options)), m_commands(theme, this),
      m_launcher(m_options.launcherArguments), m_overview(new Overview(theme, m_timeline, this)),
      m_docks(new Docks(theme, *this)), m_banner(new Banner(theme, this)),
      m_statePage(new StatePage(theme, this)), m_demo(nullptr), m_pages(new QStackedWidget(this)),
      m_below(new TablesBelow(theme, *m_docks, *m_overview, *m_pages, *this)),
      m_toast(new Toast(theme, this)), m_desk(new ServiceDesk(source, *m_toast, *this)),
      m_export(new CsvExport(this))
{
    setWindowTitle(QStringLiteral("Toystore"));
    setWindowIcon(theme.icon(QStringLiteral("toystore"), theme.colours().accent));
    auto *faults = new FaultsMenu(this);
    m_toolBar = new ToolBar(theme, m_commands, *faults, m_docks->all(), this);
    connect(&m_source, &ClusterSource::snapshotChanged, faults,
            qOverload<const ClusterSnapshot &>(&FaultsMenu::show));
    connect(faults, &FaultsMenu::faultRequested, m_desk, &ServiceDesk::setFault);
    connect(faults, &FaultsMenu::clearRequested, m_desk, &ServiceDesk::clearFaults);
    if (m_options.isDemo && !m_options.isReadOnly)
        m_demo = new DemoBar(theme, source, *m_commands[Command::NextStep], this);
    else
        m_commands.allow(Command::NextStep, QStringLiteral("there is none"));
    m_commands.allow(Command::PlayRecording,
                     m_options.isRecording ? QString() : QStringLiteral("there is none"));
    m_commands.allow(Command::Connect,
                     m_options.isRecording ? QStringLiteral("this is a recording") : QString());
    m_toolBar->live()->setRecording(m_options.isRecording);
    addActions(m_commands.all()); // their shortcuts work wherever the focus is
    layOut();
    connectSource();
    connectCommands();
    connectViewCommands();
    connectLauncher();
    m_desk->setReadOnly(m_options.isReadOnly);
    m_docks->setReadOnly(m_options.isReadOnly);
    m_toolBar->setReadOnly(m_options.isReadOnly);
    m_statePage->setReadOnly(m_options.isReadOnly);
    showSnapshot(m_source.snapshot());
}

void MainWindow::layOut()
{
    addToolBar(m_toolBar);
    m_pages->addWidget(m_statePage);
    m_pages->addWidget(scrolled(m_overview, this));
    auto *centre = new QWidget(this);
    m_column = new QVBoxLayout(centre);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_banner);
    m_column->addWidget(m_pages, 1);
    if (m_demo != nullptr)
        addBar(m_demo);
    setCentralWidget(centre);
    resize(usualSize);
    resizeDocks({m_docks->all().first()}, {usualDockWidth}, Qt::Horizontal);
    m_usualLayout = saveState();
    setFocus(); // not the first field: keys are commands until somebody chooses one
}

void MainWindow::addBar(QWidget *bar)
{
    m_column->insertWidget(m_column->indexOf(m_pages), bar);
}

void MainWindow::connectSource()
{
    m_timeline.watch(m_source);
    m_overview->watch(m_source);
    m_docks->watch(m_source);
    connect(&m_source, &ClusterSource::snapshotChanged, this, &MainWindow::showSnapshot);
    connect(m_overview->topology(), &TopologyView::actionRequested, m_desk, &ServiceDesk::request);
    connect(m_docks, &Docks::cacheChangeRequested, m_desk, &ServiceDesk::setCache);
    connect(m_docks->orders(), &OrderLogPanel::exportRequested, this, &MainWindow::exportOrders);
    connect(m_export, &CsvExport::finished, this, [this](const QString &path, const QString &wrong) {
        tellWritten(QStringLiteral("Orders"), path, wrong);
    });
    connect(m_docks->load(), &LoadPanel::startRequested, this, &MainWindow::loadStartRequested);
    connect(m_docks->load(), &LoadPanel::stopRequested, this, &MainWindow::loadStopRequested);
    connect(m_docks->load(), &LoadPanel::runningChanged, this, [this](bool isRunning) {
        m_commands[Command::ToggleLoad]->setText(isRunning ? QStringLiteral("Stop load")
                                                           : QStringLiteral("Start load"));
    });
    connect(m_banner, &Banner::connectRequested, this, [this] { showConnectDialog(false); });
    connect(m_banner, &Banner::tokenRequested, this, [this] { showConnectDialog(true); });
    connect(m_statePage, &StatePage::connectRequested, this, [this] { showConnectDialog(false); });
    connect(m_statePage, &StatePage::startRequested, m_commands[Command::StartStore], &QAction::trigger);
}

void MainWindow::connectCommands()
{
    const auto on = [this](Command command, auto slot) {
        connect(m_commands[command], &QAction::triggered, this, slot);
    };
    if (!m_options.isReadOnly) {
        on(Command::StartStore, [this] {
            m_statePage->setOpening(true);
            m_launcher.open();
        });
        on(Command::StopStore, [this] { stopStore(); });
    }
    on(Command::KillLeader, [this] { m_desk->request("leader", ServiceAction::Kill); });
    on(Command::PauseLeader, [this] { m_desk->request("leader", ServiceAction::Pause); });
    on(Command::RestoreAll, [this] { m_desk->restoreAll(); });
    on(Command::Connect, [this] { showConnectDialog(false); });
    on(Command::ToggleLoad, [this] { m_docks->load()->toggle(); });
    on(Command::Quit, [this] { close(); });
    if (m_demo != nullptr) {
        on(Command::NextStep, [this] {
            m_desk->ask(QStringLiteral("Next step: %1").arg(m_demo->nextTitle()),
                        [this] { m_demo->advance(); });
        });
        connect(m_demo, &DemoBar::readinessTold, this,
                [this](const QString &whyNot) { m_commands.allow(Command::NextStep, whyNot); });
        m_commands.allow(Command::NextStep, m_demo->whyNotNext());
    }
}

void MainWindow::connectViewCommands()
{
    const auto on = [this](Command command, auto slot) {
        connect(m_commands[command], &QAction::triggered, this, slot);
    };
    m_commands[Command::Presenter]->setChecked(m_theme.isPresenter());
    m_commands[Command::DarkColours]->setChecked(m_theme.colours().isDark);
    m_commands[Command::Animation]->setChecked(true);
    on(Command::Presenter, [this](bool isOn) { setPresenter(isOn); });
    on(Command::Tables, [this](bool isOn) { m_docks->setVisible(isOn); });
    QAction *tables = m_commands[Command::Tables]; // which goes before the docks do, and tell of their end
    connect(m_docks, &Docks::visibilityChanged, tables,
            [docks = m_docks, tables] { tables->setChecked(docks->areVisible()); });
    connect(m_docks, &Docks::visibilityChanged, tables, [this] { showButtons(); });
    tables->setChecked(true);
    on(Command::DarkColours, [this](bool isOn) {
        const Theme::Scheme scheme = isOn ? Theme::Scheme::Dark : Theme::Scheme::Light;
        m_theme.setScheme(scheme);
        Preferences::saveScheme(scheme);
    });
    on(Command::Animation, [this](bool isOn) {
        m_overview->topology()->setAnimated(isOn);
        Preferences::saveAnimated(isOn);
    });
    on(Command::FullScreen, [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    on(Command::FilterOrders, [this] {
        m_docks->raise(m_docks->all().first());
        m_docks->orders()->filter()->setFocus(Qt::ShortcutFocusReason);
    });
    on(Command::ExportOrders, [this] { exportOrders(); });
    on(Command::ExportPicture, [this] { exportPicture(); });
    on(Command::ResetLayout, [this] { resetLayout(); });
    on(Command::Shortcuts, [this] { (new ShortcutsDialog(m_commands.all(), this))->show(); });
}

void MainWindow::connectLauncher()
{
    connect(&m_launcher, &StoreLauncher::opened, this, [this] {
        m_statePage->setOpening(false);
        Q_EMIT directoryChosen(m_options.dataDirectory);
    });
    connect(&m_launcher, &StoreLauncher::closed, this, [this] {
        if (!m_closesWithStore)
            return;
        m_mayClose = true;
        close();
    });
    connect(&m_launcher, &StoreLauncher::failed, this, &MainWindow::takeLaunchFailure);
    // Whatever is watched now, what failed before is over.
    connect(this, &MainWindow::directoryChosen, m_statePage, [this] { m_statePage->setOpening(false); });
    connect(this, &MainWindow::placeChosen, m_statePage, [this] { m_statePage->setOpening(false); });
}

void MainWindow::takeLaunchFailure(const QString &reason)
{
    m_closesWithStore = false;
    const bool isPageShown = m_pages->currentWidget() == m_statePage;
    m_statePage->setOpening(false, isPageShown ? reason : QString());
    if (!isPageShown)
        m_toast->tell(reason);
}

void MainWindow::showSnapshot(const ClusterSnapshot &snapshot)
{
    m_toolBar->live()->show(snapshot);
    m_banner->show(snapshot);
    m_statePage->show(snapshot);
    m_pages->setCurrentIndex(snapshot.services.isEmpty() ? 0 : 1);
    showButtons();
    const bool isLive = snapshot.isLive();
    m_commands.allow(Command::StartStore, isLive ? QStringLiteral("a store is open") : QString());
    for (const Command command :
         {Command::StopStore, Command::RestoreAll, Command::KillLeader, Command::PauseLeader})
        m_commands.allow(command, whyNotAct(snapshot));
    m_toolBar->allowFaults(isLive && !snapshot.faultsSupported
                               ? QStringLiteral("this store was opened without --allow-faults")
                               : whyNotAct(snapshot));
    setWindowTitle(snapshot.store.isEmpty()
                       ? QStringLiteral("Toystore")
                       : QStringLiteral("Toystore: %1").arg(QString::fromUtf8(snapshot.store)));
}

// A projector has better use for the room of the cards' buttons where nothing can be done, as the banner
// says, and where tables were asked for.
void MainWindow::showButtons()
{
    const bool isRoomWanted = m_source.snapshot().attachment != Attachment::Live || m_below->areShown();
    m_overview->topology()->setReadOnly(m_options.isReadOnly || (m_theme.isPresenter() && isRoomWanted));
}

void MainWindow::showConnectDialog(bool forToken)
{
    if (!m_commands[Command::Connect]->isEnabled())
        return;
    auto *dialog = new ConnectDialog(m_options.dataDirectory, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (forToken)
        dialog->proposePlace(QString::fromUtf8(m_source.snapshot().store));
    connect(dialog, &ConnectDialog::directoryChosen, this, &MainWindow::directoryChosen);
    connect(dialog, &ConnectDialog::placeChosen, this, &MainWindow::placeChosen);
    dialog->open();
}

void MainWindow::stopStore()
{
    confirm(*this, QStringLiteral("All services end. Orders and stock are kept on disk."),
            QStringLiteral("Stop the store"), [this] {
                const ClusterSnapshot &store = m_source.snapshot();
                if (store.isLocal) // and only then: elsewhere its directory may be another store's here
                    m_launcher.close(QString::fromUtf8(store.dataDirectory));
                else
                    m_source.closeStore();
            });
}

void MainWindow::exportOrders()
{
    askWhereToSave(*this, QStringLiteral("Export orders"), QStringLiteral("orders.csv"),
                   QStringLiteral("csv"),
                   [this](const QString &path) { m_export->write(m_docks->orders()->copyOfShown(), path); });
}

void MainWindow::exportPicture()
{
    const QPixmap picture = grab(); // as it is now, without the dialog
    askWhereToSave(*this, QStringLiteral("Export picture"), QStringLiteral("toystore.png"),
                   QStringLiteral("png"), [this, picture](const QString &path) {
                       tellWritten(QStringLiteral("Picture"), path, writePicture(picture, path));
                   });
}

void MainWindow::tellWritten(const QString &what, const QString &path, const QString &wrong)
{
    m_toast->tell(wrong.isEmpty() ? QStringLiteral("%1 written to %2").arg(what, path)
                                  : QStringLiteral("Could not write %1: %2").arg(path, wrong));
}

void MainWindow::setPresenter(bool isPresenter)
{
    constexpr int percent = 100; // so many are what length() makes of them in the look before
    const int usualWidth = m_docks->all().first()->width() * percent / m_theme.length(percent);
    m_theme.setPresenter(isPresenter);
    placeTables(usualWidth);
}

// Where this look has room for them; beside the overview they are wider than @p usualWidth where fonts are.
void MainWindow::placeTables(int usualWidth)
{
    const bool isPresenter = m_theme.isPresenter();
    m_commands[Command::Presenter]->setChecked(isPresenter);
    if (isPresenter && width() < presenterDocksFrom && !m_below->isOn())
        m_below->begin();
    else if (!isPresenter && m_below->isOn())
        m_below->end(true);
    else if (!m_below->isOn())
        resizeDocks({m_docks->all().first()}, {m_theme.length(usualWidth)}, Qt::Horizontal);
    showButtons();
}

void MainWindow::restoreLayout()
{
    Preferences::restoreLayout(*this);
    const bool isAnimated = Preferences::isAnimated();
    m_commands[Command::Animation]->setChecked(isAnimated);
    m_overview->topology()->setAnimated(isAnimated);
    if (!m_theme.isPresenter())
        return;
    layout()->activate(); // the window is not shown yet
    placeTables(m_docks->all().first()->width());
}

void MainWindow::resetLayout()
{
    Preferences::forgetLayout();
    if (m_below->isOn())
        m_below->end(false);
    restoreState(m_usualLayout);
    resizeDocks({m_docks->all().first()}, {usualDockWidth}, Qt::Horizontal);
    m_docks->raise(m_docks->all().first());
    placeTables(usualDockWidth);
}

bool MainWindow::event(QEvent *event)
{
    const bool isTaken = QMainWindow::event(event);
    if (event->type() == QEvent::LayoutRequest)
        m_docks->tidyTabs();
    return isTaken;
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const ClusterSnapshot &snapshot = m_source.snapshot();
    const bool isOurs = snapshot.attachment == Attachment::Live && snapshot.isLocal && !m_options.isReadOnly;
    if (isOurs && !m_mayClose) {
        event->ignore();
        askAboutStore();
        return;
    }
    if (!m_theme.isPresenter()) // which moves docks out of its way
        Preferences::saveLayout(*this);
    event->accept();
}

void MainWindow::askAboutStore()
{
    auto *box = new QMessageBox(QMessageBox::Question, QStringLiteral("Close the dashboard"),
                                QStringLiteral("Leave the store running?"), QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("closing"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(QStringLiteral("It goes on without the dashboard; 'toystore down' stops it."));
    QPushButton *leave = box->addButton(QStringLiteral("Leave it running"), QMessageBox::AcceptRole);
    QPushButton *stop = box->addButton(QStringLiteral("Stop the store"), QMessageBox::DestructiveRole);
    box->addButton(QMessageBox::Cancel); // last: added first, Tab would pass it over
    box->setDefaultButton(leave);
    connect(leave, &QPushButton::clicked, this, [this] {
        m_mayClose = true;
        close();
    });
    connect(stop, &QPushButton::clicked, this, &MainWindow::closeStoreAndWindow);
    box->open();
}

void MainWindow::closeStoreAndWindow()
{
    m_closesWithStore = true;
    m_toast->tell(QStringLiteral("The store closes."));
    m_launcher.close(QString::fromUtf8(m_source.snapshot().dataDirectory));
}

} // namespace toystore
