// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "protocol/places.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace toystore
{

/// Which store to watch: one of this machine, by its data directory, or one elsewhere, by its supervisor's
/// place and a token.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p dataDirectory: what is proposed.
    explicit ConnectDialog(const QString &dataDirectory, QWidget *parent = nullptr);

    /// Proposes a place instead, to enter the token for it.
    void proposePlace(const QString &place);

Q_SIGNALS:
    void directoryChosen(const QString &dataDirectory);
    void placeChosen(const toystore::Endpoint &supervisor, const QByteArray &token);

private:
    void addFields();
    void check();
    void choose();
    [[nodiscard]] QString wrong() const;

    QRadioButton *m_isHere;
    QRadioButton *m_isElsewhere;
    QLineEdit *m_directory;
    QLineEdit *m_place;
    QLineEdit *m_token;
    QLabel *m_wrong;
    QPushButton *m_connect;
};

} // namespace toystore
