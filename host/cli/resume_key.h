/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_RESUME_KEY_H
#define GPUC_RESUME_KEY_H

#include "base/bytes.h"
#include "host/cli/options/options.h"

/*
 * Writes the resume_key of struct gpuc_job_options, with a NUL: the model's hash, and
 * every option on the command line but those on computing and messages, which change no
 * byte of the output.
 */
enum gpuc_status gpuc_resume_key(const struct gpuc_options *options, int cancel_fd,
                                 struct gpuc_bytes *ret_key, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
