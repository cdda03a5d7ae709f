// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "measure/loadoptions.h"

#include "common/clientlimit.h"
#include "common/numberoption.h"
#include "shop/allproducts.h"
#include "shop/shopclient.h"

#include <QRandomGenerator>

namespace toystore
{

namespace
{

using namespace std::chrono_literals;

constexpr int mostClients = 10'000;
constexpr qint64 mostQuantity = 1000;
constexpr qint64 seeds = 1'000'000'000; // those that we choose: short enough to be told
constexpr Milliseconds usualTimeout = 10s;
constexpr Milliseconds catalogTimeout = 5s;
constexpr int usualHttpPort = 80;

/// Where the clients connect. @p shop: a URL that StoreAccess has accepted.
Result<Endpoint> endpointOf(const QByteArray &shop)
{
    const QUrl url = QUrl::fromEncoded(shop);
    if (!url.path().isEmpty())
        return failure(ErrorCode::InvalidField, "--url: '" + shop +
                                                    "' has a path; a load goes to a shop without one, as"
                                                    " http://127.0.0.1:8081");
    return Endpoint{url.host(), static_cast<quint16>(url.port(usualHttpPort))};
}

Result<void> askShop(const QByteArray &shop, const QByteArray &toy, Milliseconds timeout)
{
    const Result<ShopClient::Answer> answer =
        ShopClient(shop, timeout).get("/products/" + toy.toPercentEncoding());
    if (!answer)
        return failure(answer.error());
    if (answer->status == 404)
        return failure(ErrorCode::ProductNotFound, "the shop has no '" + toy + '\'');
    return {};
}

} // namespace

void LoadOptions::declare(CLI::App &command)
{
    addNumber(command, "--clients", m_clients, 1, mostClients, "Clients, each with a connection of its own");
    addNumber(command, "--probability", m_probability, 0.0, 1.0, "How probable a purchase is");
    addNumber(command, "--max-quantity", m_maxQuantity, qint64{1}, mostQuantity,
              "How many pieces a purchase is for at the most");
    command
        .add_option("--toy", m_toys,
                    "What to shop for; may be given several times (default: all toys of the store)")
        ->type_name("NAME");
    addSeed(command, m_seed, "The same seed asks for the same (default: another each time)");
}

quint64 LoadOptions::seed() const
{
    return m_seed.value_or(static_cast<quint64>(QRandomGenerator::system()->bounded(seeds)));
}

QList<QByteArray> LoadOptions::toys() const
{
    QList<QByteArray> toys;
    for (const std::string &toy : m_toys)
        toys.append(QByteArray::fromStdString(toy));
    return toys;
}

Result<LoadPlan> LoadOptions::plan(const GlobalOptions &options) const
{
    if (const Result<void> room = makeRoomFor(m_clients); !room)
        return failure(room.error());
    const StoreAccess access(options);
    const Result<QByteArray> shop = access.shop();
    if (!shop)
        return failure(shop.error());
    const Result<Endpoint> endpoint = endpointOf(*shop);
    if (!endpoint)
        return failure(endpoint.error());
    LoadPlan plan;
    plan.shop = *endpoint;
    plan.clients = m_clients;
    plan.timeout = options.timeoutOr(usualTimeout);
    plan.mix.toys = toys();
    if (plan.mix.toys.isEmpty()) {
        const Result<QList<Product>> all = allProducts(access.catalog(), options.timeoutOr(catalogTimeout));
        if (!all)
            return failure(all.error().code, "the catalog at " + access.catalog().toByteArray() +
                                                 " does not tell its toys: " + all.error().message);
        for (const Product &product : *all)
            plan.mix.toys.append(product.name);
    }
    if (plan.mix.toys.isEmpty())
        return failure(ErrorCode::ProductNotFound, "the store has no toys");
    // What the catalog has named the shop has; one question tells whether there is a shop.
    for (const QByteArray &toy : m_toys.empty() ? plan.mix.toys.mid(0, 1) : plan.mix.toys) {
        if (const Result<void> asked = askShop(*shop, toy, plan.timeout); !asked)
            return failure(asked.error());
    }
    plan.mix.purchase = m_probability;
    plan.mix.maxQuantity = m_maxQuantity;
    plan.mix.seed = seed();
    return plan;
}

QByteArray loadHint(const Error &error)
{
    if (error.code == ErrorCode::InvalidField || error.code == ErrorCode::OutOfRange)
        return "--help shows the options.";
    if (error.code == ErrorCode::ProductNotFound)
        return "'toystore products' lists what there is.";
    if (error.message.startsWith("the catalog"))
        return "'toystore status' shows how it is; of a shop elsewhere name the toys with --toy.";
    return shopHint(error);
}

} // namespace toystore
