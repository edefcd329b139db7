/* SPDX-License-Identifier: Apache-2.0 */
#include "features/missing_tokens.h"

#include "csv/number.h"
#include "pandas/missing.h"

enum gpuc_status gpuc_missing_tokens_init(struct gpuc_missing_tokens *missing,
                                          const char *list, struct gpuc_error *error)
{
    double number;
    *missing = (struct gpuc_missing_tokens){.is_default = list == NULL};
    if (list == NULL)
        return GPUC_OK;
    enum gpuc_status status =
        gpuc_text_list_read(&missing->tokens, list, "--missing", error);
    if (status != GPUC_OK) {
        gpuc_missing_tokens_done(missing);
        return status;
    }
    for (size_t i = 0; i < missing->tokens.n_items; i++)
        if (gpuc_number_read((const uint8_t *)gpuc_text_list_at(&missing->tokens, i),
                             missing->tokens.items[i].size, &number))
            missing->any_number = true;
    return GPUC_OK;
}

static bool is_nan_word(const uint8_t *text, size_t size)
{
    return size == 3 && (text[0] | 0x20) == 'n' && (text[1] | 0x20) == 'a' &&
           (text[2] | 0x20) == 'n';
}

bool gpuc_missing_tokens_have(const struct gpuc_missing_tokens *missing,
                              const uint8_t *text, size_t size)
{
    if (missing->is_default)
        return gpuc_is_missing(text, size) || is_nan_word(text, size);
    return gpuc_text_list_find(&missing->tokens, text, size) != SIZE_MAX;
}

void gpuc_missing_tokens_done(struct gpuc_missing_tokens *missing)
{
    gpuc_text_list_done(&missing->tokens);
}
