// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation/seedrange.h"

#include "simulation/seed.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace toystore::simulation
{

namespace
{

constexpr qint64 progressLines = 10;
constexpr std::size_t mostJobs = 64;

/// In memory that all processes share.
struct Shared {
    std::atomic<qint64> next = 0;
    std::atomic<qint64> done = 0;
    std::atomic<qint64> failed = 0;
    std::array<Statistics, mostJobs> statistics;
};

// What the handler of a signal may look at: it runs where anything may have been left halfway.
volatile std::sig_atomic_t currentSeedLow = 0;
volatile std::sig_atomic_t currentSeedHigh = 0;

void say(const QByteArray &text)
{
    // One write, so that lines of several processes do not mix.
    const ssize_t written = ::write(STDOUT_FILENO, text.constData(), static_cast<std::size_t>(text.size()));
    static_cast<void>(written);
}

void nameSeed(quint64 seed)
{
    currentSeedLow = static_cast<std::sig_atomic_t>(seed & 0x3fffffff);
    currentSeedHigh = static_cast<std::sig_atomic_t>(seed >> 30);
}

/// Says which seed it was; the signal then ends the process as it would have.
void onFatalSignal(int number)
{
    std::array<char, 64> text{};
    std::size_t at = text.size();
    quint64 seed = (static_cast<quint64>(currentSeedHigh) << 30) | static_cast<quint64>(currentSeedLow);
    text[--at] = '\n';
    do {
        text[--at] = static_cast<char>('0' + seed % 10);
        seed /= 10;
    } while (seed > 0);
    constexpr std::array<char, 42> what = {"the code under test ended the process: --"};
    constexpr std::array<char, 6> flag = {"seed "};
    ssize_t written = ::write(STDOUT_FILENO, what.data(), what.size() - 1);
    written += ::write(STDOUT_FILENO, flag.data(), flag.size() - 1);
    written += ::write(STDOUT_FILENO, text.data() + at, text.size() - at);
    static_cast<void>(written);
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void runShare(Shared &shared, Statistics &statistics, quint64 first, qint64 count)
{
    for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS})
        std::signal(number, &onFatalSignal);
    const qint64 step = std::max<qint64>(count / progressLines, 1);
    for (qint64 i = shared.next++; i < count && shared.failed < SeedRange::mostFailures; i = shared.next++) {
        const quint64 seed = first + static_cast<quint64>(i);
        nameSeed(seed);
        const SeedResult result = runSeed(seed, Trace::Mode::Hash);
        statistics += result.statistics;
        if (result.violation) {
            ++shared.failed;
            say(reportOf(seed));
        }
        if (const qint64 done = ++shared.done; done % step == 0 && count > 1)
            say(QByteArray::number(done) + " of " + QByteArray::number(count) + " seeds, " +
                QByteArray::number(shared.failed) + " failed\n");
    }
}

} // namespace

SeedRange::Outcome SeedRange::run() const
{
    void *const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    Outcome outcome;
    if (memory == MAP_FAILED) {
        std::perror("simulate: mmap");
        outcome.aborted = true;
        return outcome;
    }
    auto *const shared = new (memory) Shared;
    const auto jobs = std::min(static_cast<std::size_t>(m_jobs), mostJobs);
    std::fflush(nullptr);
    for (std::size_t job = 0; job < jobs; ++job) {
        const pid_t child = ::fork();
        if (child == 0) {
            runShare(*shared, shared->statistics[job], m_first, m_count);
            ::_exit(0);
        }
        outcome.aborted |= child < 0;
    }
    int status = 0;
    while (::wait(&status) > 0)
        outcome.aborted |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    for (const Statistics &statistics : shared->statistics)
        outcome.statistics += statistics;
    outcome.seeds = shared->done;
    outcome.failed = shared->failed;
    ::munmap(memory, sizeof(Shared));
    return outcome;
}

QByteArray tableOf(const Statistics &statistics)
{
    constexpr int nameWidth = 30;
    QByteArray table = "What happened, and how often:\n";
    for (std::size_t i = 0; i < faultCount; ++i)
        table += "  " + QByteArray(faultNames[i]).leftJustified(nameWidth) +
                 QByteArray::number(statistics.faults[i]) + '\n';
    table += "Crashes at each boundary, and how often it was passed:\n";
    for (std::size_t i = 0; i < boundaryCount; ++i)
        table += "  " + QByteArray(boundaryNames[i]).leftJustified(nameWidth) +
                 QByteArray::number(statistics.crashes[i]).leftJustified(10) +
                 QByteArray::number(statistics.passages[i]) + '\n';
    return table;
}

QList<QByteArray> missingIn(const Statistics &statistics)
{
    QList<QByteArray> missing;
    for (std::size_t i = 0; i < faultCount; ++i) {
        if (statistics.faults[i] == 0)
            missing.append(faultNames[i]);
    }
    for (std::size_t i = 0; i < boundaryCount; ++i) {
        if (statistics.crashes[i] == 0)
            missing.append(QByteArray("a crash ") + boundaryNames[i]);
    }
    return missing;
}

QByteArray reportOf(quint64 seed)
{
    const SeedResult result = runSeed(seed, Trace::Mode::Text);
    if (!result.violation)
        return "seed " + QByteArray::number(seed) +
               " fails, and not when it is run again: it is not"
               " deterministic\n";
    QByteArray report = "\nseed " + QByteArray::number(seed) + ": " + result.violation->invariant +
                        " is broken: " + result.violation->text + '\n';
    for (const QByteArray &line : result.shortened)
        report += "  " + line + '\n';
    return report + "  all of it: simulate --seed " + QByteArray::number(seed) + " --verbose\n\n";
}

} // namespace toystore::simulation
