// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/storeports.h"

#include <QByteArray>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QProcess>
#include <QSize>

namespace toystore
{

/// A browser for tests: Chromium, driven through chromedriver (W3C WebDriver). The event loop runs while it
/// is waited for.
class WebDriver
{
public:
    WebDriver() = default;
    /// Ends browser and driver.
    ~WebDriver();

    /// Whether there is a chromedriver on this machine.
    [[nodiscard]] static bool isInstalled();

    /// Starts driver and browser; false, with a warning, if that fails.
    [[nodiscard]] bool start();
    [[nodiscard]] bool open(const QString &url);
    /// As a screen of this size; @p isPhone: as a phone's.
    void setScreen(QSize size, bool isPhone);
    void preferDark(bool dark);
    /// What @p script, the body of a function, returns.
    [[nodiscard]] QJsonValue run(const QString &script);
    /// The text of the element that @p selector finds first; empty without one.
    [[nodiscard]] QString textOf(const QString &selector);
    /// A PNG of what is to be seen, or of the whole page.
    [[nodiscard]] QByteArray screenshot(bool wholePage);
    /// What the browser has to complain of, as of a forbidden resource, since the last call.
    [[nodiscard]] QStringList complaints();

private:
    QJsonValue call(const QByteArray &method, const QString &path, const QJsonObject &body = QJsonObject());
    QJsonValue devTools(const QString &command, const QJsonObject &parameters);

    QProcess m_driver;
    QNetworkAccessManager m_network;
    const FreePort m_port;
    QString m_session; // its path
};

} // namespace toystore
