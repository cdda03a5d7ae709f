// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "fuzz/targets.h"

// libFuzzer calls this with what it made up.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    toystore::fuzz::TOYSTORE_FUZZ_TARGET(
        QByteArrayView(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    return 0;
}
