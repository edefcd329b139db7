/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/packed_content.h"

#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/random.h"

uint8_t packed_content[PACKED_SIZE], packed_got[PACKED_SIZE + 1];
struct test_folder packed_folder;

int packed_set_up(void **state)
{
    (void)state;
    struct test_random random = {11};
    for (size_t i = 0; i < PACKED_SIZE; i++)
        packed_content[i] = (uint8_t) "0123456789,.\n"[test_random_below(&random, 13)];
    packed_folder = test_folder_new();
    return 0;
}

int packed_tear_down(void **state)
{
    (void)state;
    test_folder_free(&packed_folder);
    return 0;
}

enum gpuc_status packed_read_all(struct gpuc_source *source, size_t piece, size_t *ret_n,
                                 struct gpuc_error *error)
{
    size_t n = 1;
    enum gpuc_status status = GPUC_OK;
    for (*ret_n = 0; status == GPUC_OK && n > 0;) {
        size_t room = sizeof packed_got - *ret_n;
        status = gpuc_source_read(source, packed_got + *ret_n,
                                  piece < room ? piece : room, &n, error);
        if (status == GPUC_OK)
            *ret_n += n;
    }
    return status;
}

enum gpuc_status packed_read(const struct packed *packed, size_t piece, size_t *ret_n,
                             struct gpuc_error *error)
{
    struct gpuc_source *source = NULL;
    /* Not by its name is it known. */
    const char *path =
        test_folder_write(&packed_folder, "in.csv", packed->bytes, packed->size);
    enum gpuc_status status = gpuc_source_open(path, true, -1, &source, error);
    *ret_n = 0;
    if (status == GPUC_OK)
        status = packed_read_all(source, piece, ret_n, error);
    gpuc_source_close(source);
    /* Some file systems write to disk what replaces bytes of a file, and are slow then.
     */
    unlink(path);
    return status;
}

void packed_check(const struct packed *packed, size_t size, size_t piece)
{
    struct gpuc_error error = {.message = ""};
    size_t n;
    enum gpuc_status status = packed_read(packed, piece, &n, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    assert_int_equal(n, size);
    assert_memory_equal(packed_got, packed_content, size);
}
