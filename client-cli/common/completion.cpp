// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "common/completion.h"

#include "common/storeaccess.h"
#include "faults/chaosplan.h"
#include "shop/allproducts.h"

#include <CLI/CLI.hpp>

namespace toystore
{

namespace
{

constexpr Milliseconds catalogPatience{300}; // somebody waits with a finger on the key

/// A line as far as it was typed.
struct Typed {
    const CLI::App *command;            ///< that the words have reached
    const CLI::Option *wants = nullptr; ///< an option whose value comes next
    std::size_t positionals = 0;        ///< that were given
    QString data = {};                  ///< the store's directory; empty: the usual one
};

bool takesValue(const CLI::Option &option)
{
    return option.get_items_expected_max() > 0;
}

const CLI::Option *optionOf(const CLI::App &app, const std::string &word)
{
    for (const CLI::App *one = &app; one != nullptr; one = one->get_parent()) {
        if (const CLI::Option *option = one->get_option_no_throw(word); option != nullptr)
            return option;
    }
    return nullptr;
}

/// The subcommand that @p word names; null if there is none.
const CLI::App *commandOf(const CLI::App &app, const std::string &word)
{
    for (const CLI::App *command : app.get_subcommands(nullptr)) {
        if (command->get_name() == word)
            return command;
    }
    return nullptr;
}

Typed readTyped(const CLI::App &app, const std::vector<std::string> &words)
{
    Typed typed{&app};
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string &word = words[i];
        if (const CLI::Option *option = std::exchange(typed.wants, nullptr)) {
            if (option->check_lname("data"))
                typed.data = QString::fromStdString(word);
            continue;
        }
        if (word.starts_with('-')) {
            const std::size_t equals = word.find('=');
            const CLI::Option *option = optionOf(*typed.command, word.substr(0, equals));
            if (equals == std::string::npos)
                typed.wants = option != nullptr && takesValue(*option) ? option : nullptr;
            else if (option != nullptr && option->check_lname("data"))
                typed.data = QString::fromStdString(word.substr(equals + 1));
        } else if (const CLI::App *command = commandOf(*typed.command, word)) {
            typed.command = command;
        } else {
            ++typed.positionals;
        }
    }
    return typed;
}

QByteArrayList services(const StoreAccess &access)
{
    QByteArrayList names{"catalog", "frontend", "leader"};
    for (const ReplicaPlace &replica : access.replicas())
        names.append("order-" + QByteArray::number(replica.id.value));
    return names;
}

QByteArrayList toys(const StoreAccess &access)
{
    QByteArrayList names;
    if (const auto products = allProducts(access.catalog(), catalogPatience)) {
        for (const Product &product : *products)
            names.append(product.name);
    }
    return names;
}

/// What may stand for the value that help texts call @p name.
QByteArrayList valuesOf(const std::string &name, const StoreAccess &access)
{
    if (name == "NAME" || name == "--toy")
        return toys(access);
    if (name == "SERVICE" || name == "--service")
        return services(access);
    if (name == "FROM" || name == "TO")
        return services(access) << "all";
    if (name == "KIND")
        return {"delay", "loss", "silent", "cut"};
    if (name == "--output")
        return {"table", "json", "csv"};
    QByteArrayList kinds;
    if (name == "--only") {
        for (const ChaosKind kind : allChaosKinds)
            kinds.append(toystore::nameOf(kind));
    }
    return kinds;
}

QByteArrayList optionsOf(const CLI::App &app)
{
    QByteArrayList names;
    for (const CLI::App *one = &app; one != nullptr; one = one->get_parent()) {
        for (const CLI::Option *option : one->get_options(nullptr)) {
            for (const std::string &name : option->get_lnames())
                names.append("--" + QByteArray::fromStdString(name));
        }
    }
    return names;
}

QByteArrayList nextWords(const Typed &typed, const StoreAccess &access)
{
    if (typed.wants != nullptr)
        return valuesOf("--" + typed.wants->get_lnames().front(), access);
    QByteArrayList words;
    for (const CLI::App *command : typed.command->get_subcommands(nullptr))
        words.append(QByteArray::fromStdString(command->get_name()));
    std::size_t at = 0;
    for (const CLI::Option *option : typed.command->get_options(nullptr)) {
        if (option->get_positional() && at++ == typed.positionals)
            words += valuesOf(option->get_single_name(), access);
    }
    return words;
}

} // namespace

QByteArrayList completions(const CLI::App &app, const std::vector<std::string> &words)
{
    const std::string last = words.empty() ? std::string() : words.back();
    const Typed typed = readTyped(app, words);
    GlobalOptions options;
    if (qEnvironmentVariableIsSet("TOYSTORE_DATA"))
        options.data = qEnvironmentVariable("TOYSTORE_DATA");
    if (!typed.data.isEmpty())
        options.data = typed.data;
    const bool isOption = typed.wants == nullptr && last.starts_with('-');
    const QByteArrayList all = isOption ? optionsOf(*typed.command) : nextWords(typed, StoreAccess(options));
    QByteArrayList fitting;
    for (const QByteArray &word : all) {
        if (word.startsWith(QByteArray::fromStdString(last)) && !fitting.contains(word))
            fitting.append(word);
    }
    return fitting;
}

} // namespace toystore
