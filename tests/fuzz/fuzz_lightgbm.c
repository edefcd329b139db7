/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    return fuzz_loader(&gpuc_loader_lightgbm, bytes, size);
}
