// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

namespace toystore::fuzz
{

/// The entry points of fuzzing: everything of ours that reads what others wrote. Each takes any bytes,
/// returns, and aborts if something that must hold of every input does not.

/// RequestReader: how the bytes were split changes nothing; what is let through is within its limits and Qt
/// reads the same path; a refusal is a JSON error that can be shown.
void readRequests(QByteArrayView bytes);

/// JsonTree: what is read is a tree of at most so many values, and what it says can be written and read
/// again.
void readJson(QByteArrayView bytes);

/// LineFramer, parseLine and every message's fields: what was decoded and is encoded again is the same
/// message.
void readMessages(QByteArrayView bytes);

/// OrderLog: a file is read or refused; what is read are orders from 1 on, and reads the same again.
void readLog(QByteArrayView bytes);

} // namespace toystore::fuzz
