// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "theme/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace toystore
{

/// Says over all else that what is shown is old, or that nothing can be done here, and offers a way on.
/// Hidden while all is well.
class Banner : public QWidget
{
    Q_OBJECT

public:
    explicit Banner(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);

Q_SIGNALS:
    void connectRequested();
    void tokenRequested();

private:
    void takeColours();

    Theme &m_theme;
    Attachment m_attachment = Attachment::Empty;
    QLabel *m_icon;
    QLabel *m_text;
    QPushButton *m_action;
};

} // namespace toystore
