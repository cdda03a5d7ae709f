// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/logging.h"

#include "base/instant.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <unistd.h>

namespace toystore
{

namespace
{

// Qt's message handler is a plain function: what it needs can't be passed to it.
struct LogTarget {
    QByteArray service;
    LogFormat format = LogFormat::Text;
};
LogTarget &logTarget()
{
    static LogTarget target;
    return target;
}

const char *levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "fatal";
    }
    return "info";
}

QByteArray textLine(const char *level, const char *category, const QString &message, const QByteArray &at)
{
    return at + ' ' + logTarget().service + ' ' + level + ' ' + category + ": " +
           printable(message.toUtf8()) + '\n';
}

QByteArray jsonLine(const char *level, const char *category, const QString &message, const QByteArray &at)
{
    const QJsonObject line{{QStringLiteral("at"), QString::fromLatin1(at)},
                           {QStringLiteral("service"), QString::fromUtf8(logTarget().service)},
                           {QStringLiteral("level"), QLatin1String(level)},
                           {QStringLiteral("category"), QLatin1String(category)},
                           {QStringLiteral("message"), message}};
    // JSON leaves DEL and the C1 controls as they are; they can be only in strings, where the escape is
    // right.
    return printable(QJsonDocument(line).toJson(QJsonDocument::Compact)) + '\n';
}

void writeMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const char *category = context.category != nullptr ? context.category : "default";
    const QByteArray at =
        QDateTime::fromMSecsSinceEpoch(wallClockMs()).toUTC().toString(Qt::ISODateWithMs).toLatin1();
    const QByteArray line = logTarget().format == LogFormat::Json
                                ? jsonLine(levelName(type), category, message, at)
                                : textLine(levelName(type), category, message, at);
    // A log that can't be written is nothing the service could report anywhere.
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, line.constData(), static_cast<size_t>(line.size()));
}

} // namespace

QByteArray printable(QByteArrayView text)
{
    const QByteArray valid = QString::fromUtf8(text).toUtf8();
    QByteArray result;
    result.reserve(valid.size());
    const auto escape = [&result](unsigned char control) {
        result += "\\u00" + QByteArray::number(control, 16).rightJustified(2, '0');
    };
    for (qsizetype i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        const auto next = static_cast<unsigned char>(i + 1 < valid.size() ? valid[i + 1] : '\0');
        if (byte < 0x20 || byte == 0x7f) {
            escape(byte);
        } else if (byte == 0xc2 && next < 0xa0) { // U+0080 to U+009F: U+009B begins an escape sequence
            escape(next);
            ++i;
        } else {
            result += valid[i];
        }
    }
    return result;
}

void installLogging(const QByteArray &service, LogFormat format, bool verbose)
{
    logTarget() = LogTarget{service, format};
    QLoggingCategory::setFilterRules(verbose ? QStringLiteral("toystore.*.debug=true")
                                             : QStringLiteral("toystore.*.debug=false"));
    qInstallMessageHandler(writeMessage);
}

} // namespace toystore
