// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "history/call.h"

#include <QHash>

#include <vector>

namespace toystore
{

/// Decides whether what clients saw of one toy is linearizable [1], where the order of the writes is known.
///
/// The writes are the ledger's movements of the toy, so their order and the state between any two of them are
/// given; of each is known at most when it was asked for and when it was answered. That makes a problem that
/// is NP-complete in general one that sorting solves (the known write order of [2], and more: even which
/// write a value is from does not matter). State s is that after s steps. A reading is *placed* in a state.
///
/// 1. A placement is a linearization if and only if, by the real-time order ("a precedes b": a was over when
///    b began),
///      (a) a reading in state s is preceded by no step after s, and precedes no step up to s;
///      (b) if a reading precedes another, its state is not a later one;
///      (c) no step precedes an earlier one.
///    Each is necessary: it says of one pair that the linearization has it in its real-time order. They are
///    sufficient: put each state's readings after the step that makes the state, in the order in which they
///    began. Then (c) serves pairs of steps, (a) those of a step and a reading, (b) readings in different
///    states. Of two readings in one state, if one precedes the other it began earlier, for it ended before
///    the other began.
/// 2. (a) leaves to each reading a window of states. If there is a placement, the earliest one is found by
///    taking the readings in the order in which they began, and placing each in the first state of its window
///    that shows what it saw and is not before the state of any reading that precedes it. For by induction no
///    placement at all has any reading in an earlier state: the readings that precede it began before it, and
///    what they hold it to is no later than in any other placement. So if it has no such state, there is no
///    placement. (c) is for outOfOrder().
///
/// O((steps + readings) log (steps + readings)).
///
/// [1] M. P. Herlihy, J. M. Wing: Linearizability: A Correctness Condition for Concurrent Objects, ACM TOPLAS
///     12(3), 1990. Its locality theorem allows taking toy by toy.
/// [2] P. B. Gibbons, E. Korach: Testing Shared Memories, SIAM Journal on Computing 26(4), 1997.
class StockTimeline
{
public:
    /// A movement.
    struct Step {
        Span span;
        qint64 stock = 0;       ///< after it
        bool isOpening = false; ///< it makes the toy one that is offered or, with a stock of 0, perhaps
                                ///< withdraws it
    };

    /// What a call saw of the toy.
    struct Reading {
        enum class Seen {
            Exactly,  ///< so many
            Fewer,    ///< fewer than so many
            NotThere, ///< no such toy
        };
        Span span;
        Seen seen = Seen::Exactly;
        qint64 quantity = 0;
    };

    /// A reading that has no place, and what leaves none. States count the steps before them.
    struct Misfit {
        std::size_t reading = 0;
        std::size_t firstState = 0; ///< of those it may be in
        std::size_t lastState = 0;  ///< may be less than firstState; the step after it had not begun
        /// Why not before firstState: readings, of which the first precedes this one, the next the first, and
        /// so on; and the step that precedes the last of them, if one does.
        std::vector<std::size_t> chain;
        std::optional<std::size_t> step;
    };

    /// @p steps: in the ledger's order.
    explicit StockTimeline(std::vector<Step> steps);

    /// All readings that can't be placed, each if those before it are left out. None: linearizable, as far as
    /// the steps themselves are in order.
    [[nodiscard]] std::vector<Misfit> misfits(const std::vector<Reading> &readings) const;

    [[nodiscard]] const std::vector<Step> &steps() const { return m_steps; }

private:
    struct Bound {
        Nanoseconds time;
        std::size_t state;
    };
    struct Place {
        std::optional<std::size_t> state; // none: a misfit, or not reached yet
        std::optional<std::size_t> after; // the reading that keeps it from an earlier one
    };

    void listBounds();
    [[nodiscard]] Misfit explain(Misfit misfit, const std::vector<Reading> &readings,
                                 const std::vector<Place> &places) const;
    [[nodiscard]] std::size_t firstStateOf(const Span &span) const;
    [[nodiscard]] std::size_t lastStateOf(const Span &span) const;
    [[nodiscard]] std::optional<std::size_t> nextState(const Reading &reading, std::size_t from) const;
    [[nodiscard]] std::optional<std::size_t> nextBelow(qint64 quantity, std::size_t from) const;

    const std::vector<Step> m_steps;
    std::vector<Bound> m_over;  // by time: of the steps over by then, the state after the last one
    std::vector<Bound> m_begun; // by time: of the steps not asked for before, the state before the first one
    QHash<qint64, std::vector<std::size_t>> m_statesWith; // a stock, of a toy that may be offered
    std::vector<std::size_t> m_statesWithout;             // in which the toy may not be offered
    std::vector<qint64> m_lowest; // a tree of minima over the states' stocks; its leaves are its second half
};

/// A step that precedes one before it.
struct OutOfOrder {
    std::size_t earlier = 0; ///< by their order
    std::size_t later = 0;   ///< but this one was over when the earlier one began
};

/// Every span that precedes one before it, each with the one of those that began last. None: the order agrees
/// with real time. O(n).
[[nodiscard]] std::vector<OutOfOrder> outOfOrder(const std::vector<Span> &spans);

} // namespace toystore
