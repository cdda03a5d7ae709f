// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "stock/toylist.h"

#include "base/logging.h"

#include <QSet>

#include <algorithm>

namespace toystore
{

namespace
{

constexpr double mostExpensive = 1e9;

struct ToyList {
    QList<Toy> toys;

    template <typename Self, typename Visitor>
    static void fields(Self &self, Visitor &visit)
    {
        visit("toys", self.toys, maxToys);
    }
};

bool hasControlCharacters(QByteArrayView text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

Result<QList<Toy>> parseToys(QByteArrayView json)
{
    const Result<JsonTree> tree = JsonTree::parse(json);
    if (!tree)
        return failure(tree.error());
    Result<ToyList> list = decodeFields<ToyList>(tree->root());
    if (!list)
        return failure(list.error());
    if (list->toys.isEmpty())
        return failure(ErrorCode::InvalidField, "toys: a store needs at least one toy");
    QSet<QByteArray> names;
    for (qsizetype i = 0; i < list->toys.size(); ++i) {
        const Toy &toy = list->toys[i];
        const QByteArray place = "toys[" + QByteArray::number(i) + "] ('" + printable(toy.name) + "')";
        if (toy.name.isEmpty() || hasControlCharacters(toy.name))
            return failure(ErrorCode::InvalidField,
                           place + ": name must have text and no control characters");
        if (names.contains(toy.name))
            return failure(ErrorCode::InvalidField, place + ": name is given twice");
        if (!(toy.price >= 0 && toy.price <= mostExpensive))
            return failure(ErrorCode::OutOfRange, place + ": price must be from 0 to a billion");
        names.insert(toy.name);
    }
    return std::move(list->toys);
}

} // namespace toystore
