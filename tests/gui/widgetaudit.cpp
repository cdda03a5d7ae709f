// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "gui/widgetaudit.h"

#include "notices/toast.h"
#include "theme/colours.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSet>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <map>

namespace toystore
{

namespace
{

constexpr double leastContrast = 4.5;
constexpr int mostTabs = 300;

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
        .arg(QString::fromLatin1(widget.metaObject()->className()),
             widget.objectName().isEmpty() ? nameOf(widget) : widget.objectName(),
             widget.parentWidget() == nullptr ? QString() : widget.parentWidget()->objectName());
}

// Parts of a widget that stands for them: the field in a spin box, what a view scrolls.
bool isPart(const QWidget &widget)
{
    return qobject_cast<const QAbstractSpinBox *>(widget.parentWidget()) != nullptr ||
           widget.objectName() == QLatin1String("qt_scrollarea_viewport") ||
           widget.objectName().startsWith(QLatin1String("qt_"));
}

// The arrow keys go there from another one of its group.
bool isLeftToArrows(const QWidget &widget)
{
    const auto *radio = qobject_cast<const QRadioButton *>(&widget);
    if (radio == nullptr || radio->isChecked())
        return false;
    const QList<QRadioButton *> group =
        radio->parentWidget()->findChildren<QRadioButton *>(QString(), Qt::FindDirectChildrenOnly);
    return std::any_of(group.begin(), group.end(), [](const QRadioButton *one) { return one->isChecked(); });
}

/// How often each colour is in @p place, which is in widgets' pixels, of a picture.
std::map<QRgb, int> coloursAt(const QImage &picture, const QRect &place)
{
    const qreal scale = picture.devicePixelRatio();
    std::map<QRgb, int> counts;
    const QRect pixels(qRound(place.x() * scale), qRound(place.y() * scale), qRound(place.width() * scale),
                       qRound(place.height() * scale));
    const QRect inside = pixels & picture.rect();
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x)
            ++counts[picture.pixel(x, y)];
    }
    return counts;
}

/// The colour that most of a place has.
QColor groundOf(const std::map<QRgb, int> &counts)
{
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto &a, const auto &b) { return a.second < b.second; });
    return most == counts.end() ? QColor(Qt::white) : QColor(most->first);
}

/// Looks at texts in the picture of a window.
class PaintedTexts
{
public:
    explicit PaintedTexts(QWidget &window) : m_window(window), m_picture(window.grab().toImage()) {}

    /// The text that @p widget paints at @p place, in its own pixels: the best that is there has to do.
    void look(const QWidget &widget, const QRect &place, const QString &text)
    {
        const QRect inWindow(widget.mapTo(&m_window, place.topLeft()), place.size());
        const std::map<QRgb, int> counts = coloursAt(m_picture, inWindow & m_window.rect());
        if (text.trimmed().isEmpty() || counts.empty())
            return;
        const QColor ground = groundOf(counts);
        double best = 1;
        for (const auto &[colour, count] : counts)
            best = std::max(best, contrast(QColor(colour), ground));
        if (best < leastContrast)
            m_wrong << QStringLiteral("'%1' on %2 has %3 to 1").arg(text, ground.name()).arg(best, 0, 'f', 2);
    }
    [[nodiscard]] const QStringList &wrong() const { return m_wrong; }

private:
    QWidget &m_window;
    const QImage m_picture;
    QStringList m_wrong;
};

void lookAtCells(PaintedTexts &texts, const QTableView &table)
{
    const QAbstractItemModel &model = *table.model();
    const QHeaderView &head = *table.horizontalHeader();
    for (int column = 0; column < model.columnCount(); ++column) {
        if (table.isColumnHidden(column))
            continue;
        const QRect heading(head.sectionViewportPosition(column), 0, head.sectionSize(column), head.height());
        texts.look(*head.viewport(), heading & head.viewport()->rect(),
                   model.headerData(column, Qt::Horizontal).toString());
        for (int row = 0; row < model.rowCount(); ++row) {
            const QModelIndex index = model.index(row, column);
            const QRect cell = table.visualRect(index);
            if (table.viewport()->rect().contains(cell))
                texts.look(*table.viewport(), cell, index.data().toString());
        }
    }
}

} // namespace

QStringList textsOf(const QWidget &widget)
{
    QStringList texts;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (!label->text().isEmpty())
            texts << label->text();
    }
    return texts;
}

bool isWholeInView(const QWidget &widget)
{
    return widget.visibleRegion().boundingRect().size() == widget.size();
}

int wholeRows(const QWidget &dock)
{
    const auto *table = dock.findChild<QTableView *>();
    return table->viewport()->height() / table->verticalHeader()->defaultSectionSize();
}

qsizetype coloursIn(QWidget &widget, const QRect &part)
{
    const QImage picture = widget.grab(part).toImage();
    QSet<QRgb> colours;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x)
            colours << picture.pixel(x, y);
    }
    return colours.size();
}

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
            !isLeftToArrows(*widget) && widget->parentWidget()->inherits("QLineEdit") == false &&
            widget->parentWidget()->inherits("QDockWidget") == false &&
            widget->parentWidget()->inherits("QTabBar") == false)
            wrong << describe(*widget) + QStringLiteral(" takes no focus");
    }
    return wrong;
}

QStringList unreachedByTab(QWidget &window)
{
    QSet<const QWidget *> reached;
    for (int presses = 0; presses < mostTabs; ++presses) {
        QWidget *focused = window.focusWidget();
        QTest::keyClick(focused == nullptr ? &window : focused, Qt::Key_Tab);
        reached.insert(window.focusWidget());
    }
    QStringList wrong;
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        const QWidget *proxy = widget->focusProxy();
        if (takesFocus(*widget) && !isPart(*widget) && !isLeftToArrows(*widget) &&
            widget->window() == &window && !reached.contains(widget) && !reached.contains(proxy))
            wrong << describe(*widget);
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

QStringList overlaps(const QWidget &window)
{
    QStringList wrong;
    QList<const QWidget *> parents{&window};
    for (const QWidget *widget : window.findChildren<QWidget *>())
        parents << widget;
    for (const QWidget *parent : parents) {
        QList<const QWidget *> seen;
        for (const QWidget *child : parent->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
            if (!isInView(*child) || child->isWindow() || qobject_cast<const Toast *>(child) != nullptr)
                continue;
            for (const QWidget *other : seen) {
                if (other->geometry().intersects(child->geometry()))
                    wrong << describe(*child) + QStringLiteral(" lies on ") + describe(*other);
            }
            seen << child;
        }
    }
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
        const QColor ground = groundOf(coloursAt(picture, place));
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

QStringList faintControls(QWidget &window)
{
    PaintedTexts texts(window);
    const auto isUsable = [&window](const QWidget &widget) {
        return isInView(widget) && widget.isEnabled() && widget.window() == &window;
    };
    for (const QAbstractButton *button : window.findChildren<QAbstractButton *>()) {
        const auto *tool = qobject_cast<const QToolButton *>(button);
        const bool saysIt = tool == nullptr || tool->toolButtonStyle() != Qt::ToolButtonIconOnly;
        if (isUsable(*button) && saysIt)
            texts.look(*button, button->rect().adjusted(2, 2, -2, -2), button->text());
    }
    for (const QLineEdit *field : window.findChildren<QLineEdit *>()) {
        if (isUsable(*field))
            texts.look(*field, field->rect().adjusted(2, 2, -2, -2), field->displayText());
    }
    for (const QComboBox *choice : window.findChildren<QComboBox *>()) {
        if (isUsable(*choice))
            texts.look(*choice, choice->rect().adjusted(2, 2, -20, -2), choice->currentText());
    }
    for (const QTabBar *tabs : window.findChildren<QTabBar *>()) {
        for (int tab = 0; isUsable(*tabs) && tab < tabs->count(); ++tab)
            texts.look(*tabs, tabs->tabRect(tab).adjusted(2, 2, -2, -4), tabs->tabText(tab));
    }
    for (const QTableView *table : window.findChildren<QTableView *>()) {
        if (isUsable(*table))
            lookAtCells(texts, *table);
    }
    return texts.wrong();
}

} // namespace toystore
