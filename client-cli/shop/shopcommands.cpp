// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "shop/shopcommands.h"

#include "base/logging.h"
#include "shop/allproducts.h"
#include "shop/shopmessages.h"

#include <QUuid>

namespace toystore
{

namespace
{

ErrorCode codeOf(int status, ErrorCode notFound)
{
    switch (status) {
    case 404:
        return notFound;
    case 422:
        return ErrorCode::RequestMismatch;
    case 503:
        return ErrorCode::Overloaded;
    default:
        return status >= 500 ? ErrorCode::Internal : ErrorCode::InvalidField;
    }
}

// Reads a T out of a successful answer; any other answer is an Error. @p notFound: what a 404 means here.
template <typename T>
Result<T> read(const Result<ShopClient::Answer> &answer, ErrorCode notFound)
{
    if (!answer)
        return failure(answer.error());
    const QByteArray status = "HTTP status " + QByteArray::number(answer->status);
    if (answer->status < 400) {
        Result<T> message = decodeFields<T>(answer->body.root());
        if (!message)
            return failure(ErrorCode::MalformedMessage,
                           "what answers there is no toy store: " + status + ", " + message.error().message);
        return message;
    }
    const Result<ErrorAnswer> error = decodeFields<ErrorAnswer>(answer->body.root());
    return failure(codeOf(answer->status, notFound),
                   (error ? error->error.message + ", " : QByteArray()) + status);
}

QByteArray priceText(double price)
{
    return QByteArray::number(price, 'f', 2);
}

QByteArray productTable(const QList<ProductAnswer> &products)
{
    Table table({{"NAME"}, {"PRICE", Table::Align::Right}, {"QUANTITY", Table::Align::Right}});
    for (const ProductAnswer &product : products)
        table.add({product.name, priceText(product.price), QByteArray::number(product.quantity)});
    return table.text();
}

/// Whatever the shop refuses a buy for, it is rejected; and of one that may have arrived nobody knows.
ExitCode buyExitCode(const Error &error)
{
    const ExitCode exitCode = exitCodeOf(error.code);
    if (error.code == ErrorCode::ConnectionLost)
        return ExitCode::ServerError;
    return exitCode == ExitCode::Usage ? ExitCode::Rejected : exitCode;
}

QByteArray buyHint(const Error &error, const QByteArray &key)
{
    const ExitCode exitCode = buyExitCode(error);
    if (error.code == ErrorCode::OrderRejected)
        return "The toy is unknown, the quantity is below 1 or there are not so many: 'toystore products'"
               " shows.";
    if (error.code == ErrorCode::RequestMismatch)
        return "This key has bought something else before; leave --key out to buy anew.";
    if (exitCode == ExitCode::ServerError || exitCode == ExitCode::Timeout)
        return "To be sure that it is bought, repeat it with --key " + key +
               ": however often it is sent, it buys once. " + shopHint(error);
    return shopHint(error);
}

QByteArray orderLine(const OrderAnswer &order)
{
    return "Order " + QByteArray::number(order.number) + ": " + QByteArray::number(order.quantity) + " x " +
           printable(order.name);
}

QByteArray encoded(const QByteArray &name)
{
    return name.toPercentEncoding();
}

} // namespace

ShopCommands::ShopCommands(const QByteArray &shop, Endpoint catalog, Milliseconds timeout,
                           const Output &output)
    : m_timeout(timeout), m_shop(shop, timeout), m_catalog(std::move(catalog)), m_output(output)
{
}

ExitCode ShopCommands::product(const QByteArray &name) const
{
    const Result<ProductData> answer =
        read<ProductData>(m_shop.get("/products/" + encoded(name)), ErrorCode::ProductNotFound);
    if (!answer) {
        const bool unknown = answer.error().code == ErrorCode::ProductNotFound;
        return m_output.fail(
            {answer.error(), "ask " + m_shop.shop() + " for " + quoted(name),
             unknown ? QByteArray("'toystore products' lists what there is.") : shopHint(answer.error())});
    }
    if (m_output.isForPrograms())
        m_output.object(answer->data);
    else
        m_output.line(productTable({answer->data}));
    return ExitCode::Ok;
}

ExitCode ShopCommands::products() const
{
    const Result<QList<Product>> products = allProducts(m_catalog, m_timeout);
    if (!products)
        return m_output.fail({products.error(),
                              "ask the catalog at " + m_catalog.toByteArray() + " for its toys",
                              shopHint(products.error())});
    ProductList list;
    for (const Product &product : *products)
        list.products.append({product.name, product.price, product.quantity});
    if (m_output.isForPrograms())
        m_output.object(list, list.products);
    else
        m_output.line(productTable(list.products));
    return ExitCode::Ok;
}

ExitCode ShopCommands::buy(const QByteArray &name, qint64 quantity, const QByteArray &key) const
{
    const QByteArray usedKey = key.isEmpty() ? QUuid::createUuid().toByteArray(QUuid::WithoutBraces) : key;
    const Result<BuyAnswer> answer = read<BuyAnswer>(
        m_shop.post("/orders", toJson(BuyRequest{name, quantity}), usedKey), ErrorCode::OrderRejected);
    if (!answer)
        return m_output.fail(
            {answer.error(),
             "buy " + QByteArray::number(quantity) + ' ' + quoted(name) + " at " + m_shop.shop(),
             buyHint(answer.error(), usedKey)},
            buyExitCode(answer.error()));
    if (m_output.isForPrograms())
        m_output.object(BuyResult{answer->data.orderNumber, name, quantity, usedKey});
    else
        m_output.line(orderLine({answer->data.orderNumber, name, quantity}));
    return ExitCode::Ok;
}

ExitCode ShopCommands::order(const QByteArray &number) const
{
    const Result<OrderAnswer> answer =
        read<OrderAnswer>(m_shop.get("/orders/" + encoded(number)), ErrorCode::OrderNotFound);
    if (!answer) {
        const bool unknown = answer.error().code == ErrorCode::OrderNotFound;
        return m_output.fail(
            {answer.error(), "look up order " + quoted(number) + " at " + m_shop.shop(),
             unknown ? QByteArray("'toystore logs' lists the orders.") : shopHint(answer.error())});
    }
    if (m_output.isForPrograms())
        m_output.object(*answer);
    else
        m_output.line(orderLine(*answer));
    return ExitCode::Ok;
}

} // namespace toystore
