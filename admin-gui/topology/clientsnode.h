// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/theme.h"

#include <QWidget>

#include <optional>

class QLabel;

namespace toystore
{

/// The shop's clients, as the frontend counts them.
class ClientsNode : public QWidget
{
    Q_OBJECT

public:
    ClientsNode(Theme &theme, QWidget *parent);

    /// Nothing: the frontend does not say.
    void setSessions(std::optional<qint64> sessions);

private:
    void takeColours();

    Theme &m_theme;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_count;
};

} // namespace toystore
