// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "gui/fakesource.h"
#include "gui/madeupstores.h"
#include "notices/toast.h"
#include "topology/topologyview.h"
#include "window/mainwindow.h"
#include "window/overview.h"

#include <QMessageBox>
#include <QTest>
#include <QToolButton>

namespace toystore
{

/// A dashboard before a made-up store.
struct Shown {
    explicit Shown(const ClusterSnapshot &store = storeAtWork(), WindowOptions options = {})
        : window(theme, source, std::move(options))
    {
        source.show(store);
        window.show();
        static_cast<void>(QTest::qWaitForWindowExposed(&window));
    }

    [[nodiscard]] CardWidget &card(const QByteArray &name)
    {
        return *window.overview()->topology()->card(name);
    }
    void press(const QByteArray &name, ServiceAction action)
    {
        QTest::mouseClick(card(name).button(action), Qt::LeftButton);
    }
    [[nodiscard]] QMessageBox *question() { return window.findChild<QMessageBox *>(); }
    [[nodiscard]] Toast &toast() { return *window.toast(); }

    Theme theme{Theme::Scheme::Light};
    FakeSource source;
    MainWindow window;
};

/// The button of @p box that says @p text; null if there is none.
[[nodiscard]] inline QAbstractButton *buttonOf(const QMessageBox &box, const QString &text)
{
    for (QAbstractButton *button : box.buttons()) {
        if (button->text().remove(u'&') == text)
            return button;
    }
    return nullptr;
}

} // namespace toystore
