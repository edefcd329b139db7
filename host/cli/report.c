/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "csv/utf8.h"

int gpuc_report_error(const struct gpuc_error *error)
{
    fprintf(stderr, "gpuclassify: %s\n", error->message);
    switch (error->status) {
    case GPUC_OK:
        return GPUC_EXIT_OK;
    case GPUC_EDATA:
    case GPUC_EIO:
    case GPUC_EPIPE:
    case GPUC_ENOMEM:
    case GPUC_ECANCELLED:
        return GPUC_EXIT_DATA;
    case GPUC_EUSAGE:
    case GPUC_EMODEL:
        return GPUC_EXIT_USAGE;
    case GPUC_EDEVICE:
        return GPUC_EXIT_DEVICE;
    }
    return GPUC_EXIT_DATA;
}

int gpuc_report_written(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return GPUC_EXIT_OK;
    fputs("gpuclassify: cannot write to standard output\n", stderr);
    return GPUC_EXIT_DATA;
}

void gpuc_report_warning(const char *text)
{
    if (text[0] != '\0')
        fprintf(stderr, "gpuclassify: warning: %s\n", text);
}

const char *gpuc_grouped(uint64_t number, char *text)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = text;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

uint64_t gpuc_rows_per_second(uint64_t rows, double seconds)
{
    return seconds > 0 ? (uint64_t)((double)rows / seconds + 0.5) : rows;
}

double gpuc_megabytes_per_second(uint64_t bytes, double seconds)
{
    return seconds > 0 ? 1e-6 * (double)bytes / seconds : 0;
}

void gpuc_copy_clean(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text);
    size_t length = strlen(to);
    for (size_t i = 0; i < length; i++) {
        size_t n_valid = gpuc_utf8_valid_prefix((const uint8_t *)to + i, length - i);
        for (size_t end = i + n_valid; i < end; i++)
            if ((unsigned char)to[i] < ' ' || to[i] == 0x7f)
                to[i] = '?';
        if (i < length)
            to[i] = '?';
    }
}
