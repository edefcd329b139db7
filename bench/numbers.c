/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast numbers become text and text becomes numbers, on one thread, beside the C
 * library. CSV on standard output; what we read must be what strtod() reads, bit for bit,
 * so a fast wrong answer fails.
 *
 *     numbers [COUNT [DATA]]
 *
 * DATA is a part of the name of the data to take; all without it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "cpu/cpu_features.h"
#include "csv/double_text.h"
#include "csv/float_text.h"
#include "csv/number.h"
#include "csv/number_padded.h"
#include "host/rows/random.h"

enum { N_RUNS = 31, TEXT_SIZE = 48 };

/* Texts one behind the other, a comma between them, and the values they were made of. */
struct numbers {
    size_t n_numbers;
    double *values;
    uint32_t *offsets; /* n_numbers + 1, each one behind a comma */
    char *text;
};

typedef uint64_t measured(const struct numbers *numbers);

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static uint64_t add_to_sum(uint64_t sum, uint64_t value)
{
    sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 32;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t read_ours(const struct numbers *numbers)
{
    const uint8_t *text = (const uint8_t *)numbers->text;
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const uint32_t begin = numbers->offsets[i];
        double value = 0;
        gpuc_number_read(text + begin, numbers->offsets[i + 1] - 1 - begin, &value);
        sum = add_to_sum(sum, bits_of(value));
    }
    return sum;
}

static uint64_t read_padded(const struct numbers *numbers)
{
    const uint8_t *text = (const uint8_t *)numbers->text;
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const uint32_t begin = numbers->offsets[i];
        double value = 0;
        gpuc_number_read_padded(text + begin, numbers->offsets[i + 1] - 1 - begin,
                                &value);
        sum = add_to_sum(sum, bits_of(value));
    }
    return sum;
}

static uint64_t read_strtod(const struct numbers *numbers)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++)
        sum = add_to_sum(sum, bits_of(strtod(numbers->text + numbers->offsets[i], NULL)));
    return sum;
}

/* One byte and the size of a text, so that it is not made in vain. More bytes than were
 * written at once would have to wait for the writes. */
static uint64_t word_of_text(const char *text, size_t size)
{
    return (uint64_t)(uint8_t)text[size / 2] << 8 | size;
}

static uint64_t print_float64(const struct numbers *numbers)
{
    char text[TEXT_SIZE] = "";
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const size_t size = gpuc_double_text(numbers->values[i], text);
        sum = add_to_sum(sum, word_of_text(text, size));
    }
    return sum;
}

static uint64_t print_float32(const struct numbers *numbers)
{
    char text[TEXT_SIZE] = "";
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const size_t size = gpuc_float_text((float)numbers->values[i], text);
        sum = add_to_sum(sum, word_of_text(text, size));
    }
    return sum;
}

static uint64_t print_17_digits(const struct numbers *numbers)
{
    char text[TEXT_SIZE] = "";
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const int size = snprintf(text, sizeof text, "%.17g", numbers->values[i]);
        sum = add_to_sum(sum, word_of_text(text, (size_t)size));
    }
    return sum;
}

static uint64_t print_9_digits(const struct numbers *numbers)
{
    char text[TEXT_SIZE] = "";
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const int size =
            snprintf(text, sizeof text, "%.9g", (double)(float)numbers->values[i]);
        sum = add_to_sum(sum, word_of_text(text, (size_t)size));
    }
    return sum;
}

/* The fastest of N_RUNS, which is the one that other programs disturbed least. */
static uint64_t measure(const char *cpu, const char *what, const char *data,
                        measured *function, const struct numbers *numbers)
{
    double seconds = HUGE_VAL;
    uint64_t sum = 0;
    for (size_t run = 0; run < N_RUNS; run++) {
        const double start = now();
        sum = function(numbers);
        seconds = fmin(seconds, now() - start);
    }
    printf("\"%s\",%s,\"%s\",%zu,%.1f,%016" PRIx64 "\n", cpu, what, data,
           numbers->n_numbers, 1e9 * seconds / (double)numbers->n_numbers, sum);
    return sum;
}

/* How numbers are written: by printf(), or as the shortest text of a type. */
struct format {
    const char *name;
    char conversion; /* f, g or e; d: float64, s: float32 */
    int digits;
    double scale;
};

static size_t print_as(char *text, const struct format *format, double value)
{
    if (format->conversion == 'd')
        return gpuc_double_text(value, text);
    if (format->conversion == 's')
        return gpuc_float_text((float)value, text);
    if (format->conversion == 'f')
        return (size_t)snprintf(text, TEXT_SIZE, "%.*f", format->digits, value);
    if (format->conversion == 'e')
        return (size_t)snprintf(text, TEXT_SIZE, "%.*e", format->digits, value);
    return (size_t)snprintf(text, TEXT_SIZE, "%.*g", format->digits, value);
}

static const struct format formats[] = {
    {"%.0f", 'f', 0, 1},
    {"%.0f of millions", 'f', 0, 1e6},
    {"%.0f of 10^17", 'f', 0, 1e17},
    {"%.3f", 'f', 3, 1},
    {"%.9g", 'g', 9, 1},
    {"%.17g", 'g', 17, 1},
    {"%.8e", 'e', 8, 1},
    {"shortest float32", 's', 0, 1},
    {"shortest float64", 'd', 0, 1},
    {"shortest float32 of 10^-6", 's', 0, 1e-6},
    {"shortest float64 of 10^-6", 'd', 0, 1e-6},
    {"shortest float64 of 10^20", 'd', 0, 1e20},
};

enum { N_FORMATS = sizeof formats / sizeof *formats };

/* In `n_formats` formats in turn, as the columns of rows. */
static void make_numbers(struct numbers *numbers, const struct format *first,
                         size_t n_formats)
{
    uint64_t random = 1;
    char *end = numbers->text + GPUC_NUMBER_PADDING;
    for (size_t i = 0; i < numbers->n_numbers; i++) {
        const struct format *const format = first + i % n_formats;
        const double unit = gpuc_random_uniform(&random) - 0.5;
        const double value = unit * (i % 3 == 0 ? 200 : 2) * format->scale;
        numbers->offsets[i] = (uint32_t)(end - numbers->text);
        end += print_as(end, format, value);
        *end++ = ',';
        numbers->values[i] = strtod(numbers->text + numbers->offsets[i], NULL);
    }
    numbers->offsets[numbers->n_numbers] = (uint32_t)(end - numbers->text);
}

/* Returns whether all read the same. */
static bool bench(const char *data, const struct numbers *numbers)
{
    char cpu[64];
    gpuc_cpu_name(cpu, sizeof cpu);
    const uint64_t sum = measure(cpu, "read float64", data, read_ours, numbers);
    bool is_right =
        sum == measure(cpu, "read padded float64", data, read_padded, numbers);
    is_right &= sum == measure(cpu, "strtod", data, read_strtod, numbers);
    measure(cpu, "print float64", data, print_float64, numbers);
    measure(cpu, "snprintf %.17g", data, print_17_digits, numbers);
    measure(cpu, "print float32", data, print_float32, numbers);
    measure(cpu, "snprintf %.9g", data, print_9_digits, numbers);
    return is_right;
}

static bool bench_all(struct numbers *numbers, const char *wanted)
{
    static const char rows[] = "all of these in turn";
    bool is_right = true;
    printf("cpu,what,data,numbers,ns_per_number,checksum\n");
    for (size_t i = 0; i < N_FORMATS; i++)
        if (strstr(formats[i].name, wanted) != NULL) {
            make_numbers(numbers, &formats[i], 1);
            is_right &= bench(formats[i].name, numbers);
        }
    if (strstr(rows, wanted) != NULL) {
        make_numbers(numbers, formats, N_FORMATS);
        is_right &= bench(rows, numbers);
    }
    return is_right;
}

int main(int argc, char **argv)
{
    const unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    if (count == 0 || count > 10000000) {
        fprintf(stderr, "usage: numbers [COUNT [DATA]]\n");
        return 2;
    }
    struct numbers numbers = {
        .n_numbers = count,
        .values = gpuc_alloc(count, sizeof(double)),
        .offsets = gpuc_alloc(count + 1, sizeof(uint32_t)),
        .text = gpuc_alloc(count + 1, TEXT_SIZE),
    };
    int result = 1;
    if (numbers.values == NULL || numbers.offsets == NULL || numbers.text == NULL)
        fprintf(stderr, "numbers: no memory for %lu numbers\n", count);
    else if (!bench_all(&numbers, argc > 2 ? argv[2] : ""))
        fprintf(stderr, "numbers: not what strtod reads\n");
    else
        result = 0;
    gpuc_free(numbers.values);
    gpuc_free(numbers.offsets);
    gpuc_free(numbers.text);
    return result;
}
