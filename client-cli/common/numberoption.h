// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <CLI/CLI.hpp>

#include <QtGlobal>

#include <iomanip>
#include <limits>
#include <optional>
#include <sstream>

namespace toystore
{

/// Declares an option for a number from @p least to @p most. What is no such number is refused by the parser,
/// with a message that names the option and the limits. @p first: what the help says it is if not given.
template <typename Target, typename Number>
CLI::Option *addNumber(CLI::App &command, const std::string &name, Target &target, Number least, Number most,
                       const std::string &help, const std::string &first)
{
    std::ostringstream limits;
    limits << std::setprecision(10) << "from " << least << " to " << most;
    CLI::Option *option = command.add_option(
        name, target, help + ", " + limits.str() + (first.empty() ? "" : " (" + first + ')'));
    option->type_name("NUMBER");
    option->check([least, most, limits = limits.str()](const std::string &text) {
        Number number{};
        const bool isFine = CLI::detail::lexical_cast(text, number) && number >= least && number <= most;
        return isFine ? std::string() : "'" + text + "' is no number " + limits;
    });
    return option;
}

/// The same for one that has a value if it is not given: what @p target holds.
template <typename Number>
CLI::Option *addNumber(CLI::App &command, const std::string &name, Number &target, Number least, Number most,
                       const std::string &help)
{
    std::ostringstream first;
    first << target;
    return addNumber(command, name, target, least, most, help, first.str());
}

/// The same for one that may be absent.
template <typename Number>
CLI::Option *addNumber(CLI::App &command, const std::string &name, std::optional<Number> &target,
                       Number least, Number most, const std::string &help)
{
    return addNumber(command, name, target, least, most, help, {});
}

/// Declares --seed. At most what every JSON reader takes for a whole number of 64 bits with a sign.
inline CLI::Option *addSeed(CLI::App &command, std::optional<quint64> &target, const std::string &help)
{
    constexpr quint64 most = std::numeric_limits<qint64>::max();
    return addNumber(command, "--seed", target, quint64{0}, most, help);
}

} // namespace toystore
