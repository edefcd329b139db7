/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_program.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* The language that every kernel keeps to. */
static const char language_option[] = "-cl-std=CL1.2";

/* How much of a compiler's log goes into a message of one line. */
enum { LOG_LINES_MAX = 3, LOG_SIZE_MAX = 600 };

/* Makes one line of the first lines of the log, with " | " between them. */
static void shorten_log(const char *log, char *line, size_t line_size)
{
    size_t used = 0;
    unsigned n_lines = 0;

    while (*log != '\0' && n_lines < LOG_LINES_MAX) {
        size_t size = strcspn(log, "\r\n");
        size_t n_blanks = strspn(log, " \t");
        if (n_blanks < size) {
            const char *between = n_lines > 0 ? " | " : "";
            int n_written = snprintf(line + used, line_size - used, "%s%.*s", between,
                                     (int)(size - n_blanks), log + n_blanks);
            if (n_written < 0 || (size_t)n_written >= line_size - used)
                return;
            used += (size_t)n_written;
            n_lines++;
        }
        log += size + (log[size] != '\0');
    }
}

/* The failure of clBuildProgram with what the compiler said. */
static enum gpuc_status fail_with_log(cl_int code, cl_program program,
                                      cl_device_id device, struct gpuc_error *error)
{
    char line[LOG_SIZE_MAX] = "the driver gives no build log";
    size_t log_size = 0;

    if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL,
                              &log_size) == CL_SUCCESS) {
        /* One more byte than asked for: not every driver ends its log with a NUL. */
        char *log = gpuc_alloc(log_size + 1, 1);
        if (log != NULL && clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG,
                                                 log_size, log, NULL) == CL_SUCCESS)
            shorten_log(log, line, sizeof line);
        gpuc_free(log);
    }
    return gpuc_fail(error, GPUC_EDEVICE, "clBuildProgram: %s (%d): %s",
                     gpuc_cl_code_name(code), (int)code, line);
}

enum gpuc_status gpuc_cl_program_build(cl_context context, cl_device_id device,
                                       const char *source, const char *options,
                                       cl_program *ret_program, struct gpuc_error *error)
{
    char all_options[256];
    enum gpuc_status status;
    cl_int code;

    snprintf(all_options, sizeof all_options, "%s%s", language_option, options);
    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateProgramWithSource", error));
    code = clBuildProgram(program, 1, &device, all_options, NULL, NULL);
    if (code != CL_SUCCESS) {
        status = fail_with_log(code, program, device, error);
        clReleaseProgram(program);
        goto out;
    }
    *ret_program = program;
out:
    return status;
}

static struct gpuc_cl_program *find(const struct gpuc_cl_engine *engine,
                                    const char *source, const char *options)
{
    struct gpuc_cl_program *program = engine->programs;

    while (program != NULL &&
           (program->source != source || strcmp(program->options, options) != 0))
        program = program->next;
    return program;
}

enum gpuc_status gpuc_cl_program_get(struct gpuc_cl_engine *engine, const char *source,
                                     const char *options, cl_program *ret_program,
                                     struct gpuc_error *error)
{
    struct gpuc_cl_program *program = find(engine, source, options);

    if (program == NULL) {
        size_t size = strlen(options) + 1;
        program = gpuc_alloc(1, sizeof *program + size);
        if (program == NULL)
            return gpuc_fail_memory(error, sizeof *program + size, "a kernel");
        enum gpuc_status status =
            gpuc_cl_program_build(engine->context, engine->device.id, source, options,
                                  &program->program, error);
        if (status != GPUC_OK) {
            gpuc_free(program);
            return status;
        }
        program->source = source;
        memcpy(program->options, options, size);
        program->next = engine->programs;
        engine->programs = program;
    }
    *ret_program = program->program;
    return GPUC_OK;
}

void gpuc_cl_programs_done(struct gpuc_cl_program *programs)
{
    while (programs != NULL) {
        struct gpuc_cl_program *next = programs->next;
        clReleaseProgram(programs->program);
        gpuc_free(programs);
        programs = next;
    }
}
