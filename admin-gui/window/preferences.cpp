// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "window/preferences.h"

#include <QMainWindow>
#include <QSettings>

namespace toystore
{

namespace
{

// Of the arrangement that is saved; another one is not restored.
constexpr int layoutVersion = 1;

QSettings settings()
{
    return QSettings(QStringLiteral("toystore"), QStringLiteral("toystore-admin"));
}

const QString geometry = QStringLiteral("layout/geometry");
const QString state = QStringLiteral("layout/docks");
const QString darkColours = QStringLiteral("look/dark");
const QString animated = QStringLiteral("look/animated");

} // namespace

void Preferences::saveLayout(const QMainWindow &window)
{
    QSettings kept = settings();
    kept.setValue(geometry, window.saveGeometry());
    kept.setValue(state, window.saveState(layoutVersion));
}

bool Preferences::restoreLayout(QMainWindow &window)
{
    const QSettings kept = settings();
    if (!kept.contains(state))
        return false;
    window.restoreGeometry(kept.value(geometry).toByteArray());
    return window.restoreState(kept.value(state).toByteArray(), layoutVersion);
}

void Preferences::forgetLayout()
{
    settings().remove(QStringLiteral("layout"));
}

void Preferences::saveScheme(Theme::Scheme scheme)
{
    settings().setValue(darkColours, scheme == Theme::Scheme::Dark);
}

std::optional<Theme::Scheme> Preferences::scheme()
{
    const QVariant isDark = settings().value(darkColours);
    if (!isDark.isValid())
        return {};
    return isDark.toBool() ? Theme::Scheme::Dark : Theme::Scheme::Light;
}

void Preferences::saveAnimated(bool isAnimated)
{
    settings().setValue(animated, isAnimated);
}

bool Preferences::isAnimated()
{
    return settings().value(animated, true).toBool();
}

} // namespace toystore
