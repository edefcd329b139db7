/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* A handler can reach nothing but file-scope objects. */
static volatile sig_atomic_t caught;
static int wake_fd = -1;

static void on_signal(int number)
{
    caught = number;
    /* If the pipe is full it is readable already, which is all that matters. */
    ssize_t written = write(wake_fd, "", 1);
    (void)written;
}

/* The signals that ask how far the job is. */
static sigset_t asking_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
#ifdef SIGINFO
    sigaddset(&set, SIGINFO);
#endif
    return set;
}

void gpuc_signals_block_asking(void)
{
    const sigset_t asking = asking_signals();
    pthread_sigmask(SIG_BLOCK, &asking, NULL);
}

int gpuc_signals_catch(void)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    wake_fd = ends[1];
    /* Who asks a second time gets what he wants at once. */
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof stopping[0]; i++) {
        struct sigaction old;
        /* What nohup ignores stays ignored. */
        if (sigaction(stopping[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stopping[i], &action, NULL);
    }
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
    /* What is ignored would not even end a wait. */
    signal(SIGUSR1, SIG_DFL);
    gpuc_signals_block_asking();
    return ends[0];
}

bool gpuc_signals_wait(double seconds)
{
    const sigset_t asking = asking_signals();
    const struct timespec most = {.tv_sec = (time_t)seconds,
                                  .tv_nsec = (long)(1e9 * (seconds - (time_t)seconds))};
    return sigtimedwait(&asking, NULL, seconds > 0 ? &most : NULL) >= 0;
}

void gpuc_signals_wake(pthread_t thread)
{
    pthread_kill(thread, SIGUSR1);
}

void gpuc_signals_raise_pipe(void)
{
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
}

void gpuc_signals_raise(void)
{
    if (caught == 0)
        return;
    signal(caught, SIG_DFL);
    raise(caught);
}
