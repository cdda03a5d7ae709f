// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/colours.h"

#include <algorithm>
#include <cmath>

namespace toystore
{

namespace
{

double relativeLuminance(const QColor &colour)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

} // namespace

double contrast(const QColor &first, const QColor &second)
{
    const auto [darker, lighter] = std::minmax({relativeLuminance(first), relativeLuminance(second)});
    return (lighter + 0.05) / (darker + 0.05);
}

const StateColours &Colours::of(ServiceState state) const
{
    switch (state) {
    case ServiceState::Leader:
        return leader;
    case ServiceState::Follower:
    case ServiceState::Serving:
        return follower;
    case ServiceState::Syncing:
        return syncing;
    case ServiceState::NotAnswering:
        return notAnswering;
    case ServiceState::Down:
        return down;
    case ServiceState::Draining:
        return draining;
    case ServiceState::Stale:
        break;
    }
    return stale;
}

QColor blend(const QColor &upper, const QColor &lower)
{
    const float weight = upper.alphaF();
    const auto mix = [weight](float above, float below) { return weight * above + (1 - weight) * below; };
    return QColor::fromRgbF(mix(upper.redF(), lower.redF()), mix(upper.greenF(), lower.greenF()),
                            mix(upper.blueF(), lower.blueF()));
}

Colours Colours::light()
{
    Colours c;
    c.window = QColor(0xf1f4f8);
    c.surface = QColor(0xffffff);
    c.sunken = QColor(0xf6f8fb);
    c.border = QColor(0xcfd6df);
    c.text = QColor(0x17202b);
    c.mutedText = QColor(0x4a5767);
    c.disabledText = QColor(0x5f6b7a);
    c.accent = QColor(0x1d5fc4);
    c.accentInk = QColor(0xffffff);
    c.toast = QColor(0x1f2a37);
    c.toastInk = QColor(0xf4f7fa);
    c.toastLink = QColor(0x9cc4ff);
    c.p50 = QColor(0x1d7f8c);
    c.p99 = QColor(0xb3471d);
    c.rate = QColor(0x5a6f8c);
    c.leader = {QColor(0x1d5fc4), QColor(0xe9f1fd), QColor(0x1d5fc4), QColor(0xffffff)};
    c.follower = {QColor(0x1c7a42), QColor(0xebf7ef), QColor(0x1c7a42), QColor(0xffffff)};
    c.syncing = {QColor(0xb06c00), QColor(0xfff6e0), QColor(0xffc34d), QColor(Qt::black)};
    c.notAnswering = {QColor(0x7a3fb5), QColor(0xf5eefb), QColor(0x7a3fb5), QColor(0xffffff)};
    c.down = {QColor(0x9c1c1c), QColor(0xfcedec), QColor(0x9c1c1c), QColor(0xffffff)};
    c.draining = {QColor(0x4a6380), QColor(0xecf1f6), QColor(0x4a6380), QColor(0xffffff)};
    c.stale = {QColor(0x8a94a0), QColor(0xeef0f3), QColor(0x5f6975), QColor(0xffffff)};
    c.tones = {c.mutedText, QColor(0x1a703c), QColor(0x8a5300), QColor(0x9c1c1c)};
    return c;
}

Colours Colours::dark()
{
    Colours c;
    c.isDark = true;
    c.window = QColor(0x11161d);
    c.surface = QColor(0x1a212a);
    c.sunken = QColor(0x161c24);
    c.border = QColor(0x36414f);
    c.text = QColor(0xe9eef4);
    c.mutedText = QColor(0xaab6c4);
    c.disabledText = QColor(0x8e9aa8);
    c.accent = QColor(0x7db0ff);
    c.accentInk = QColor(0x0a1422);
    c.toast = QColor(0xe4eaf1);
    c.toastInk = QColor(0x17202b);
    c.toastLink = QColor(0x1a54ad);
    c.p50 = QColor(0x53c7d4);
    c.p99 = QColor(0xff9c6b);
    c.rate = QColor(0x8fa6c4);
    c.leader = {QColor(0x6fa8ff), QColor(0x152641), QColor(0x7db0ff), QColor(0x0a1422)};
    c.follower = {QColor(0x5ccb8a), QColor(0x13291d), QColor(0x5ccb8a), QColor(0x07180e)};
    c.syncing = {QColor(0xf2b84b), QColor(0x2d240f), QColor(0xffc34d), QColor(Qt::black)};
    c.notAnswering = {QColor(0xc59bf2), QColor(0x261b37), QColor(0xc59bf2), QColor(0x190b29)};
    c.down = {QColor(0xff8a80), QColor(0x351717), QColor(0xff8a80), QColor(0x2a0606)};
    c.draining = {QColor(0x9db4cf), QColor(0x1d2733), QColor(0x9db4cf), QColor(0x0d151e)};
    c.stale = {QColor(0x7d8996), QColor(0x1b2028), QColor(0x98a3b0), QColor(0x12161c)};
    c.tones = {c.mutedText, QColor(0x5ccb8a), QColor(0xf2b84b), QColor(0xff8a80)};
    return c;
}

} // namespace toystore
