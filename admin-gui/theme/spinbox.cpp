// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/spinbox.h"

#include <QPainter>
#include <QStyleOptionSpinBox>

namespace toystore
{

namespace
{

constexpr int arrowSize = 9;

} // namespace

void SpinBox::paintEvent(QPaintEvent *event)
{
    QSpinBox::paintEvent(event);
    QStyleOptionSpinBox option;
    initStyleOption(&option);
    QPainter painter(this);
    for (const auto &[button, step, icon] :
         {std::tuple{QStyle::SC_SpinBoxUp, StepUpEnabled, QStringLiteral("chevronup")},
          {QStyle::SC_SpinBoxDown, StepDownEnabled, QStringLiteral("chevron")}}) {
        QRect arrow(0, 0, arrowSize, arrowSize);
        arrow.moveCenter(style()->subControlRect(QStyle::CC_SpinBox, &option, button, this).center());
        const bool isOn = isEnabled() && stepEnabled().testFlag(step);
        m_theme.icon(icon, m_theme.colours().mutedText)
            .paint(&painter, arrow, Qt::AlignCenter, isOn ? QIcon::Normal : QIcon::Disabled);
    }
}

} // namespace toystore
