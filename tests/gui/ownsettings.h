// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

namespace toystore
{

/// The look and the settings of a test's own, nothing of whoever runs it; and a directory for its files,
/// which goes with it. A member of the test's class: it wants the QApplication.
class OwnSettings
{
public:
    OwnSettings()
    {
        QApplication::setStyle(QStringLiteral("Fusion"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path());
    }

    /// Forgets what a dashboard has kept.
    void clear() { QSettings(QStringLiteral("toystore"), QStringLiteral("toystore-admin")).clear(); }
    [[nodiscard]] QString path() const { return m_directory.path(); }
    [[nodiscard]] QString filePath(const QString &name) const { return m_directory.filePath(name); }

private:
    QTemporaryDir m_directory;
};

} // namespace toystore
