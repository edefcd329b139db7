/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Teams of devices: scalar's bytes whoever does the rows, who gets them, and what becomes
 * of a job when a device fails. The devices are CPU engines and fakes.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "host/engine_team.h"
#include "opencl/fake_device.h"
#include "opencl/known_jobs.h"
#include "opencl/random_texts.h"
#include "support/cmocka_all.h"

static struct gpuc_engine *new_team(struct gpuc_engine *const *members, size_t n_members,
                                    struct gpuc_engine *reserve)
{
    struct gpuc_engine *team = NULL;
    assert_int_equal(gpuc_team_new(members, n_members, reserve, &team, NULL), GPUC_OK);
    return team;
}

/* ---- who does the rows ------------------------------------------------------------ */

static void test_cpu_teams(void **state)
{
    static const char *const teams[] = {"cpu+scalar", "scalar+sse42", "avx2+scalar+sse42",
                                        "scalar+cpu"};
    static const uint32_t batch_rows[] = {1, 17, 64, 1000};
    struct gpuc_job_report report;
    struct gpuc_error error;
    (void)state;
    for (size_t t = 0; t < sizeof teams / sizeof teams[0]; t++) {
        struct gpuc_engine *team = NULL;
        if (gpuc_engine_open(teams[t], &team, &error) != GPUC_OK) {
            print_message("%s: SKIPPED, %s\n", teams[t], error.message);
            continue;
        }
        for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
            for (uint32_t k = 0; k < 8; k++)
                known_job_check(&known_jobs[i], team, k % 4 + 1,
                                batch_rows[(k + k / 4) % 4], &report);
        }
        gpuc_engine_close(team);
    }
}

static void test_numbers_of_sessions(void **state)
{
    struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {3, 0}};
    struct fake_device fake = {.name = "fake", .n_places = 1, .batch_rows = 5000};
    struct gpuc_engine *members[] = {fake_open_scalar(), fake_device_open(&fake),
                                     fake_open_scalar()};
    struct gpuc_session *sessions[4];
    (void)state;
    snprintf(members[2]->device.name, sizeof members[2]->device.name, "second");
    struct gpuc_engine *team = new_team(members, 3, NULL);
    assert_string_equal(gpuc_engine_device(team)->name, "scalar+fake+second");
    /* As many as there are threads, at least one for each CPU engine, and the places. */
    assert_int_equal(team->ops->n_sessions(team, 1), 3);
    assert_int_equal(team->ops->n_sessions(team, 7), 8);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(team->ops->attach(team, &model, &sessions[i], NULL), GPUC_OK);
        assert_int_equal(sessions[i]->batch_rows, 5000);
    }
    assert_int_equal(fake.n_attached, 4);
    for (size_t i = 0; i < 4; i++)
        team->ops->detach(sessions[i]);
    assert_int_equal(fake.n_detached, 4);
    gpuc_engine_close(team);
    assert_int_equal(fake.n_closed, 1);
}

/* Workers get the rows that their sessions want, unless the user wants others. */
static void test_batch_rows(void **state)
{
    struct fake_device fake = {.name = "fake", .n_places = 2, .batch_rows = 30000};
    struct gpuc_engine *members[] = {fake_device_open(&fake)};
    struct gpuc_engine *team = new_team(members, 1, NULL);
    struct gpuc_job_report report;
    (void)state;
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        known_job_check(&known_jobs[i], team, 2, 0, &report);
        assert_int_equal(report.batch_rows, 30000);
        known_job_check(&known_jobs[i], team, 2, 7, &report);
        assert_int_equal(report.batch_rows, 7);
    }
    gpuc_engine_close(team);
}

/* Calls that begin while another is under way: each on a session of its own. */
struct nested {
    struct gpuc_engine *team;
    struct gpuc_session *sessions[3];
    size_t depth;
    const struct gpuc_texts *texts;
    struct gpuc_blackbox_results results;
};

static void call(void *context)
{
    struct nested *nested = context;
    if (nested->depth == 3)
        return;
    struct gpuc_session *session = nested->sessions[nested->depth++];
    assert_int_equal(
        nested->team->ops->classify(
            session,
            &(struct gpuc_work){.texts = nested->texts, .blackbox = nested->results},
            NULL),
        GPUC_OK);
}

static struct gpuc_job_report run_nested(struct gpuc_engine *team, struct nested *nested)
{
    static const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                            .blackbox = {3, 0}};
    struct gpuc_texts texts = random_texts(10, 100, 0, 1);
    struct gpuc_job_report report = {0};
    nested->team = team;
    nested->texts = &texts;
    nested->results = new_results(10);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(team->ops->attach(team, &model, &nested->sessions[i], NULL),
                         GPUC_OK);
    while (nested->depth < 3)
        call(nested);
    for (size_t i = 0; i < 3; i++) {
        team->ops->report(nested->sessions[i], &report);
        team->ops->detach(nested->sessions[i]);
    }
    free_results(&nested->results);
    gpuc_texts_done(&texts);
    gpuc_engine_close(team);
    return report;
}

/* CPU engines have the sessions in turn. */
static void test_turns(void **state)
{
    struct nested nested = {0};
    struct gpuc_engine *members[] = {fake_open_scalar(), fake_open_scalar()};
    (void)state;
    snprintf(members[1]->device.name, sizeof members[1]->device.name, "second");
    struct gpuc_job_report report = run_nested(new_team(members, 2, NULL), &nested);
    assert_int_equal(known_job_share(&report, "scalar")->rows, 20);
    assert_int_equal(known_job_share(&report, "second")->rows, 10);
}

/* With all places taken, rows stay on the thread. */
static void test_places(void **state)
{
    struct nested nested = {0};
    struct fake_device fake = {
        .name = "fake", .n_places = 2, .during = call, .context = &nested};
    struct gpuc_engine *members[] = {fake_open_scalar(), fake_device_open(&fake)};
    (void)state;
    struct gpuc_job_report report = run_nested(new_team(members, 2, NULL), &nested);
    assert_int_equal(known_job_share(&report, "fake")->rows, 20);
    assert_int_equal(known_job_share(&report, "fake")->n_workers, 2);
    assert_int_equal(known_job_share(&report, "scalar")->rows, 10);
}

/* Without a CPU engine, the least busy device has the rows. */
static void test_least_busy(void **state)
{
    struct nested nested = {0};
    struct fake_device slim = {
        .name = "slim", .n_places = 1, .during = call, .context = &nested};
    struct fake_device wide = {
        .name = "wide", .n_places = 3, .during = call, .context = &nested};
    struct gpuc_engine *members[] = {fake_device_open(&slim), fake_device_open(&wide)};
    (void)state;
    struct gpuc_job_report report = run_nested(new_team(members, 2, NULL), &nested);
    assert_int_equal(known_job_share(&report, "slim")->rows, 10);
    assert_int_equal(known_job_share(&report, "wide")->rows, 20);
}

/* ---- devices that fail ------------------------------------------------------------ */

static const enum gpuc_status device_failures[] = {GPUC_EDEVICE, GPUC_ENOMEM};

/* What is told while a job runs is what reports say in the end. */
static void test_shares(void **state)
{
    struct fake_device fake = {.name = "fake", .n_places = 1, .n_good_calls = UINT32_MAX};
    struct gpuc_engine *members[] = {fake_device_open(&fake), fake_open_scalar()};
    struct gpuc_team_share shares[GPUC_TEAM_MEMBERS_MAX + 1];
    uint64_t n_fake = 0, n_scalar = 0;
    (void)state;
    assert_int_equal(gpuc_team_shares(members[1], shares), 0);
    struct gpuc_engine *team = new_team(members, 2, NULL);
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        struct gpuc_job_report report;
        known_job_check(&known_jobs[i], team, 2, 50, &report);
        n_fake += known_job_share(&report, "fake")->rows;
        n_scalar += known_job_share(&report, "scalar")->rows;
        assert_int_equal(gpuc_team_shares(team, shares), 2);
        assert_string_equal(shares[0].name, "fake");
        assert_string_equal(shares[1].name, "scalar");
        assert_int_equal(shares[0].rows, n_fake);
        assert_int_equal(shares[1].rows, n_scalar);
    }
    assert_true(n_fake > 0);
    gpuc_engine_close(team);
}

/* The reserve does what the device leaves, once and for all. */
static void check_loss(struct fake_device *fake, bool reserve_is_member,
                       uint32_t n_threads)
{
    struct gpuc_engine *members[] = {fake_device_open(fake), fake_open_scalar()};
    struct gpuc_engine *team = new_team(members, reserve_is_member ? 2 : 1, members[1]);
    struct gpuc_job_report report;
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        unsigned n_failures = fake->n_failures;
        known_job_check(&known_jobs[i], team, n_threads, 50, &report);
        bool is_first = i == 0;
        assert_string_equal(report.warning, !is_first ? ""
                                            : fake->fails_to_attach
                                                ? "fake failed (planted at attach); "
                                                  "scalar did the rest"
                                                : "fake failed (planted); scalar did "
                                                  "the rest");
        assert_true(known_job_share(&report, "fake")->lost);
        assert_false(known_job_share(&report, "scalar")->lost);
        if (!is_first) {
            assert_int_equal(known_job_share(&report, "scalar")->rows, report.rows);
            assert_int_equal(fake->n_failures, n_failures);
        }
    }
    struct gpuc_team_share shares[GPUC_TEAM_MEMBERS_MAX + 1];
    size_t n_shares = gpuc_team_shares(team, shares);
    assert_true(n_shares >= 2);
    assert_string_equal(shares[n_shares - 1].name, "scalar");
    assert_true(shares[n_shares - 1].rows > 0);
    /* No more than the calls that had begun when it failed first. */
    assert_true(fake->n_failures <= n_threads + fake->n_places);
    gpuc_engine_close(team);
    assert_int_equal(fake->n_detached, fake->n_attached);
    assert_int_equal(fake->n_closed, fake->n_opened);
}

static void test_loss(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 24; k++) {
        struct fake_device fake = {.name = "fake",
                                   .failure = device_failures[k % 2],
                                   /* A member beside it may leave it but one call. */
                                   .n_good_calls = k / 12 == 1 ? 0 : k % 3 * 3,
                                   .n_places = 1 + k % 2,
                                   .once = k % 4 == 3};
        check_loss(&fake, k / 12 == 1, 1 + k % 4);
        assert_true(fake.n_failures > 0);
    }
}

static void test_loss_at_attach(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct fake_device fake = {.name = "fake",
                                   .failure = device_failures[k % 2],
                                   .fails_to_attach = true,
                                   .n_places = 1};
        check_loss(&fake, k / 2 == 1, 2);
        assert_int_equal(fake.n_calls, 0);
    }
}

/* Of two devices, the other goes on before the reserve has to. */
static void test_loss_of_one_of_two(void **state)
{
    struct fake_device bad = {.name = "bad", .failure = GPUC_EDEVICE, .n_places = 1};
    struct fake_device good = {.name = "good", .n_places = 1};
    struct gpuc_engine *members[] = {fake_device_open(&bad), fake_device_open(&good)};
    struct gpuc_engine *team = new_team(members, 2, fake_open_scalar());
    struct gpuc_job_report report;
    (void)state;
    known_job_check(&known_jobs[0], team, 2, 50, &report);
    assert_true(known_job_share(&report, "bad")->lost);
    assert_int_equal(known_job_share(&report, "good")->rows, report.rows);
    gpuc_engine_close(team);
}

/* Where nobody takes over, the job fails, and there is no output. */
static void check_failure(struct fake_device *fake, struct gpuc_engine *team,
                          const char *expected)
{
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        struct gpuc_error error;
        known_job_check_failure(&known_jobs[i], team, fake->failure, &error);
        assert_string_equal(error.message, expected);
    }
    gpuc_engine_close(team);
    assert_int_equal(fake->n_detached, fake->n_attached);
}

static void test_failure_without_reserve(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct fake_device fake = {.name = "fake",
                                   .failure = device_failures[k % 2],
                                   .fails_to_attach = k / 2 == 1,
                                   .n_places = 1};
        struct gpuc_engine *members[] = {fake_device_open(&fake), fake_open_scalar()};
        check_failure(&fake, new_team(members, 2, NULL),
                      k / 2 == 1 ? "fake: planted at attach" : "fake: planted");
    }
}

/* What is no fault of the device is not hidden. */
static void test_other_failures(void **state)
{
    struct fake_device fake = {.name = "fake", .failure = GPUC_EDATA, .n_places = 1};
    struct gpuc_engine *members[] = {fake_device_open(&fake)};
    (void)state;
    check_failure(&fake, new_team(members, 1, fake_open_scalar()), "fake: planted");
}

static void test_no_memory(void **state)
{
    struct fake_device fake = {.name = "fake", .n_places = 1};
    struct gpuc_engine *members[] = {fake_device_open(&fake)};
    struct gpuc_engine *team = NULL;
    (void)state;
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_team_new(members, 1, NULL, &team, NULL), GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    assert_int_equal(fake.n_closed, 0);
    gpuc_engine_close(members[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_teams),
        cmocka_unit_test(test_numbers_of_sessions),
        cmocka_unit_test(test_batch_rows),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_least_busy),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_loss),
        cmocka_unit_test(test_loss_at_attach),
        cmocka_unit_test(test_loss_of_one_of_two),
        cmocka_unit_test(test_failure_without_reserve),
        cmocka_unit_test(test_other_failures),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, known_jobs_make, known_jobs_free);
}
