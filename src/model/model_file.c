/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/table.h"
#include "model/loader.h"

enum { READ_SIZE_FIRST = 1 << 16 };

const struct gpuc_loader *const gpuc_loaders[] = {
    &gpuc_loader_xgboost_ubjson, &gpuc_loader_xgboost_json, &gpuc_loader_lightgbm, NULL};

/* Reads to the end, whatever kind of file it is, with the slack that loaders may read. */
static enum gpuc_status read_whole(int fd, const char *path, size_t size_hint,
                                   struct gpuc_bytes *bytes, struct gpuc_error *error)
{
    size_t room = size_hint > 0 ? size_hint + 1 : READ_SIZE_FIRST;
    for (;;) {
        enum gpuc_status status =
            gpuc_bytes_reserve(bytes, room + GPUC_TEXT_SLACK, error);
        if (status != GPUC_OK)
            return status;
        ssize_t n = read(fd, bytes->data + bytes->size, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return gpuc_fail_errno(error, errno, "%s: cannot read", path);
        if (n == 0)
            break;
        bytes->size += (size_t)n;
        room = bytes->capacity - bytes->size;
        room = room > 2 * GPUC_TEXT_SLACK ? room - GPUC_TEXT_SLACK : READ_SIZE_FIRST;
    }
    memset(bytes->data + bytes->size, 0, GPUC_TEXT_SLACK);
    return GPUC_OK;
}

static enum gpuc_status read_file(const char *path, struct gpuc_bytes *bytes,
                                  struct gpuc_error *error)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return gpuc_fail(error, GPUC_EMODEL,
                         "unknown model '%s': there is no such file, and the built-in "
                         "models are blackbox, blackbox:py2 and blackbox:py3",
                         path);
    if (fd < 0)
        return gpuc_fail_errno(error, errno, "%s: cannot open the model", path);
    enum gpuc_status status;
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode))
        status = gpuc_fail(error, GPUC_EMODEL, "%s: a folder, not a model file", path);
    else
        status = read_whole(fd, path, S_ISREG(info.st_mode) ? (size_t)info.st_size : 0,
                            bytes, error);
    close(fd);
    return status;
}

/* The loader of a format, or of what the file looks like; NULL: there is none. */
static const struct gpuc_loader *find_loader(const struct gpuc_model_file *file,
                                             const char *format)
{
    for (size_t i = 0; gpuc_loaders[i] != NULL; i++)
        if (format != NULL ? strcmp(format, gpuc_loaders[i]->name) == 0
                           : gpuc_loaders[i]->recognise(file))
            return gpuc_loaders[i];
    return NULL;
}

static enum gpuc_status fail_unknown(const struct gpuc_model_file *file,
                                     const char *format, struct gpuc_error *error)
{
    if (format != NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "unknown model format '%s': there are xgboost-json, "
                         "xgboost-ubjson and lightgbm",
                         format);
    if (file->size == 0)
        return gpuc_fail(error, GPUC_EMODEL, "%s: the model file is empty", file->name);
    return gpuc_fail(
        error, GPUC_EMODEL,
        "%s: not a model that is known here: it is neither XGBoost's JSON or "
        "UBJSON nor LightGBM's text",
        file->name);
}

enum gpuc_status gpuc_model_file_load(const char *path,
                                      const struct gpuc_model_options *options,
                                      struct gpuc_model *model, struct gpuc_error *error)
{
    struct gpuc_bytes bytes = {0};
    struct gpuc_iterations iterations;
    enum gpuc_status status;

    GPUC_TRY(gpuc_iterations_read(options->iterations, &iterations, error));
    GPUC_TRY(read_file(path, &bytes, error));
    struct gpuc_model_file file = {.name = path,
                                   .bytes = bytes.data,
                                   .size = bytes.size,
                                   .with_gains = options->with_gains};
    const struct gpuc_loader *loader = find_loader(&file, options->format);
    if (loader == NULL) {
        status = fail_unknown(&file, options->format, error);
        goto out;
    }
    model->kind = GPUC_MODEL_FOREST;
    GPUC_TRY(loader->load(&file, &iterations, model, error));
out:
    gpuc_bytes_done(&bytes);
    return status;
}
