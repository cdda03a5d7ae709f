// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "houserules.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>

namespace tidy
{

namespace
{

constexpr int maxFunctionLines = 70;

QString finding(const Source &source, int line, const QString &what)
{
    return QStringLiteral("%1:%2: %3").arg(source.path).arg(line).arg(what);
}

/// Every match of @p pattern in @p text, which has the lines of @p source.
QStringList matches(const Source &source, const QString &text, const QRegularExpression &pattern,
                    const QString &why)
{
    QStringList findings;
    for (auto match = pattern.globalMatch(text); match.hasNext();) {
        const auto found = match.next();
        const auto line = static_cast<int>(text.left(found.capturedStart()).count(u'\n')) + 1;
        findings.append(finding(source, line, found.captured().simplified() + QStringLiteral(": ") + why));
    }
    return findings;
}

// The core folders that a folder may include besides itself.
const QHash<QString, QStringList> &allowedFolders()
{
    const auto words = [](const char *text) { return QString::fromLatin1(text).split(u' '); };
    static const QHash<QString, QStringList> allowed{
        {QStringLiteral("core/base"), {}},
        {QStringLiteral("core/protocol"), words("base")},
        {QStringLiteral("core/net"), words("base protocol")},
        {QStringLiteral("core/metrics"), words("base")},
        {QStringLiteral("core/stock"), words("base protocol")},
        {QStringLiteral("core/orders"), words("base protocol")},
        {QStringLiteral("core/election"), words("base protocol")},
        {QStringLiteral("core/cache"), words("base protocol")},
        {QStringLiteral("core/history"), words("base protocol")},
        {QStringLiteral("core/faults"), words("base protocol")},
        {QStringLiteral("core/load"), words("base protocol net metrics")},
        {QStringLiteral("services"),
         words("base protocol net metrics stock orders election cache history faults load")},
        {QStringLiteral("admin-gui/cluster"), words("base protocol net")},
        {QStringLiteral("admin-gui"),
         words(
             "base protocol net metrics load cluster theme topology overview docks notices dialogs window")},
        {QStringLiteral("client-cli/plot"), words("base")},
        {QStringLiteral("client-cli"),
         words("base protocol net metrics load history faults common shop operate measure verify demo")},
    };
    return allowed;
}

bool isPure(const Source &source)
{
    // Of core/orders, what touches a disk is FileDisk alone; the log and the runner work on interfaces. Of
    // core/protocol, StoreFile alone.
    return source.isIn(QStringLiteral("core/election")) || source.isIn(QStringLiteral("core/cache")) ||
           source.isIn(QStringLiteral("core/history")) || source.isIn(QStringLiteral("core/metrics")) ||
           source.isIn(QStringLiteral("core/faults")) ||
           (source.isIn(QStringLiteral("core/protocol")) &&
            source.baseName() != QLatin1String("storefiles")) ||
           (source.isIn(QStringLiteral("core/orders")) && source.baseName() != QLatin1String("filedisk")) ||
           (source.isIn(QStringLiteral("services/frontend")) &&
            source.baseName() == QLatin1String("requestreader")) ||
           (source.isIn(QStringLiteral("core/stock")) &&
            QStringList{QStringLiteral("commitpipeline"), QStringLiteral("invalidationhub"),
                        QStringLiteral("ledgerrules"), QStringLiteral("memorystockledger")}
                .contains(source.baseName()));
}

} // namespace

QStringList layering(const Source &source)
{
    const QStringList parts = source.path.split(u'/');
    // Whose headers are included by folder.
    const bool isByFolder = parts[0] == QLatin1String("core") ||
                            source.isIn(QStringLiteral("admin-gui/cluster")) ||
                            source.isIn(QStringLiteral("client-cli/plot"));
    const QString place = isByFolder ? parts.mid(0, 2).join(u'/') : parts[0];
    if (!source.isCpp() || place == QLatin1String("tests"))
        return {};
    if (!allowedFolders().contains(place))
        return {finding(source, 1, QStringLiteral("no rule says what this folder may include"))};
    QStringList findings;
    for (const QString &path : includesOf(source.text)) {
        const QString folder = path.section(u'/', 0, -2);
        const bool isOwn = isByFolder ? folder == parts[1] : folder.isEmpty();
        if (!isOwn && !allowedFolders().value(place).contains(folder))
            findings.append(finding(source, 1, place + QStringLiteral(" may not include ") + path));
    }
    return findings;
}

QStringList purity(const Source &source)
{
    if (!source.isCpp() || !isPure(source))
        return {};
    static const QRegularExpression banned(QStringLiteral(
        "\\b(QObject|QTimer|QTimerEvent|QBasicTimer|Q[A-Z]\\w*(Socket|Server)|QSocketNotifier|QThread\\w*|"
        "QFile|QSaveFile|QDir|QTemporary\\w+|[io]?fstream|fopen|QElapsedTimer|QDeadlineTimer|steady_clock::"
        "now|"
        "system_clock|high_resolution_clock|clock_gettime|currentDateTime\\w*|currentMSecsSinceEpoch|"
        "currentSecsSinceEpoch|monotonicNow|wallClockMs|QRandomGenerator|random_device|mt19937\\w*|"
        "createUuid|"
        "rand|srand)\\b"));
    return matches(source, codeOf(source.text), banned, QStringLiteral("pure code has none"));
}

QStringList qtConditionals(const QList<Source> &tree)
{
    static const QRegularExpression conditional(
        QStringLiteral(
            "^\\s*#\\s*(if|elif|ifdef)\\b[^\\n]*\\b(QT_VERSION|QT_CONFIG|QT_VERSION_CHECK)\\b[^\\n]*"),
        QRegularExpression::MultilineOption);
    QStringList findings;
    QSet<QString> classes;
    for (const Source &source : tree) {
        if (!source.isCpp())
            continue;
        const QStringList found = matches(source, codeOf(source.text), conditional,
                                          QStringLiteral("conditions on Qt's version belong into one class"));
        if (!found.isEmpty())
            classes.insert(source.path.section(u'.', 0, 0));
        findings += found;
    }
    return classes.size() > 1 ? findings : QStringList();
}

QStringList licence(const Source &source)
{
    if (!source.isCpp() && !source.isCMake() && !source.isScript())
        return {};
    const QString head = source.text.section(u'\n', 0, 3);
    if (head.contains(QLatin1String("SPDX-FileCopyrightText: ")) &&
        head.contains(QLatin1String("SPDX-License-Identifier: GPL-3.0-or-later")))
        return {};
    return {finding(source, 1, QStringLiteral("the SPDX lines are missing"))};
}

QStringList leftovers(const Source &source)
{
    static const QRegularExpression left(QStringLiteral("\\b(TO"
                                                        "DO|FIX"
                                                        "ME|X"
                                                        "XX)\\b"));
    static const QRegularExpression outside(QStringLiteral("\\bDES"
                                                           "IGN( section|\\.md)|\\.\\./sha"
                                                           "red\\b"));
    return matches(source, source.text, left, QStringLiteral("do it, or file an issue")) +
           matches(source, source.text, outside, QStringLiteral("not a part of the project"));
}

QStringList sleeping(const Source &source)
{
    // A disk that is made up does nothing but take its time.
    if (!source.isCpp() || !source.isIn(QStringLiteral("tests")) || source.baseName() == u"madedisk")
        return {};
    static const QRegularExpression pause(QStringLiteral(
        "\\b(qSleep|qWait|[mun]?sleep|nanosleep|sleep_for|sleep_until|clock_nanosleep)\\s*\\("));
    return matches(source, codeOf(source.text), pause,
                   QStringLiteral("wait for a condition, with a deadline"));
}

QStringList rawStrings(const Source &source)
{
    static const QRegularExpression raw(QStringLiteral("\\bR\"(\\w*)\\((.*?)\\)\\1\""),
                                        QRegularExpression::DotMatchesEverythingOption);
    QStringList findings;
    if (!source.isCpp() || !source.text.contains(QLatin1String("Q_OBJECT")))
        return findings;
    for (auto match = raw.globalMatch(source.text); match.hasNext();) {
        const auto found = match.next();
        const auto line = static_cast<int>(source.text.left(found.capturedStart()).count(u'\n')) + 1;
        if (found.captured(2).count(u'"') % 2 != 0)
            findings.append(finding(
                source, line, QStringLiteral("moc can't read a raw string with an odd number of quotes")));
    }
    return findings;
}

QStringList naming(const Source &source)
{
    static const QRegularExpression good(QStringLiteral("^([a-z0-9-]+/)*(tst_)?[a-z0-9]+(\\.[a-z0-9]+)+$"));
    if (!source.isCpp() || good.match(source.path).hasMatch())
        return {};
    return {finding(source, 1, QStringLiteral("C++ files have lower case names, after their class"))};
}

QStringList functionLength(const Source &source)
{
    if (!source.isCpp())
        return {};
    QStringList findings;
    for (const Function &function : functionsOf(source.text)) {
        if (function.length > maxFunctionLines)
            findings.append(finding(source, function.line,
                                    QStringLiteral("a function of %1 lines, %2 are the most")
                                        .arg(function.length)
                                        .arg(maxFunctionLines)));
    }
    return findings;
}

QStringList versionNumber(const Source &source, const QString &version)
{
    if (source.path == QLatin1String("CMakeLists.txt") || source.path.endsWith(QLatin1String(".md")))
        return {};
    const QRegularExpression number(
        QStringLiteral("(?<![\\d.])%1(?![\\d.]*\\d)").arg(QRegularExpression::escape(version)));
    return matches(source, source.text, number,
                   QStringLiteral("the version is said in CMakeLists.txt alone"));
}

QStringList promisedTests(const QList<Source> &tree)
{
    static const QRegularExpression paragraph(QStringLiteral("\\*\\*Tests\\.\\*\\*(.*?)(?=\\n\\*\\*|\\n#|$)"),
                                              QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression promise(QStringLiteral("\\b(tst_[a-z]+)|`([a-z]\\w*[A-Z]\\w*)`"));
    QHash<QString, QString> tests; // the code of each, by the program's name
    QString guarantees;
    for (const Source &source : tree) {
        if (source.isIn(QStringLiteral("tests")) && source.isCpp())
            tests[source.baseName()] += codeOf(source.text);
        else if (source.path == QLatin1String("docs/guarantees.md"))
            guarantees = source.text;
    }
    QString promises;
    for (auto found = paragraph.globalMatch(guarantees); found.hasNext();)
        promises += found.next().captured(1);
    if (promises.isEmpty())
        return {QStringLiteral("docs/guarantees.md: it promises no tests")};
    QStringList broken;
    QString program;
    for (auto found = promise.globalMatch(promises); found.hasNext();) {
        const QRegularExpressionMatch name = found.next();
        if (name.capturedLength(1) > 0)
            program = name.captured(1);
        const QString function = name.captured(2);
        if (!tests.contains(program) ||
            (!function.isEmpty() && !tests[program].contains(QStringLiteral("void %1()").arg(function))))
            broken.append(QStringLiteral("docs/guarantees.md: there is no test ") + name.captured(0));
    }
    return broken;
}

QStringList machinePaths(const Source &source)
{
    static const QRegularExpression path(QStringLiteral("(?<![\\w$}.)*/])/(work|tmp|home)(?=[/\"'\\s)]|$)"),
                                         QRegularExpression::MultilineOption);
    return matches(source, source.text, path, QStringLiteral("a path of somebody's machine"));
}

} // namespace tidy
