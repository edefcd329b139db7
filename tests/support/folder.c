/* SPDX-License-Identifier: Apache-2.0 */
#include "support/folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"

struct test_folder test_folder_new(void)
{
    struct test_folder folder = {0};
    const char *parent = getenv("TMPDIR");
    snprintf(folder.path, sizeof folder.path, "%s/gpuclassify-test-XXXXXX",
             parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static bool is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

void test_folder_free(struct test_folder *folder)
{
    DIR *entries = opendir(folder->path);
    struct dirent *entry;
    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL)
        if (is_entry(entry))
            assert_int_equal(unlink(test_folder_file(folder, entry->d_name)), 0);
    closedir(entries);
    assert_int_equal(rmdir(folder->path), 0);
}

const char *test_folder_file(struct test_folder *folder, const char *name)
{
    int n = snprintf(folder->file_path, sizeof folder->file_path, "%s/%s", folder->path,
                     name);
    assert_in_range(n, 1, sizeof folder->file_path - 1);
    return folder->file_path;
}

const char *test_folder_write(struct test_folder *folder, const char *name,
                              const void *bytes, size_t size)
{
    const char *path = test_folder_file(folder, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
    return path;
}

bool test_folder_holds(struct test_folder *folder, const char *name, const void *bytes,
                       size_t size)
{
    struct test_file file = test_read_file(test_folder_file(folder, name));
    bool same =
        file.bytes != NULL && file.size == size && memcmp(file.bytes, bytes, size) == 0;
    free(file.bytes);
    return same;
}

size_t test_folder_count(const struct test_folder *folder)
{
    DIR *entries = opendir(folder->path);
    struct dirent *entry;
    size_t n_files = 0;
    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL)
        n_files += is_entry(entry);
    closedir(entries);
    return n_files;
}
