// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "theme/theme.h"
#include "topology/words.h"

#include <QWidget>

#include <map>

class QBoxLayout;
class QLabel;
class QToolButton;

namespace toystore
{

/// One service of the store: its name, state and figures, and the buttons for what can be done to it. The
/// state is told by the frame's stroke, an icon, a word and a colour. Shows and asks, no more.
class CardWidget : public QWidget
{
    Q_OBJECT

public:
    /// @p theme must outlive it.
    CardWidget(Theme &theme, const QString &service, QWidget *parent = nullptr);

    void show(const ServiceCard &card);
    using QWidget::show;
    /// Without buttons, for who may only look.
    void setReadOnly(bool isReadOnly);

    [[nodiscard]] const ServiceCard &card() const { return m_card; }
    /// The button of @p action; Start and Restart share one.
    [[nodiscard]] QToolButton *button(ServiceAction action) const;

Q_SIGNALS:
    void actionRequested(const QByteArray &service, toystore::ServiceAction action);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void addButtons(QWidget *row);
    void showButtons();
    void showViews();
    void takeColours();
    void paintProgress(QPainter &painter) const;
    [[nodiscard]] ServiceAction startAction() const;

    Theme &m_theme;
    ServiceCard m_card;
    CardText m_text;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_badge;
    QLabel *m_figure;
    QLabel *m_facts;
    QLabel *m_views;
    QBoxLayout *m_lines; // of the two
    QWidget *m_buttonRow;
    std::map<ServiceAction, QToolButton *> m_buttons;
};

/// The stroke of a card's frame and of the links to it: solid where all is well, broken in a way of its own
/// for every other state.
[[nodiscard]] QPen statePen(const Theme &theme, ServiceState state, double width);

} // namespace toystore
