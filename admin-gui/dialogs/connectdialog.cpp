// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "dialogs/connectdialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

namespace toystore
{

ConnectDialog::ConnectDialog(const QString &dataDirectory, QWidget *parent)
    : QDialog(parent), m_isHere(new QRadioButton(QStringLiteral("A store of this machine"), this)),
      m_isElsewhere(new QRadioButton(QStringLiteral("A store elsewhere"), this)),
      m_directory(new QLineEdit(dataDirectory, this)), m_place(new QLineEdit(this)),
      m_token(new QLineEdit(this)), m_wrong(new QLabel(this))
{
    setWindowTitle(QStringLiteral("Connect to a store"));
    m_directory->setAccessibleName(QStringLiteral("Data directory of the store"));
    m_place->setAccessibleName(QStringLiteral("Supervisor of the store"));
    m_place->setPlaceholderText(QStringLiteral("127.0.0.1:8083"));
    m_token->setAccessibleName(QStringLiteral("Token"));
    m_token->setPlaceholderText(QStringLiteral("none: look, but do nothing"));
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setToolTip(QStringLiteral("What the file 'token' in the store's data directory says"));
    addFields();
    m_isHere->setChecked(true);
    for (QRadioButton *choice : {m_isHere, m_isElsewhere})
        connect(choice, &QRadioButton::toggled, this, &ConnectDialog::check);
    for (QLineEdit *field : {m_directory, m_place, m_token})
        connect(field, &QLineEdit::textChanged, this, &ConnectDialog::check);
    check();
}

void ConnectDialog::addFields()
{
    const auto row = [](QFormLayout *form, const QString &name, QLineEdit *field) {
        field->setMinimumWidth(320);
        form->addRow(name, field);
        form->setContentsMargins(24, 0, 0, 10);
    };
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_isHere);
    auto *here = new QFormLayout;
    row(here, QStringLiteral("Data directory"), m_directory);
    column->addLayout(here);
    column->addWidget(m_isElsewhere);
    auto *elsewhere = new QFormLayout;
    row(elsewhere, QStringLiteral("Supervisor"), m_place);
    row(elsewhere, QStringLiteral("Token"), m_token);
    column->addLayout(elsewhere);
    column->addWidget(m_wrong);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_connect = buttons->addButton(QStringLiteral("Connect"), QDialogButtonBox::AcceptRole);
    m_connect->setDefault(true);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ConnectDialog::proposePlace(const QString &place)
{
    m_isElsewhere->setChecked(true);
    m_place->setText(place);
    m_token->setFocus();
}

QString ConnectDialog::wrong() const
{
    if (m_isHere->isChecked())
        return m_directory->text().isEmpty() ? QStringLiteral("Name a directory.") : QString();
    const Result<Endpoint> place = parseEndpoint(m_place->text());
    return place ? QString() : QString::fromUtf8(place.error().message);
}

void ConnectDialog::check()
{
    m_directory->setEnabled(m_isHere->isChecked());
    m_place->setEnabled(m_isElsewhere->isChecked());
    m_token->setEnabled(m_isElsewhere->isChecked());
    const QString reason = wrong();
    m_connect->setEnabled(reason.isEmpty());
    // Nobody is told that an empty field is wrong.
    const bool isEmpty = m_isElsewhere->isChecked() && m_place->text().isEmpty();
    m_wrong->setText(isEmpty ? QString() : reason);
}

void ConnectDialog::choose()
{
    if (m_isHere->isChecked())
        Q_EMIT directoryChosen(m_directory->text());
    else
        Q_EMIT placeChosen(*parseEndpoint(m_place->text()), m_token->text().toUtf8());
    accept();
}

} // namespace toystore
