// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/timelinemodel.h"
#include "protocol/places.h"
#include "window/commands.h"
#include "window/storelauncher.h"

#include <QMainWindow>

class QBoxLayout;
class QStackedWidget;

namespace toystore
{

class Banner;
class CsvExport;
class DemoBar;
class Docks;
class Overview;
class ServiceDesk;
class StatePage;
class TablesBelow;
class Toast;
class ToolBar;
struct LoadWish;

/// How a main window is to be.
struct WindowOptions {
    bool isReadOnly = false;
    bool isDemo = false;
    bool isRecording = false;      ///< what is shown was recorded
    QString dataDirectory;         ///< of the local store; what Connect… proposes
    QStringList launcherArguments; ///< of 'toystore up'
};

/// The dashboard's window: shows one ClusterSource and passes on what people want of it. Knows no network.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// All must outlive it.
    MainWindow(Theme &theme, ClusterSource &source, WindowOptions options);

    [[nodiscard]] const Commands &commands() const { return m_commands; }
    [[nodiscard]] Overview *overview() const { return m_overview; }
    [[nodiscard]] Docks *docks() const { return m_docks; }
    [[nodiscard]] Toast *toast() const { return m_toast; }
    /// Puts @p bar over the overview, below what a banner says; takes it over.
    void addBar(QWidget *bar);
    /// Where everything was when it was last closed.
    void restoreLayout();

Q_SIGNALS:
    void directoryChosen(const QString &dataDirectory);
    void placeChosen(const toystore::Endpoint &supervisor, const QByteArray &token);
    void loadStartRequested(const toystore::LoadWish &wish);
    void loadStopRequested();

protected:
    bool event(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void layOut();
    void connectSource();
    void connectCommands();
    void connectViewCommands();
    void connectLauncher();
    void showSnapshot(const ClusterSnapshot &snapshot);
    void showButtons();
    void showConnectDialog(bool forToken);
    void stopStore();
    void exportOrders();
    void exportPicture();
    void tellWritten(const QString &what, const QString &path, const QString &wrong);
    void setPresenter(bool isPresenter);
    void placeTables(int usualWidth);
    void resetLayout();
    void askAboutStore();
    void closeStoreAndWindow();
    void takeLaunchFailure(const QString &reason);

    Theme &m_theme;
    ClusterSource &m_source;
    const WindowOptions m_options;
    Commands m_commands;
    StoreLauncher m_launcher;
    TimelineModel m_timeline;
    Overview *m_overview;
    Docks *m_docks;
    ToolBar *m_toolBar;
    Banner *m_banner;
    StatePage *m_statePage;
    DemoBar *m_demo;
    QBoxLayout *m_column = nullptr;
    QStackedWidget *m_pages;
    TablesBelow *m_below;
    Toast *m_toast;
    ServiceDesk *m_desk;
    CsvExport *m_export;
    QByteArray m_usualLayout;
    bool m_mayClose = false;
    bool m_closesWithStore = false; // as soon as the store is closed
};

} // namespace toystore
