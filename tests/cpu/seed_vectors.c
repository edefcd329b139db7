/* SPDX-License-Identifier: Apache-2.0 */
/* A reader for the one shape of JSON that the file has: fixed fields in a fixed order. */
#include "seed_vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "put_utf8.h"
#include "support/cmocka_all.h"

static const char file_name[] = GPUC_TEST_DATA "/golden/blackbox/seed_vectors.json";

/* The place behind the next "name": and white space. */
static const char *find_field(const char *at, const char *name)
{
    char label[64];
    snprintf(label, sizeof label, "\"%s\":", name);
    at = strstr(at, label);
    if (at == NULL) {
        print_error("%s: there is no %s\n", file_name, label);
        abort();
    }
    at += strlen(label);
    return at + strspn(at, " \n");
}

static const char *read_words(const char *at, const char *name, uint32_t *ret_words,
                              size_t n_words)
{
    at = find_field(at, name);
    for (size_t i = 0; i < n_words; i++) {
        char *end;
        at += strcspn(at, "0123456789");
        ret_words[i] = (uint32_t)strtoul(at, &end, 10);
        at = end;
    }
    return at;
}

static uint32_t read_hex4(const char *at)
{
    char digits[5] = {at[0], at[1], at[2], at[3], '\0'};
    return (uint32_t)strtoul(digits, NULL, 16);
}

/* One character of a string, which may be escaped. */
static const char *read_character(const char *at, uint32_t *ret_character)
{
    if (*at != '\\') {
        *ret_character = (uint8_t)*at;
        return at + 1;
    }
    if (at[1] == 'n') {
        *ret_character = '\n';
        return at + 2;
    }
    assert_int_equal(at[1], 'u');
    *ret_character = read_hex4(at + 2);
    at += 6;
    if (*ret_character >= 0xd800 && *ret_character < 0xdc00) {
        *ret_character = 0x10000 + ((*ret_character - 0xd800) << 10);
        *ret_character += read_hex4(at + 2) - 0xdc00;
        at += 6;
    }
    return at;
}

static const char *read_text(const char *at, struct seed_vector *vector)
{
    at = find_field(at, "s");
    assert_int_equal(*at++, '"');
    vector->text_size = 0;
    while (*at != '"') {
        uint32_t character;
        at = read_character(at, &character);
        assert_in_range(vector->text_size, 0, SEED_TEXT_MAX - UTF8_MAX);
        vector->text_size += put_utf8(vector->text + vector->text_size, character);
    }
    return at;
}

static const char *read_state(const char *at, const char *version,
                              struct seed_state *state)
{
    char name[32];
    snprintf(name, sizeof name, "%s_state_0_1_623", version);
    at = read_words(at, name, state->words, 3);
    snprintf(name, sizeof name, "%s_first_outputs", version);
    at = read_words(at, name, state->outputs, 4);
    snprintf(name, sizeof name, "%s_uniform", version);
    at = find_field(at, name);
    state->uniform = strtod(at + 1, NULL);
    return at;
}

size_t seed_vectors_read(struct seed_vector vectors[SEED_VECTORS_MAX])
{
    static char json[65536];
    FILE *file = fopen(file_name, "rb");
    if (file == NULL)
        fail_msg("%s cannot be opened", file_name);
    size_t size = fread(json, 1, sizeof json - 1, file);
    fclose(file);
    assert_in_range(size, 1, sizeof json - 2);
    json[size] = '\0';

    size_t n_vectors = 0;
    const char *at = json;
    while (strstr(at, "\"s\":") != NULL) {
        assert_in_range(n_vectors, 0, SEED_VECTORS_MAX - 1);
        struct seed_vector *vector = &vectors[n_vectors++];
        at = read_text(at, vector);
        at = find_field(at, "v1_hash");
        vector->python2_hash = strtoull(at + 1, NULL, 16);
        at = read_state(at, "v1", &vector->python2);
        at = read_state(at, "v2", &vector->python3);
    }
    return n_vectors;
}
