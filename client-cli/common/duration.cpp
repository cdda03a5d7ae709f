// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/duration.h"

#include <QRegularExpression>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr Milliseconds leastDuration = 100ms;

QByteArray textOf(std::chrono::minutes time)
{
    const bool isHours = time % 1h == 0min;
    return QByteArray::number(qint64{isHours ? time / 1h : time.count()}) + (isHours ? " hours" : " minutes");
}

} // namespace

Result<Milliseconds> parseDuration(const QByteArray &option, const std::string &text,
                                   std::chrono::minutes most)
{
    static const QRegularExpression form(QStringLiteral("^(\\d{1,9})(ms|s|min)?$"));
    const QRegularExpressionMatch match = form.match(QString::fromStdString(text));
    const QString unit = match.captured(2);
    Milliseconds duration{match.captured(1).toLongLong()};
    if (unit != QStringLiteral("ms"))
        duration *= unit == QStringLiteral("min") ? 60'000 : 1000;
    if (!match.hasMatch() || duration < leastDuration || duration > most)
        return failure(ErrorCode::InvalidField, option + ": '" + QByteArray::fromStdString(text) +
                                                    "' is no time from 100ms to " + textOf(most) +
                                                    ", as 500ms, 10s or 5min");
    return duration;
}

} // namespace toystore
