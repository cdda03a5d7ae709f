// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dashboard.h"

#include "cluster/localprocess.h"
#include "docks/loadpanel.h"
#include "notices/toast.h"
#include "protocol/storefiles.h"
#include "window/docks.h"
#include "window/preferences.h"
#include "window/replaybar.h"

#include <QEvent>
#include <QLoggingCategory>

namespace toystore
{

namespace
{

Q_LOGGING_CATEGORY(log, "store.admin")

// What a room can watch: each order is seen on its way.
constexpr LoadWish demoLoad{8, 40, 40};

Theme::Scheme schemeFor(const AdminOptions &options)
{
    if (options.isDark)
        return *options.isDark ? Theme::Scheme::Dark : Theme::Scheme::Light;
    return Preferences::scheme().value_or(Theme::Scheme::Light);
}

/// Where the shop of @p store is; nothing while that is not known.
std::optional<Endpoint> shopOf(const ClusterSnapshot &store)
{
    const ServiceCard *frontend = store.service("frontend");
    const Result<Endpoint> supervisor = parseEndpoint(QString::fromUtf8(store.store));
    if (frontend == nullptr || !supervisor)
        return {};
    return Endpoint{supervisor->host, static_cast<quint16>(frontend->port)};
}

} // namespace

Dashboard::Dashboard(const AdminOptions &options, Instant started)
    : m_options(options), m_started(started), m_theme(schemeFor(options), options.isPresenter)
{
}

Result<std::unique_ptr<Dashboard>> Dashboard::open(const AdminOptions &options, Instant started)
{
    std::unique_ptr<Dashboard> dashboard(new Dashboard(options, started));
    if (const Result<void> begun = dashboard->begin(); !begun)
        return failure(begun.error());
    return dashboard;
}

Result<void> Dashboard::begin()
{
    ClusterSource *source = &m_monitor;
    if (!m_options.replayFile.isEmpty()) {
        Result<std::unique_ptr<ReplaySource>> replay = ReplaySource::open(m_options.replayFile);
        if (!replay)
            return failure(replay.error());
        m_replay = *std::move(replay);
        source = m_replay.get();
    }
    if (!m_options.recordFile.isEmpty()) {
        Result<std::unique_ptr<ClusterRecorder>> recorder =
            ClusterRecorder::start(*source, m_options.recordFile);
        if (!recorder)
            return failure(recorder.error());
        m_recorder = *std::move(recorder);
    }
    m_window = std::make_unique<MainWindow>(
        m_theme, *source,
        WindowOptions{m_options.isReadOnly || m_replay != nullptr, m_options.isDemo, m_replay != nullptr,
                      m_options.dataDirectory, m_options.launcherArguments()});
    connectLoad();
    connectMonitor();
    if (m_recorder) {
        for (const auto told : {&ClusterRecorder::failed, &ClusterRecorder::leftOut})
            connect(m_recorder.get(), told, m_window->toast(),
                    [this](const QString &reason) { m_window->toast()->tell(reason); });
    }
    if (m_replay) {
        m_window->addBar(
            new ReplayBar(m_theme, *m_replay, *m_window->commands()[Command::PlayRecording], m_window.get()));
        connect(m_replay.get(), &ReplaySource::failed, m_window->toast(),
                [this](const QString &reason) { m_window->toast()->tell(reason); });
    }
    m_window->restoreLayout();
    m_window->installEventFilter(this);
    m_window->show();
    return {};
}

void Dashboard::connectLoad()
{
    LoadPanel *panel = m_window->docks()->load();
    connect(m_window.get(), &MainWindow::loadStartRequested, this, &Dashboard::startLoad);
    connect(m_window.get(), &MainWindow::loadStopRequested, &m_load, &LoadRunner::stop);
    connect(&m_load, &LoadRunner::newsCame, panel, [this, panel](const LoadNews &news) {
        panel->show(news);
        m_monitor.setLoadErrors(news.errors - news.answeredErrors);
    });
    connect(&m_monitor, &ClusterSource::storeChanged, this, [this] {
        m_load.abandon();
        m_toys.clear();
    });
    connect(&m_monitor, &ClusterSource::catalogChanged, this, [this](const Toys &toys) {
        m_toys.clear();
        for (const Product &toy : toys)
            m_toys << toy.name;
    });
}

void Dashboard::connectMonitor()
{
    connect(m_window.get(), &MainWindow::directoryChosen, &m_monitor,
            [this](const QString &directory) { m_monitor.attach(directory); });
    connect(
        m_window.get(), &MainWindow::placeChosen, &m_monitor,
        [this](const Endpoint &supervisor, const QByteArray &token) { m_monitor.attach(supervisor, token); });
    if (isStoryTold())
        connect(&m_monitor, &ClusterSource::snapshotChanged, this, &Dashboard::startDemoLoad);
}

bool Dashboard::eventFilter(QObject *watched, QEvent *event)
{
    if (!m_isPainted && event->type() == QEvent::Paint) {
        m_isPainted = true;
        QMetaObject::invokeMethod(this, &Dashboard::painted, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

void Dashboard::painted()
{
    qCDebug(log, "first picture after %lld ms",
            static_cast<long long>(std::chrono::ceil<Milliseconds>(monotonicNow() - m_started).count()));
    if (m_replay)
        m_replay->play(m_options.replaySpeed);
    else
        attach();
}

void Dashboard::attach()
{
    if (m_options.supervisor) {
        m_monitor.attach(*m_options.supervisor, m_options.token);
        return;
    }
    // Without a store there is nothing to connect to: the first page says how to open one.
    const Result<StoreFile> file = readStoreFile(m_options.dataDirectory);
    const bool isOpen = file && isSupervisor(file->pid);
    if (isStoryTold() && !isOpen)
        m_window->commands()[Command::StartStore]->trigger();
    else
        m_monitor.attach(m_options.dataDirectory);
}

// Whoever only looks must not act, also not for a story.
bool Dashboard::isStoryTold() const
{
    return m_options.isDemo && !m_options.isReadOnly;
}

void Dashboard::startLoad(const LoadWish &wish)
{
    const std::optional<Endpoint> shop = shopOf(m_monitor.snapshot());
    if (shop && !m_toys.isEmpty())
        m_load.start(wish, *shop, m_toys);
    else
        m_window->toast()->tell(QStringLiteral("There is no shop to put load on yet."));
}

void Dashboard::startDemoLoad(const ClusterSnapshot &snapshot)
{
    // A store elsewhere is somebody's: who wants load on that starts it.
    if (m_hasDemoLoad || !snapshot.isLocal || snapshot.leader == 0 || m_toys.isEmpty())
        return;
    m_hasDemoLoad = true;
    m_window->docks()->load()->setWish(demoLoad);
    startLoad(demoLoad);
}

} // namespace toystore
