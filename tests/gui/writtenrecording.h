// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/recordedline.h"
#include "cluster/replaysource.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace toystore
{

/// A recording that a test writes, behind its header; the file goes with it.
class WrittenRecording
{
public:
    explicit WrittenRecording(const QString &name = QStringLiteral("talk.jsonl"))
        : m_file(m_directory.filePath(name))
    {
        QVERIFY(m_file.open(QIODevice::WriteOnly));
        add(lineOf(RecordingHeader()));
    }

    void add(const RecordedLine &line) { add(lineOf(line)); }
    /// What may be no line.
    void add(const QByteArray &text) { QCOMPARE(m_file.write(text), text.size()); }
    /// Nothing more is written; who plays it needs the file.
    [[nodiscard]] Result<std::unique_ptr<ReplaySource>> open()
    {
        m_file.close();
        return ReplaySource::open(m_file.fileName());
    }

private:
    QTemporaryDir m_directory;
    QFile m_file;
};

} // namespace toystore
