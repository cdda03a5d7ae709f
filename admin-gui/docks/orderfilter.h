// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QRegularExpression>
#include <QSortFilterProxyModel>

namespace toystore
{

/// The rows of an OrderLogModel that a person wants to see: those that contain a text, or match a regular
/// expression written as /…/, and, while paused, none that came since.
class OrderFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit OrderFilter(QObject *parent = nullptr) : QSortFilterProxyModel(parent) {}

    /// @return what is wrong with @p pattern; empty if nothing is. A wrong one changes nothing.
    QString setPattern(const QString &pattern);
    void setPaused(bool isPaused);
    [[nodiscard]] bool isPaused() const { return m_lastShown.has_value(); }
    /// Orders that came since the pause began.
    [[nodiscard]] qint64 newOrders() const;

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    [[nodiscard]] qint64 newest() const;

    QString m_text;
    std::optional<QRegularExpression> m_expression;
    std::optional<qint64> m_lastShown;
};

} // namespace toystore
