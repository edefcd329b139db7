/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/report_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cores.h"
#include "cpu/cpu_features.h"
#include "csv/sink.h"
#include "csv/utf8.h"

/* A text from outside, such as a path; NULL gives null. JSON is UTF-8, so what is none
 * becomes question marks. */
json_t *gpuc_text_json(const char *text)
{
    if (text == NULL)
        return json_null();
    char *copy = strdup(text);
    if (copy == NULL)
        return NULL;
    size_t size = strlen(copy);
    for (size_t i = 0;
         (i += gpuc_utf8_valid_prefix((uint8_t *)copy + i, size - i)) < size;)
        copy[i] = '?';
    json_t *value = json_string(copy);
    free(copy);
    return value;
}

/* NULL where it is empty. */
json_t *gpuc_digest_json(const char *sha256)
{
    return sha256[0] != '\0' ? json_string(sha256) : json_null();
}

json_t *gpuc_machine_json(void)
{
    char cpu[64], system[256] = "";
    struct utsname name;
    gpuc_cpu_name(cpu, sizeof cpu);
    if (uname(&name) == 0)
        snprintf(system, sizeof system, "%s %s %s", name.sysname, name.release,
                 name.machine);
    return json_pack("{s:o, s:I, s:o}", "cpu", gpuc_text_json(cpu), "cores",
                     (json_int_t)gpuc_count_cores(), "os", gpuc_text_json(system));
}

json_t *gpuc_time_json(time_t moment)
{
    char text[32];
    struct tm fields;
    gmtime_r(&moment, &fields);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields);
    return json_string(text);
}

json_t *gpuc_share_json(const struct gpuc_device_share *share)
{
    return json_pack("{s:o, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:I, s:b}", "device",
                     gpuc_text_json(share->name), "workers", (json_int_t)share->n_workers,
                     "rows", (json_int_t)share->rows, "calls", (json_int_t)share->n_calls,
                     "seconds", share->seconds, "quantise_seconds",
                     share->quantise_seconds, "copy_seconds", share->copy_seconds,
                     "kernel_seconds", share->kernel_seconds, "copied_bytes",
                     (json_int_t)share->copied_bytes, "lost", share->lost);
}

json_t *gpuc_file_json(const struct gpuc_known_file *file)
{
    return json_pack("{s:o, s:I, s:o}", "path", gpuc_text_json(file->path), "size",
                     (json_int_t)file->info.st_size, "sha256",
                     gpuc_digest_json(file->sha256));
}

struct output {
    struct gpuc_sink *sink;
    struct gpuc_error *error;
    enum gpuc_status status;
};

static int write_piece(const char *text, size_t size, void *context)
{
    struct output *output = context;
    output->status = gpuc_sink_write(output->sink, text, size, output->error);
    return output->status == GPUC_OK ? 0 : -1;
}

enum gpuc_status gpuc_write_json(json_t *root, size_t n_digits, struct gpuc_sink *sink,
                                 struct gpuc_error *error)
{
    struct output output = {sink, error, GPUC_OK};
    enum gpuc_status status = GPUC_OK;
    if (root == NULL ||
        json_dump_callback(root, write_piece, &output,
                           JSON_INDENT(2) | JSON_REAL_PRECISION(n_digits)) != 0)
        status = output.status != GPUC_OK
                     ? output.status
                     : gpuc_fail(error, GPUC_ENOMEM, "out of memory for the report");
    json_decref(root);
    if (status == GPUC_OK)
        status = gpuc_sink_write(sink, "\n", 1, error);
    return status;
}
