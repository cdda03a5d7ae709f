// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"
#include "theme/theme.h"

#include <QWidget>

class QLabel;

namespace toystore
{

/// How fresh the news is. Pure.
struct LiveText {
    QString word;
    QString detail;
    QString icon;
    ServiceState looksLike = ServiceState::Stale; ///< whose colours it takes

    bool operator==(const LiveText &) const = default;
};
[[nodiscard]] LiveText liveText(const ClusterSnapshot &snapshot);

/// Whether what is shown is live, and how old it is; at the right of the tool bar.
class LiveIndicator : public QWidget
{
    Q_OBJECT

public:
    explicit LiveIndicator(Theme &theme, QWidget *parent = nullptr);

    void show(const ClusterSnapshot &snapshot);
    /// What is shown was recorded: nothing of it is live.
    void setRecording(bool isRecording);
    using QWidget::show;

private:
    void takeColours();

    Theme &m_theme;
    LiveText m_text;
    bool m_isRecording = false;
    QLabel *m_icon;
    QLabel *m_word;
    QLabel *m_detail;
};

} // namespace toystore
