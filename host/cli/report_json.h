/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that reports in JSON have in common. Each makes a value, NULL where memory is
 * short, which jansson hands on to the whole. */
#ifndef GPUC_REPORT_JSON_H
#define GPUC_REPORT_JSON_H

#include <jansson.h>
#include <time.h>

#include "gpuclassify.h"
#include "host/cli/known_file.h"

struct gpuc_sink;

/* A text from outside, such as a path; NULL gives null. JSON is UTF-8, so what is none
 * becomes question marks. */
json_t *gpuc_text_json(const char *text);

/* A hash; null where it is empty. */
json_t *gpuc_digest_json(const char *sha256);

/* Processor, cores and system. */
json_t *gpuc_machine_json(void);

/* "2030-12-31T23:59:59Z" */
json_t *gpuc_time_json(time_t moment);

/* What one device did. */
json_t *gpuc_share_json(const struct gpuc_device_share *share);

/* Path, size and hash. */
json_t *gpuc_file_json(const struct gpuc_known_file *file);

/* Writes a value, which it takes over, and a line's end. NULL: GPUC_ENOMEM. */
enum gpuc_status gpuc_write_json(json_t *root, size_t n_digits, struct gpuc_sink *sink,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
