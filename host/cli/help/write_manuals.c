/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the manual pages, packed as distributions want them, while the program is built:
 * write_manuals FOLDER DATE. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "host/cli/help/manual.h"

static bool write_page(char **argv, const struct gpuc_command *command)
{
    char path[4096], *page = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&page, &size);
    if (stream == NULL)
        return false;
    gpuc_manual_write(command, argv[2], stream);
    bool is_good = fclose(stream) == 0;
    snprintf(path, sizeof path, "%s/gpuclassify%s%s.1.gz", argv[1],
             command != NULL ? "-" : "", command != NULL ? command->name : "");
    gzFile file = is_good ? gzopen(path, "wb9") : NULL;
    is_good = file != NULL && gzwrite(file, page, (unsigned)size) == (int)size;
    is_good = file != NULL && gzclose(file) == Z_OK && is_good;
    free(page);
    return is_good;
}

int main(int argc, char **argv)
{
    bool is_good = argc == 3 && write_page(argv, NULL);
    for (size_t i = 0; is_good && gpuc_commands[i] != NULL; i++)
        is_good = write_page(argv, gpuc_commands[i]);
    if (!is_good)
        perror("write_manuals");
    return is_good ? 0 : 1;
}
