/* SPDX-License-Identifier: Apache-2.0 */
#include "disabled.h"

#include <stdlib.h>
#include <string.h>

/* "sha" and "vbmi" turn instructions off inside the CPU engines, which look for them. */
static const char *const known_words[] = {"avx512", "avx2",   "sse42",      "sha",
                                          "vbmi",   "opencl", "opencl-gpu", "opencl-cpu"};
static const char known_list[] = "avx512, avx2, sse42, sha, vbmi, opencl, opencl-gpu, "
                                 "opencl-cpu, opencl:PLATFORM.DEVICE";

static const char *variable(void)
{
    const char *value = getenv("GPUCLASSIFY_DISABLE");
    return value != NULL ? value : "";
}

/* The next word of the list at *rest, which moves on; false at its end. */
static bool next_word(const char **rest, const char **ret_word, size_t *ret_size)
{
    *rest += strspn(*rest, ",");
    *ret_word = *rest;
    *ret_size = strcspn(*rest, ",");
    *rest += *ret_size;
    return *ret_size > 0;
}

static bool equals(const char *word, size_t size, const char *name)
{
    return strlen(name) == size && memcmp(word, name, size) == 0;
}

/* "opencl:P.D", where P and D are decimal numbers. */
static bool is_opencl_device(const char *word, size_t size)
{
    static const char prefix[] = "opencl:";
    static const char digits[] = "0123456789";
    const char *at = word + sizeof prefix - 1;

    if (size < sizeof prefix || memcmp(word, prefix, sizeof prefix - 1) != 0)
        return false;
    size_t n_platform = strspn(at, digits);
    if (n_platform == 0 || at[n_platform] != '.')
        return false;
    at += n_platform + 1;
    size_t n_device = strspn(at, digits);
    return n_device > 0 && at + n_device == word + size;
}

static bool is_known(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof known_words / sizeof known_words[0]; i++) {
        if (equals(word, size, known_words[i]))
            return true;
    }
    return is_opencl_device(word, size);
}

enum gpuc_status gpuc_disabled_check(struct gpuc_error *error)
{
    const char *rest = variable();
    const char *word;
    size_t size;

    while (next_word(&rest, &word, &size)) {
        if (equals(word, size, "scalar"))
            return gpuc_fail(error, GPUC_EUSAGE,
                             "GPUCLASSIFY_DISABLE: scalar cannot be disabled");
        if (!is_known(word, size))
            return gpuc_fail(error, GPUC_EUSAGE,
                             "GPUCLASSIFY_DISABLE: unknown name '%.*s'; known: %s",
                             size > 100 ? 100 : (int)size, word, known_list);
    }
    return GPUC_OK;
}

bool gpuc_disabled(const char *name)
{
    const char *rest = variable();
    const char *word;
    size_t size;

    while (next_word(&rest, &word, &size)) {
        if (equals(word, size, name))
            return true;
    }
    return false;
}

bool gpuc_isa_usable(enum gpuc_cpu_isa isa, const char *name)
{
    char reason[64];
    return gpuc_cpu_supports(isa, reason, sizeof reason) && !gpuc_disabled(name);
}
