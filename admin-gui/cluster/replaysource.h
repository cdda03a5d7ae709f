// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "cluster/clustersource.h"
#include "cluster/recordedline.h"

#include <QFile>
#include <QTimer>

namespace toystore
{

/// Tells what a ClusterRecorder wrote, at its pace or faster: a store for a talk without a network, and for
/// tests. However fast, it tells at most 20 times a second: what came between is told at once, of snapshots
/// the last. What is too much work for that comes later. It takes no action.
class ReplaySource : public ClusterSource
{
    Q_OBJECT

public:
    /// Opens the recording @p path; playing begins with play(). Errors: storage_failed, invalid_field,
    /// malformed_message, naming the file and what is wrong with its first line.
    [[nodiscard]] static Result<std::unique_ptr<ReplaySource>> open(const QString &path);

    /// Plays on from where it is, @p speed (above 0) times as fast as it was recorded; not after failed().
    void play(double speed = 1);
    void pause();
    [[nodiscard]] bool isPlaying() const { return m_timer.isActive(); }
    /// Begins anew, as far from its end as it is long: what was told is forgotten. Goes on playing if it did.
    void rewind();
    /// All is told.
    [[nodiscard]] bool isOver() const { return m_isOver; }
    /// Why nothing more can be told, as failed() said; empty: it can, or all was.
    [[nodiscard]] const QString &wrong() const { return m_wrong; }
    [[nodiscard]] double speed() const { return m_speed; }
    /// Tells the next line, and no more than that, at once. Returns whether there was one.
    bool step();
    /// What was told last, by the recording's time.
    [[nodiscard]] Milliseconds position() const { return m_position; }
    /// When its last line was recorded; 0 if that can't be read.
    [[nodiscard]] Milliseconds length() const { return m_length; }

    [[nodiscard]] const ClusterSnapshot &snapshot() const override { return m_snapshot; }
    qint64 act(ServiceAction action, const QByteArray &service) override;
    qint64 closeStore() override;
    qint64 setCache(std::optional<bool> enabled, std::optional<qint64> capacity) override;
    qint64 setFault(const QByteArray &from, const QByteArray &to, const Fault &fault) override;
    qint64 clearFaults() override;
    void setLoadErrors(qint64 errors) override;

Q_SIGNALS:
    /// It plays, pauses, is elsewhere or over.
    void moved();
    /// All is told.
    void finished();
    /// A line can't be read; it names file, line and field. What came before was told, nothing comes after.
    void failed(const QString &reason);

private:
    explicit ReplaySource(const QString &path) : m_file(path) {}

    [[nodiscard]] Result<void> readHeader();
    void readLength();
    [[nodiscard]] Result<QByteArray> readLine();
    void readAhead();
    void fail(const Error &error);
    [[nodiscard]] RecordedLine take();
    void playDue();
    [[nodiscard]] RecordedLine takeDue(Milliseconds due, Instant until);
    void sampleWays(RecordedLine &told);
    void tell(RecordedLine line);
    void tellWrong();
    qint64 refuse(const QByteArray &what, const QByteArray &service);

    QFile m_file;
    qint64 m_line = 0; // read so far
    std::optional<RecordedLine> m_next;
    QString m_wrong;
    bool m_isWrongTold = true;
    Milliseconds m_position{0};
    Milliseconds m_length{0};
    bool m_isOver = false;
    double m_speed = 1;
    Instant m_playedFrom; // when the recording was at m_from
    Milliseconds m_from{0};
    QTimer m_timer;
    ClusterSnapshot m_snapshot;
    Instant m_wayToldAt;
    qint64 m_waysLeftOut = 0; // buys that the next way stands for, too
    qint64 m_lastAction = 0;
};

} // namespace toystore
