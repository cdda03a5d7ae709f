// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cluster/clustersnapshot.h"

#include <QColor>

#include <array>

namespace toystore
{

/// How good a piece of news is.
enum class Tone {
    Neutral,
    Good,
    Warning,
    Bad,
};
inline constexpr std::array allTones = {Tone::Neutral, Tone::Good, Tone::Warning, Tone::Bad};

/// The colours of a service in one state.
struct StateColours {
    QColor stroke;   ///< its frame and icon
    QColor tint;     ///< its ground; text and mutedText are readable on it
    QColor badge;    ///< ground of the word that names the state
    QColor badgeInk; ///< that word
};

/// Every colour of the dashboard in one scheme. A test computes that each text on its ground has a contrast
/// of at least 4.5 to 1.
struct Colours {
    bool isDark = false;
    QColor window;
    QColor surface; ///< ground of cards, tables and tiles
    QColor sunken;  ///< ground of every other row, and of fields that can't be used
    QColor border;
    QColor text;
    QColor mutedText;
    QColor disabledText;
    QColor accent; ///< of selections, links and the focus
    QColor accentInk;
    QColor toast;
    QColor toastInk;
    QColor toastLink;
    QColor p50;
    QColor p99;
    QColor rate;
    StateColours leader;
    StateColours follower; ///< also of whoever serves without being a replica
    StateColours syncing;
    StateColours notAnswering;
    StateColours down;
    StateColours draining;
    StateColours stale;
    std::array<QColor, allTones.size()> tones; ///< as text on window and surface

    [[nodiscard]] const StateColours &of(ServiceState state) const;
    [[nodiscard]] const QColor &of(Tone tone) const { return tones[static_cast<std::size_t>(tone)]; }

    [[nodiscard]] static Colours light();
    [[nodiscard]] static Colours dark();
};

/// The contrast ratio of two opaque colours, 1 to 21, as WCAG 2.1 defines it
/// (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio).
[[nodiscard]] double contrast(const QColor &first, const QColor &second);

/// What the eye sees where the translucent @p upper lies on @p lower.
[[nodiscard]] QColor blend(const QColor &upper, const QColor &lower);

} // namespace toystore
