// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/widgetaudit.h"

#include "theme/colours.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSet>
#include <QToolButton>

#include <map>

namespace toystore
{

namespace
{

constexpr double leastContrast = 4.5;

// Not in a dock behind another one.
bool isInView(const QWidget &widget)
{
    return widget.isVisible() && !widget.visibleRegion().isEmpty();
}

bool takesFocus(const QWidget &widget)
{
    return isInView(widget) && widget.isEnabled() && (widget.focusPolicy() & Qt::TabFocus) != 0;
}

QString nameOf(const QWidget &widget)
{
    if (!widget.accessibleName().isEmpty())
        return widget.accessibleName();
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget))
        return button->text();
    return {};
}

QString describe(const QWidget &widget)
{
    return QStringLiteral("%1 '%2' in %3")
        .arg(QString::fromLatin1(widget.metaObject()->className()), widget.objectName(),
             widget.parentWidget() == nullptr ? QString() : widget.parentWidget()->objectName());
}

// Parts of a widget that stands for them: the field in a spin box, what a view scrolls.
bool isPart(const QWidget &widget)
{
    return qobject_cast<const QAbstractSpinBox *>(widget.parentWidget()) != nullptr ||
           widget.objectName() == QLatin1String("qt_scrollarea_viewport") ||
           widget.objectName().startsWith(QLatin1String("qt_"));
}

/// The colour that most of the picture of @p label's place has when its text is not there.
QColor groundUnder(const QImage &picture, const QRect &place, qreal scale)
{
    std::map<QRgb, int> counts;
    const QRect pixels(qRound(place.x() * scale), qRound(place.y() * scale), qRound(place.width() * scale),
                       qRound(place.height() * scale));
    const QRect inside = pixels & picture.rect();
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x)
            ++counts[picture.pixel(x, y)];
    }
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto &a, const auto &b) { return a.second < b.second; });
    return most == counts.end() ? QColor(Qt::white) : QColor(most->first);
}

} // namespace

QStringList namelessWidgets(const QWidget &window)
{
    QStringList wrong;
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        if (takesFocus(*widget) && !isPart(*widget) && nameOf(*widget).isEmpty())
            wrong << describe(*widget);
    }
    return wrong;
}

QStringList unreachableWidgets(QWidget &window)
{
    QSet<const QWidget *> reached;
    for (const QWidget *widget = window.nextInFocusChain(); widget != &window && widget != nullptr;
         widget = widget->nextInFocusChain())
        reached.insert(widget);
    QStringList wrong;
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        if (takesFocus(*widget) && !reached.contains(widget))
            wrong << describe(*widget);
        if (qobject_cast<const QAbstractButton *>(widget) != nullptr && isInView(*widget) &&
            (widget->focusPolicy() & Qt::TabFocus) == 0 && widget->isEnabled() && !isPart(*widget) &&
            widget->parentWidget()->inherits("QLineEdit") == false &&
            widget->parentWidget()->inherits("QDockWidget") == false &&
            widget->parentWidget()->inherits("QTabBar") == false)
            wrong << describe(*widget) + QStringLiteral(" takes no focus");
    }
    return wrong;
}

QStringList clippedTexts(const QWidget &window)
{
    QStringList wrong;
    const auto check = [&wrong](const QWidget &widget, const QString &text) {
        const QSize wanted = widget.minimumSizeHint();
        if (isInView(widget) && !text.isEmpty() &&
            (widget.width() < wanted.width() || widget.height() < wanted.height()))
            wrong << QStringLiteral("'%1' wants %2 x %3, has %4 x %5")
                         .arg(text)
                         .arg(wanted.width())
                         .arg(wanted.height())
                         .arg(widget.width())
                         .arg(widget.height());
    };
    for (const QLabel *label : window.findChildren<QLabel *>()) {
        if (label->wordWrap() && label->height() < label->heightForWidth(label->width()) && isInView(*label))
            wrong << QStringLiteral("'%1' wraps below its place").arg(label->text());
        check(*label, label->text());
    }
    for (const QAbstractButton *button : window.findChildren<QAbstractButton *>())
        check(*button, button->text());
    return wrong;
}

QStringList faintTexts(QWidget &window)
{
    const QImage picture = window.grab().toImage();
    QStringList wrong;
    for (const QLabel *label : window.findChildren<QLabel *>()) {
        if (!isInView(*label) || label->text().isEmpty())
            continue;
        const QRect place(label->mapTo(&window, QPoint()), label->size());
        const QColor ground = groundUnder(picture, place, picture.devicePixelRatio());
        const QColor ink = label->palette().color(label->isEnabled() ? QPalette::Active : QPalette::Disabled,
                                                  label->foregroundRole());
        const double ratio = contrast(ink, ground);
        if (ratio < leastContrast)
            wrong << QStringLiteral("'%1': %2 on %3 has %4 to 1")
                         .arg(label->text(), ink.name(), ground.name())
                         .arg(ratio, 0, 'f', 2);
    }
    return wrong;
}

} // namespace toystore
