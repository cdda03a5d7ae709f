// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "browser/webdriver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QStandardPaths>
#include <QTest>

namespace toystore
{

namespace
{

constexpr int patienceMs = 30'000;

QString driverProgram()
{
    return QStandardPaths::findExecutable(QStringLiteral("chromedriver"));
}

} // namespace

bool WebDriver::isInstalled()
{
    return !driverProgram().isEmpty();
}

WebDriver::~WebDriver()
{
    if (!m_session.isEmpty())
        call("DELETE", m_session);
    m_driver.terminate();
    if (!m_driver.waitForFinished(5000)) {
        m_driver.kill();
        m_driver.waitForFinished();
    }
}

bool WebDriver::start()
{
    m_driver.start(driverProgram(), {QStringLiteral("--port=%1").arg(m_port.number())});
    const QJsonObject chrome{
        // Inside a container neither its sandbox nor a big /dev/shm can be relied on.
        {QStringLiteral("args"),
         QJsonArray{QStringLiteral("--headless=new"), QStringLiteral("--no-sandbox"),
                    QStringLiteral("--disable-gpu"), QStringLiteral("--disable-dev-shm-usage"),
                    QStringLiteral("--no-first-run"), QStringLiteral("--disable-background-networking")}}};
    const QJsonObject wanted{{QStringLiteral("goog:chromeOptions"), chrome},
                             {QStringLiteral("goog:loggingPrefs"),
                              QJsonObject{{QStringLiteral("browser"), QStringLiteral("ALL")}}}};
    const QJsonObject request{
        {QStringLiteral("capabilities"), QJsonObject{{QStringLiteral("alwaysMatch"), wanted}}}};
    const bool isUp = QTest::qWaitFor(
        [this] { return call("GET", QStringLiteral("/status"))[QStringLiteral("ready")].toBool(); }, 10'000);
    const QJsonValue session = isUp ? call("POST", QStringLiteral("/session"), request) : QJsonValue();
    const QString id = session[QStringLiteral("sessionId")].toString();
    if (id.isEmpty()) {
        qWarning() << "no browser:" << session << m_driver.errorString();
        return false;
    }
    m_session = QStringLiteral("/session/") + id;
    return true;
}

QJsonValue WebDriver::call(const QByteArray &method, const QString &path, const QJsonObject &body)
{
    QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_port.number()).arg(path)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    const QByteArray json = method == "POST" ? QJsonDocument(body).toJson() : QByteArray();
    const std::unique_ptr<QNetworkReply> reply(m_network.sendCustomRequest(request, method, json));
    if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, patienceMs))
        return {};
    return QJsonDocument::fromJson(reply->readAll())[QStringLiteral("value")];
}

QJsonValue WebDriver::devTools(const QString &command, const QJsonObject &parameters)
{
    return call("POST", m_session + QStringLiteral("/goog/cdp/execute"),
                {{QStringLiteral("cmd"), command}, {QStringLiteral("params"), parameters}});
}

bool WebDriver::open(const QString &url)
{
    return call("POST", m_session + QStringLiteral("/url"), {{QStringLiteral("url"), url}}).isNull();
}

void WebDriver::setScreen(QSize size, bool isPhone)
{
    devTools(QStringLiteral("Emulation.setDeviceMetricsOverride"),
             {{QStringLiteral("width"), size.width()},
              {QStringLiteral("height"), size.height()},
              {QStringLiteral("deviceScaleFactor"), isPhone ? 2 : 1},
              {QStringLiteral("mobile"), isPhone}});
}

void WebDriver::preferDark(bool dark)
{
    const QJsonObject scheme{
        {QStringLiteral("name"), QStringLiteral("prefers-color-scheme")},
        {QStringLiteral("value"), dark ? QStringLiteral("dark") : QStringLiteral("light")}};
    devTools(QStringLiteral("Emulation.setEmulatedMedia"),
             {{QStringLiteral("features"), QJsonArray{scheme}}});
}

QJsonValue WebDriver::run(const QString &script)
{
    return call("POST", m_session + QStringLiteral("/execute/sync"),
                {{QStringLiteral("script"), script}, {QStringLiteral("args"), QJsonArray()}});
}

QString WebDriver::textOf(const QString &selector)
{
    return run(QStringLiteral(
                   "const found = document.querySelector('%1'); return found ? found.innerText : ''")
                   .arg(selector))
        .toString();
}

QByteArray WebDriver::screenshot(bool wholePage)
{
    const QJsonValue taken = devTools(QStringLiteral("Page.captureScreenshot"),
                                      {{QStringLiteral("captureBeyondViewport"), wholePage}});
    return QByteArray::fromBase64(taken[QStringLiteral("data")].toString().toLatin1());
}

QStringList WebDriver::complaints()
{
    QStringList all;
    const QJsonValue log = call("POST", m_session + QStringLiteral("/se/log"),
                                {{QStringLiteral("type"), QStringLiteral("browser")}});
    for (const QJsonValue entry : log.toArray())
        all.append(entry[QStringLiteral("message")].toString());
    return all;
}

} // namespace toystore
