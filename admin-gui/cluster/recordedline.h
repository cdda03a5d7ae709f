// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clusternews.h"
#include "protocol/order.h"

namespace toystore
{

/// The first line of a recording.
struct RecordingHeader {
    static constexpr qint64 currentFormat = 1;

    qint64 format = currentFormat;
    QByteArray version;     ///< of the program that wrote it
    qint64 startedAtMs = 0; ///< wall clock, milliseconds since 1970 UTC

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("toystore_recording", self.format);
        visit("version", self.version, 64);
        visit("started_at_ms", self.startedAtMs);
    }
};

/// Every other line: one thing that a ClusterSource told, and when.
struct RecordedLine {
    qint64 afterMs = 0; ///< since the recording began; never less than in the line before
    // One of these:
    std::optional<ClusterSnapshot> snapshot = {};
    std::optional<bool> storeChanged = {};
    std::optional<QList<Order>> orders = {};
    std::optional<CacheEntries> cache = {};
    std::optional<Toys> toys = {};
    std::optional<QList<TimelineEvent>> events = {};
    std::optional<OrderWay> way = {};
    std::optional<ActionOutcome> outcome = {};

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("after_ms", self.afterMs);
        visit("snapshot", self.snapshot);
        visit("store_changed", self.storeChanged);
        visit("orders", self.orders);
        visit("cache", self.cache);
        visit("toys", self.toys);
        visit("events", self.events);
        visit("way", self.way);
        visit("outcome", self.outcome);
    }
};

/// A message as one of the lines of a file.
template <Fields T>
[[nodiscard]] QByteArray lineOf(const T &message)
{
    JsonWriter writer;
    writer.beginObject();
    FieldEncoder encode(writer);
    T::fields(message, encode);
    writer.endObject();
    return writer.take() + '\n';
}

} // namespace toystore
