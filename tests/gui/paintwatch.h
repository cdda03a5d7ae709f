// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QElapsedTimer>
#include <QEvent>
#include <QWidget>

#include <functional>
#include <optional>

namespace toystore
{

/// How long it takes until a widget is painted as a test wants it.
class PaintWatch : public QObject
{
public:
    /// @p isRight: whether what @p widget is about to paint is right. Both must outlive it.
    PaintWatch(QWidget &widget, std::function<bool()> isRight) : m_isRight(std::move(isRight))
    {
        widget.installEventFilter(this);
    }

    /// What is to be seen happens now.
    void start()
    {
        m_after.reset();
        m_watch.start();
    }
    /// Milliseconds since start(); nothing: it was not painted so yet.
    [[nodiscard]] const std::optional<qint64> &afterMs() const { return m_after; }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && m_watch.isValid() && !m_after && m_isRight())
            m_after = m_watch.elapsed();
        return false;
    }

private:
    std::function<bool()> m_isRight;
    QElapsedTimer m_watch;
    std::optional<qint64> m_after;
};

} // namespace toystore
