/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals at many moments: the program ends by the signal, leaves no temporary file, and
 * the old output is either untouched or completely replaced.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

enum { N_ROWS = 60000, N_MOMENTS = 40 };

static pid_t start(const char *input, const char *output, int stdin_fd)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(stdin_fd >= 0 ? stdin_fd : null, STDIN_FILENO);
        dup2(null, STDERR_FILENO);
        execl(GPUC_PROGRAM, GPUC_PROGRAM, "-m", "blackbox", input, "-o", output,
              "--device", "cpu", (char *)NULL);
        _exit(127);
    }
    return child;
}

static void wait_us(long microseconds)
{
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&time, NULL);
}

static void signals_leave_nothing_half_done(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    char folder[64], input[96], output[96];
    unsigned n_stopped = 0, n_finished = 0;
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    FILE *file = fopen(input, "w");
    assert_non_null(file);
    fputs("id,x\n", file);
    for (int i = 0; i < N_ROWS; i++)
        fprintf(file, "%d,%d\n", i, i);
    assert_int_equal(fclose(file), 0);

    for (int moment = 0; moment < N_MOMENTS; moment++) {
        int status;
        test_write_file(output, "old", 3);
        pid_t child = start(input, output, -1);
        /* Later than the handlers are there, earlier than most jobs end. */
        wait_us(4000 + moment * 3000);
        int number = signals[moment % 3];
        assert_int_equal(kill(child, number), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        struct test_file now = test_read_file(output);
        assert_non_null(now.bytes);
        if (WIFSIGNALED(status)) {
            assert_int_equal(WTERMSIG(status), number);
            assert_int_equal(now.size, 3);
            n_stopped++;
        } else {
            assert_int_equal(WEXITSTATUS(status), 0);
            assert_true(now.size > N_ROWS);
            n_finished++;
        }
        free(now.bytes);
        assert_int_equal(test_folder_count(folder), 2);
    }
    print_message("%u runs stopped, %u had finished\n", n_stopped, n_finished);
    assert_true(n_stopped > 0);
    test_folder_remove(folder);
}

static void a_job_that_waits_for_its_input_stops_too(void **state)
{
    char folder[64], output[96];
    int ends[2], status;
    (void)state;
    test_folder_make(folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = start("-", output, ends[0]);
    assert_int_equal(write(ends[1], "id,x\n1,2\n", 9), 9);
    wait_us(300000);
    assert_int_equal(kill(child, SIGINT), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_int_equal(test_folder_count(folder), 0);
    close(ends[0]);
    close(ends[1]);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_leave_nothing_half_done),
        cmocka_unit_test(a_job_that_waits_for_its_input_stops_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
