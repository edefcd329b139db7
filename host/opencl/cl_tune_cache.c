/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_tune_cache.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuclassify.h"
#include "host/opencl/cl_tuning.h"

enum { TEXT_SIZE = 256, TEMPORARY_SIZE = 48 };

/* With the NUL, so that no two lists of texts look the same. */
static void add_text(struct gpuc_sha256 *sha256, const char *text)
{
    gpuc_sha256_update(sha256, text, strlen(text) + 1);
}

void gpuc_cl_tune_key(const struct gpuc_cl_device *device,
                      const struct gpuc_forest *forest,
                      char ret_key[GPUC_SHA256_HEX_SIZE])
{
    struct gpuc_sha256 sha256;

    gpuc_sha256_init(&sha256);
    add_text(&sha256, gpuc_version());
    add_text(&sha256, device->name);
    add_text(&sha256, device->vendor);
    add_text(&sha256, device->driver);
    gpuc_sha256_update(&sha256, &device->n_units, sizeof device->n_units);
    for (size_t i = 0; gpuc_cl_shapes[i] != NULL; i++)
        add_text(&sha256, gpuc_cl_shapes[i]->source);
    gpuc_sha256_update(&sha256, forest, (size_t)forest->image_size);
    gpuc_sha256_finish(&sha256, ret_key);
}

/* The file's text. */
static size_t write_text(const char *key, const struct gpuc_cl_choice *choice,
                         char text[TEXT_SIZE])
{
    return (size_t)snprintf(
        text, TEXT_SIZE,
        "gpuclassify tuning 1\nkey %s\nshape %s\ngroup %" PRIu32 "\ntile %" PRIu32 "\n",
        key, choice->shape->name, choice->tuning.group_size, choice->tuning.tile_bytes);
}

static bool read_text(const char *key, const char *text,
                      struct gpuc_cl_choice *ret_choice)
{
    struct gpuc_cl_choice choice = {0};
    char found_key[GPUC_SHA256_HEX_SIZE], name[32], again[TEXT_SIZE];

    /* No number is too long for its type, and what is read is compared with the text. */
    /* NOLINTNEXTLINE(cert-err34-c) */
    if (sscanf(text,
               "gpuclassify tuning 1\nkey %64s\nshape %31s\ngroup %9" SCNu32
               "\ntile %9" SCNu32,
               found_key, name, &choice.tuning.group_size,
               &choice.tuning.tile_bytes) != 4)
        return false;
    choice.shape = gpuc_cl_shape_named(name, strlen(name));
    if (choice.shape == NULL)
        return false;
    write_text(key, &choice, again);
    *ret_choice = choice;
    return strcmp(text, again) == 0;
}

/* The folder of all programs' caches, and ours in it; false: there is none. */
static bool find_folders(char cache[PATH_MAX], char ours[PATH_MAX])
{
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int n = -1;

    /* What is not absolute is to be ignored, says the XDG Base Directory Specification.
     */
    if (xdg != NULL && xdg[0] == '/')
        n = snprintf(cache, PATH_MAX, "%s", xdg);
    else if (home != NULL && home[0] == '/')
        n = snprintf(cache, PATH_MAX, "%s/.cache", home);
    if (n < 0 || n >= PATH_MAX)
        return false;
    n = snprintf(ours, PATH_MAX, "%s/gpuclassify", cache);
    return n > 0 && n < PATH_MAX;
}

/* Opens our folder; -1: that cannot be. */
static int open_folder(bool make)
{
    char cache[PATH_MAX], ours[PATH_MAX];

    if (!find_folders(cache, ours))
        return -1;
    if (make) {
        mkdir(cache, 0700);
        mkdir(ours, 0700);
    }
    return open(ours, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool gpuc_cl_tune_recall(const char *key, struct gpuc_cl_choice *ret_choice)
{
    char text[TEXT_SIZE] = "";
    struct stat found;
    bool is_read = false;

    int folder = open_folder(false);
    if (folder < 0)
        return false;
    /* What is no file, such as a pipe, must not hold us up. */
    int file = openat(folder, key, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file >= 0) {
        is_read = fstat(file, &found) == 0 && S_ISREG(found.st_mode) &&
                  found.st_size < TEXT_SIZE && read(file, text, TEXT_SIZE - 1) > 0;
        close(file);
    }
    close(folder);
    return is_read && read_text(key, text, ret_choice);
}

void gpuc_cl_tune_remember(const char *key, const struct gpuc_cl_choice *choice)
{
    static atomic_uint n_written;
    char text[TEXT_SIZE], temporary[TEMPORARY_SIZE];

    int folder = open_folder(true);
    if (folder < 0)
        return;
    size_t size = write_text(key, choice, text);
    /* A name of our own, whatever other threads and processes write. */
    snprintf(temporary, sizeof temporary, ".%ld-%u", (long)getpid(),
             atomic_fetch_add(&n_written, 1));
    int file = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        bool is_written = write(file, text, size) == (ssize_t)size;
        is_written = close(file) == 0 && is_written;
        if (!is_written || renameat(folder, temporary, folder, key) != 0)
            unlinkat(folder, temporary, 0);
    }
    close(folder);
}
