// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colours.h"

#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>

namespace toystore
{

/// The look of the whole program: colours, sizes and icons. Owned by the program, shared by its widgets by
/// reference. GUI thread.
class Theme : public QObject
{
    Q_OBJECT

public:
    enum class Scheme {
        Light,
        Dark,
    };

    explicit Theme(Scheme scheme, bool isPresenter = false);
    ~Theme() override; ///< leaves the program's font as it found it

    [[nodiscard]] const Colours &colours() const { return m_colours; }
    [[nodiscard]] bool isPresenter() const { return m_isPresenter; }
    /// The other scheme; changed() follows.
    void setScheme(Scheme scheme);
    /// Fonts one and a half times as big, for a projector; changed() follows.
    void setPresenter(bool isPresenter);

    /// The program's font times @p factor.
    [[nodiscard]] QFont font(double factor = 1.0, QFont::Weight weight = QFont::Normal) const;
    /// A length for the eye, made for the usual font: grows with it.
    [[nodiscard]] int length(int pixels) const;

    /// Our own icon resources/icons/@p name.svg in @p colour, and paler where it is disabled. Sharp in every
    /// scaling.
    [[nodiscard]] QIcon icon(const QString &name, const QColor &colour) const;
    /// The same in the colour of text.
    [[nodiscard]] QIcon icon(const QString &name) const { return icon(name, m_colours.text); }

    [[nodiscard]] QPalette palette() const;
    [[nodiscard]] QString styleSheet() const;

Q_SIGNALS:
    /// Widgets take their colours, fonts and icons anew. The program's palette, font and style sheet are set
    /// by then.
    void changed();

private:
    void apply();

    const QFont m_usualFont; // the program's, as it was found
    Colours m_colours;
    bool m_isPresenter;
};

/// The icon of a service's state, for Theme::icon(): each state has a shape of its own.
[[nodiscard]] QString iconName(ServiceState state);

} // namespace toystore
