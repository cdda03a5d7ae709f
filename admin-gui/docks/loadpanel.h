// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "docks/loadnews.h"
#include "theme/theme.h"

#include <QWidget>

class QBoxLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace toystore
{

/// Clients of our own: how many, what they do, on and off.
class LoadPanel : public QWidget
{
    Q_OBJECT

public:
    explicit LoadPanel(Theme &theme, QWidget *parent = nullptr);

    [[nodiscard]] LoadWish wish() const;
    void setWish(const LoadWish &wish);
    void show(const LoadNews &news);
    using QWidget::show;
    /// @p reason: why no load is possible; empty if it is.
    void setUnavailable(const QString &reason);
    /// Asks to start or to stop, as its button does.
    void toggle();

Q_SIGNALS:
    void startRequested(const toystore::LoadWish &wish);
    void stopRequested();
    void runningChanged(bool isRunning);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QSpinBox *addSpin(const QString &name, int least, int most, int step,
                                    const QString &suffix);
    void takeColours();

    Theme &m_theme;
    LoadNews m_news;
    QSpinBox *m_clients;
    QSpinBox *m_buys;
    QSpinBox *m_rate;
    QPushButton *m_toggle;
    QLabel *m_said;
    QBoxLayout *m_controls;
    QBoxLayout *m_parts; // the controls, and what is said
};

} // namespace toystore
