// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "sourcecode.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

namespace tidy
{

namespace
{

/// Walks through C++ text and blanks what is no code.
class CodeScanner
{
public:
    explicit CodeScanner(const QString &text) : m_text(text) {}

    QString scan()
    {
        while (m_at < m_text.size()) {
            if (startsWith("//"))
                blankThrough(m_text.indexOf(u'\n', m_at), 0);
            else if (startsWith("/*"))
                blankThrough(m_text.indexOf(QStringLiteral("*/"), m_at + 2), 2);
            else if (startsWith("R\"") && !isWord(m_at - 1))
                blankRawString();
            else if (m_text[m_at] == u'"' || (m_text[m_at] == u'\'' && !isDigitSeparator()))
                blankLiteral(m_text[m_at]);
            else
                m_code += m_text[m_at++];
        }
        return m_code;
    }

private:
    [[nodiscard]] bool startsWith(const char *what) const
    {
        return QStringView(m_text).mid(m_at).startsWith(QLatin1String(what));
    }
    [[nodiscard]] bool isWord(qsizetype at) const
    {
        return at >= 0 && at < m_text.size() && m_text[at].isLetterOrNumber();
    }
    // As in 10'000; a character after a prefix, as in u'x', is none.
    [[nodiscard]] bool isDigitSeparator() const
    {
        return m_at > 0 && m_text[m_at - 1].isDigit() && isWord(m_at + 1);
    }
    void blank()
    {
        m_code += m_text[m_at] == u'\n' ? u'\n' : u' ';
        ++m_at;
    }
    void blankThrough(qsizetype end, qsizetype more)
    {
        const qsizetype until = end < 0 ? m_text.size() : end + more;
        while (m_at < until)
            blank();
    }
    void blankLiteral(QChar quote)
    {
        m_code += m_text[m_at++];
        while (m_at < m_text.size() && m_text[m_at] != quote && m_text[m_at] != u'\n') {
            if (m_text[m_at] == u'\\')
                blank();
            if (m_at < m_text.size())
                blank();
        }
        if (m_at < m_text.size())
            m_code += m_text[m_at++];
    }
    void blankRawString()
    {
        const qsizetype open = m_text.indexOf(u'(', m_at);
        const QString close = u')' + m_text.mid(m_at + 2, open - m_at - 2) + u'"';
        blankThrough(open < 0 ? -1 : m_text.indexOf(close, open), close.size());
    }

    const QString &m_text;
    QString m_code;
    qsizetype m_at = 0;
};

qsizetype indentationOf(const QString &line)
{
    qsizetype spaces = 0;
    while (spaces < line.size() && line[spaces] == u' ')
        ++spaces;
    return spaces;
}

// The first line of the statement that ends just above @p brace.
qsizetype signatureBegin(const QStringList &lines, qsizetype brace)
{
    static const QRegularExpression end(
        QStringLiteral("([;{}]|^\\s*(public|private|protected|Q_SIGNALS|Q_SLOTS|"
                       "private Q_SLOTS|public Q_SLOTS):)\\s*$"));
    qsizetype first = brace;
    while (first > 0 && !lines[first - 1].trimmed().isEmpty() && !lines[first - 1].startsWith(u'#') &&
           !end.match(lines[first - 1]).hasMatch())
        --first;
    return first;
}

bool isFunction(const QString &signature)
{
    static const QRegularExpression other(
        QStringLiteral("^\\s*(namespace|class|struct|union|enum|extern)\\b"));
    return signature.contains(u'(') && !other.match(signature).hasMatch();
}

} // namespace

bool Source::isCpp() const
{
    return path.endsWith(QLatin1String(".h")) || path.endsWith(QLatin1String(".cpp")) ||
           path.endsWith(QLatin1String(".h.in"));
}

bool Source::isCMake() const
{
    return fileName() == QLatin1String("CMakeLists.txt") || path.endsWith(QLatin1String(".cmake"));
}

bool Source::isScript() const
{
    return text.startsWith(QLatin1String("#!"));
}

QString codeOf(const QString &text)
{
    return CodeScanner(text).scan();
}

QStringList includesOf(const QString &text)
{
    static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*\"([^\"]+)\""),
                                            QRegularExpression::MultilineOption);
    QStringList paths;
    for (auto match = include.globalMatch(text); match.hasNext();)
        paths.append(match.next().captured(1));
    return paths;
}

QList<Function> functionsOf(const QString &text)
{
    const QStringList lines = codeOf(text).split(u'\n');
    QList<Function> functions;
    for (qsizetype brace = 0; brace < lines.size(); ++brace) {
        if (lines[brace].trimmed() != QLatin1String("{"))
            continue;
        const qsizetype begin = signatureBegin(lines, brace);
        if (!isFunction(lines.mid(begin, brace - begin).join(u' ')))
            continue;
        const QString close = QString(indentationOf(lines[brace]), u' ') + u'}';
        qsizetype end = brace;
        while (end < lines.size() && !lines[end].startsWith(close))
            ++end;
        functions.append({static_cast<int>(begin) + 1, static_cast<int>(end - begin) + 1});
    }
    return functions;
}

QList<Source> readTree(const QString &root)
{
    static const QRegularExpression notOurs(QStringLiteral("^(\\.git|build[^/]*|\\.cache)(/|$)"));
    static const QStringList names{QStringLiteral("*.h"),       QStringLiteral("*.cpp"),
                                   QStringLiteral("*.h.in"),    QStringLiteral("CMakeLists.txt"),
                                   QStringLiteral("*.cmake"),   QStringLiteral("*.json"),
                                   QStringLiteral("*.md"),      QStringLiteral("*.in"),
                                   QStringLiteral("*.service"), QStringLiteral("*.1")};
    const QDir directory(root);
    QList<Source> sources;
    QDirIterator files(root, QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = directory.relativeFilePath(files.next());
        QFile file(files.filePath());
        const bool isNamed = QDir::match(names, files.fileName());
        if (notOurs.match(path).hasMatch() || !file.open(QIODevice::ReadOnly))
            continue;
        if (isNamed || file.peek(2) == "#!")
            sources.append({path, QString::fromUtf8(file.readAll())});
    }
    return sources;
}

} // namespace tidy
