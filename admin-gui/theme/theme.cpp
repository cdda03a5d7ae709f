// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/theme.h"

#include "base/error.h"
#include "theme/svgicon.h"

#include <QApplication>
#include <QFile>
#include <QStyle>
#include <QToolTip>

// Of a static library the linker takes only what is named; the macro wants the global namespace.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace toystore
{

namespace
{

constexpr double presenterFactor = 1.5;

Colours coloursOf(Theme::Scheme scheme)
{
    return scheme == Theme::Scheme::Dark ? Colours::dark() : Colours::light();
}

// What a style sheet says better than a palette: flat tool bars, tabs and table heads.
constexpr char sheet[] =
    "QToolTip { color: %text; background: %surface; border: 1px solid %border; padding: 3px; }"
    "QMainWindow::separator { background: %window; width: 6px; height: 6px; }"
    "QMainWindow::separator:hover { background: %border; }"
    "QToolBar { background: %surface; border: none; border-bottom: 1px solid %border; spacing: 2px;"
    " padding: 3px; }"
    "QToolBar::separator { background: %border; width: 1px; margin: 5px 4px; }"
    "QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 3px 6px; color: %text; }"
    "QToolButton:hover:enabled { background: %window; border-color: %border; }"
    "QToolButton:checked { background: %selected; border-color: %accent; }"
    "QToolButton:pressed { background: %border; }"
    "QToolButton:focus { border-color: %accent; }"
    "QToolButton:disabled { color: %disabled; }"
    "toystore--MenuButton { padding-right: 18px; }"
    "QToolButton::menu-indicator { image: none; }"
    "QSpinBox::up-button, QSpinBox::down-button { width: 18px; border: none; }"
    "QSpinBox::up-arrow, QSpinBox::down-arrow { image: none; width: 9px; height: 9px; }"
    "QDockWidget { color: %text; font-weight: bold; }"
    "QDockWidget::title { background: %window; padding: 5px 8px; }"
    "QTabBar::tab { background: transparent; color: %muted; padding: 5px 10px; border: none;"
    " border-bottom: 2px solid transparent; }"
    "QTabBar::tab:selected { color: %text; border-bottom-color: %accent; }"
    "QTabBar::tab:focus { color: %accent; }"
    "QTableView { background: %surface; alternate-background-color: %sunken; color: %text; border: 1px solid"
    " %border; gridline-color: %border; selection-background-color: %selected; selection-color: %text; }"
    "QHeaderView::section { background: %window; color: %muted; border: none; border-bottom: 1px solid"
    " %border; padding: 4px 6px; }"
    "QHeaderView, QTableCornerButton::section { background: %window; }"
    "QLineEdit, QSpinBox, QDoubleSpinBox { background: %surface; color: %text; border: 1px solid %border;"
    " border-radius: 4px; padding: 3px 5px; selection-background-color: %accent;"
    " selection-color: %accentInk; }"
    "QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QTableView:focus { border-color: %accent; }"
    "QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: %disabled;"
    " background: %sunken; }"
    "QPushButton { background: %surface; color: %text; border: 1px solid %border; border-radius: 5px;"
    " padding: 5px 12px; }"
    "QPushButton:hover:enabled { border-color: %accent; }"
    "QPushButton:focus { border-color: %accent; }"
    "QPushButton:default { background: %accent; color: %accentInk; border-color: %accent; }"
    "QPushButton:disabled { color: %disabled; background: %sunken; }"
    "QMenu { background: %surface; color: %text; border: 1px solid %border; padding: 4px; }"
    "QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }"
    "QMenu::item:selected { background: %selected; }"
    "QMenu::item:disabled { color: %disabled; }"
    "QMenu::separator { height: 1px; background: %border; margin: 4px 6px; }"
    "QScrollArea { border: none; background: transparent; }";

} // namespace

Theme::Theme(Scheme scheme, bool isPresenter)
    : m_usualFont(QApplication::font()), m_colours(coloursOf(scheme)), m_isPresenter(isPresenter)
{
    registerIcons();
    apply();
}

Theme::~Theme()
{
    QApplication::setFont(m_usualFont);
}

void Theme::setScheme(Scheme scheme)
{
    m_colours = coloursOf(scheme);
    apply();
    Q_EMIT changed();
}

void Theme::setPresenter(bool isPresenter)
{
    m_isPresenter = isPresenter;
    apply();
    Q_EMIT changed();
}

QFont Theme::font(double factor, QFont::Weight weight) const
{
    QFont font = m_usualFont;
    font.setPointSizeF(m_usualFont.pointSizeF() * (m_isPresenter ? presenterFactor : 1.0) * factor);
    font.setWeight(weight);
    return font;
}

int Theme::length(int pixels) const
{
    return qRound(pixels * (m_isPresenter ? presenterFactor : 1.0));
}

QIcon Theme::icon(const QString &name, const QColor &colour) const
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    TOYSTORE_ENSURE(file.open(QIODevice::ReadOnly));
    QColor disabled = m_colours.mutedText;
    disabled.setAlphaF(0.45F);
    return QIcon(new SvgIcon(file.readAll(), colour, blend(disabled, m_colours.surface)));
}

QPalette Theme::palette() const
{
    QPalette palette;
    for (const auto &[role, colour] : {std::pair{QPalette::Window, m_colours.window},
                                       {QPalette::WindowText, m_colours.text},
                                       {QPalette::Base, m_colours.surface},
                                       {QPalette::AlternateBase, m_colours.sunken},
                                       {QPalette::Text, m_colours.text},
                                       {QPalette::Button, m_colours.surface},
                                       {QPalette::ButtonText, m_colours.text},
                                       {QPalette::BrightText, m_colours.of(Tone::Bad)},
                                       {QPalette::ToolTipBase, m_colours.surface},
                                       {QPalette::ToolTipText, m_colours.text},
                                       {QPalette::PlaceholderText, m_colours.disabledText},
                                       {QPalette::Highlight, m_colours.accent},
                                       {QPalette::HighlightedText, m_colours.accentInk},
                                       {QPalette::Link, m_colours.accent},
                                       {QPalette::LinkVisited, m_colours.accent},
                                       {QPalette::Light, m_colours.surface},
                                       {QPalette::Mid, m_colours.border},
                                       {QPalette::Dark, m_colours.border}})
        palette.setColor(role, colour);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, m_colours.disabledText);
    return palette;
}

QString Theme::styleSheet() const
{
    QString text = QString::fromLatin1(sheet);
    const QColor selected = m_colours.leader.tint;
    // The longer names first: %accent begins %accentInk.
    for (const auto &[name, colour] : {std::pair{"%accentInk", m_colours.accentInk},
                                       {"%accent", m_colours.accent},
                                       {"%window", m_colours.window},
                                       {"%surface", m_colours.surface},
                                       {"%sunken", m_colours.sunken},
                                       {"%border", m_colours.border},
                                       {"%text", m_colours.text},
                                       {"%muted", m_colours.mutedText},
                                       {"%disabled", m_colours.disabledText},
                                       {"%selected", selected}})
        text.replace(QLatin1String(name), colour.name());
    return text;
}

void Theme::apply()
{
    QApplication::setFont(font());
    QApplication::setPalette(palette());
    QToolTip::setPalette(palette());
    qApp->setStyleSheet(styleSheet());
}

QString iconName(ServiceState state)
{
    switch (state) {
    case ServiceState::Leader:
        return QStringLiteral("crown");
    case ServiceState::Follower:
    case ServiceState::Serving:
        return QStringLiteral("follower");
    case ServiceState::Syncing:
        return QStringLiteral("syncing");
    case ServiceState::NotAnswering:
        return QStringLiteral("notanswering");
    case ServiceState::Down:
        return QStringLiteral("down");
    case ServiceState::Draining:
        return QStringLiteral("draining");
    case ServiceState::Stale:
        break;
    }
    return QStringLiteral("stale");
}

} // namespace toystore
