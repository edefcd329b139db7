/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/version.h"

#include "csv/unpack.h"
#include "host/device_names.h"
#include "model/loader.h"

static void print_engines(FILE *stream)
{
    const struct gpuc_engine_ops *opencl = gpuc_device_family("opencl");
    const struct gpuc_engine_ops *family;

    fprintf(stream, "engines:");
    for (size_t i = 0; (family = gpuc_device_families[i]) != NULL; i++) {
        if (gpuc_is_built(family))
            fprintf(stream, " %s", family->name);
    }
    if (opencl != NULL)
        fprintf(stream, "\nOpenCL: yes (%s and later)\n", opencl->interface);
    else
        fprintf(stream, "\nOpenCL: no\n");
}

static void print_formats(FILE *stream)
{
    const struct gpuc_unpack_format *format;

    fprintf(stream, "models: black box");
    for (size_t i = 0; gpuc_loaders[i] != NULL; i++)
        fprintf(stream, ", %s", gpuc_loaders[i]->summary);
    fprintf(stream, "\npacked files: ");
    for (size_t i = 0; (format = gpuc_unpack_formats[i]) != NULL; i++)
        fprintf(stream, "%s%s (%s %s)", i > 0 ? ", " : "", format->name, format->library,
                format->library_version());
    fprintf(stream, "\n");
}

void gpuc_print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "gpuclassify %s\n", gpuc_version());
    print_engines(stream);
    print_formats(stream);
    fprintf(stream, "compiler: %s\nlicence: Apache-2.0\n", GPUC_COMPILER);
}
