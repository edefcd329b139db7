/* SPDX-License-Identifier: Apache-2.0 */
#include "host/engine_team.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* No member. */
enum { NONE = GPUC_TEAM_MEMBERS_MAX };

struct member {
    struct gpuc_engine *engine;
    uint32_t n_places; /* calls at once that keep it busy; 0: a CPU engine */
    uint32_t n_calls;  /* under way */
    uint64_t n_rows;   /* classified so far, by all sessions */
    bool is_lost;
    bool is_told;    /* a report has the warning */
    char cause[128]; /* of its loss */
};

struct team {
    struct gpuc_engine base;
    struct member members[GPUC_TEAM_MEMBERS_MAX];
    size_t n_members;
    size_t n_cpus;
    struct gpuc_engine *reserve; /* NULL: none */
    uint64_t n_reserve_rows;     /* that it has done in place of others */
    size_t n_attached;           /* so far, which tells whose turn it is among CPUs */
    pthread_mutex_t lock;
};

struct team_session {
    struct gpuc_session base;
    size_t cpu; /* the member on this thread; NONE */
    /* By member; NULL: a CPU engine of other sessions, or lost before. */
    struct gpuc_session *sessions[GPUC_TEAM_MEMBERS_MAX];
    struct gpuc_session *spare; /* of the reserve; NULL: not needed so far */
};

static struct team *team_of(const struct gpuc_session *session)
{
    return (struct team *)session->engine;
}

/* ---- losing a device ------------------------------------------------------------- */

/* Whether the team goes on without a device that failed so; it is not asked again. */
static bool lose(struct team *team, struct member *member, enum gpuc_status status,
                 const char *cause)
{
    bool goes_on = member->n_places > 0 && team->reserve != NULL &&
                   (status == GPUC_EDEVICE || status == GPUC_ENOMEM);
    pthread_mutex_lock(&team->lock);
    if (goes_on && !member->is_lost) {
        member->is_lost = true;
        snprintf(member->cause, sizeof member->cause, "%.*s",
                 (int)sizeof member->cause - 1, cause);
    }
    pthread_mutex_unlock(&team->lock);
    return goes_on;
}

/* A failure for the caller, which names the member. */
static enum gpuc_status pass_on(const struct member *member, enum gpuc_status status,
                                const struct gpuc_error *cause, struct gpuc_error *error)
{
    return gpuc_fail(error, status, "%s: %s", member->engine->device.name,
                     cause->message);
}

/* ---- sessions -------------------------------------------------------------------- */

/* The CPU engine whose turn it is. */
static size_t next_cpu(struct team *team)
{
    size_t turn = team->n_cpus > 0 ? team->n_attached++ % team->n_cpus : 0;

    for (size_t i = 0; i < team->n_members; i++) {
        if (team->members[i].n_places == 0 && turn-- == 0)
            return i;
    }
    return NONE;
}

static void detach_all(struct team_session *session)
{
    struct team *team = team_of(&session->base);

    pthread_mutex_lock(&team->lock);
    for (size_t i = 0; i < team->n_members; i++)
        team->members[i].engine->ops->detach(session->sessions[i]);
    if (session->spare != NULL)
        team->reserve->ops->detach(session->spare);
    pthread_mutex_unlock(&team->lock);
    gpuc_free(session);
}

static enum gpuc_status attach_member(struct team_session *session, size_t i,
                                      struct gpuc_error *error)
{
    struct team *team = team_of(&session->base);
    struct member *member = &team->members[i];
    struct gpuc_error cause;
    enum gpuc_status status = GPUC_OK;

    if (member->n_places == 0 && i != session->cpu)
        return GPUC_OK;
    pthread_mutex_lock(&team->lock);
    if (!member->is_lost)
        status = member->engine->ops->attach(member->engine, session->base.model,
                                             &session->sessions[i], &cause);
    pthread_mutex_unlock(&team->lock);
    if (status == GPUC_OK) {
        size_t wanted =
            session->sessions[i] != NULL ? session->sessions[i]->batch_rows : 0;
        if (session->base.batch_rows < wanted)
            session->base.batch_rows = wanted;
        return GPUC_OK;
    }
    if (lose(team, member, status, cause.message))
        return GPUC_OK;
    return pass_on(member, status, &cause, error);
}

static enum gpuc_status attach(struct gpuc_engine *engine, const struct gpuc_model *model,
                               struct gpuc_session **ret_session,
                               struct gpuc_error *error)
{
    struct team *team = (struct team *)engine;
    enum gpuc_status status = GPUC_OK;
    struct team_session *session = gpuc_alloc(1, sizeof *session);

    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "a session");
    session->base.engine = engine;
    session->base.model = model;
    session->cpu = next_cpu(team);
    for (size_t i = 0; i < team->n_members; i++)
        GPUC_TRY(attach_member(session, i, error));
    *ret_session = &session->base;
out:
    if (status != GPUC_OK)
        detach_all(session);
    return status;
}

static void detach(struct gpuc_session *session)
{
    if (session != NULL)
        detach_all((struct team_session *)session);
}

/* ---- classifying ----------------------------------------------------------------- */

/* Chooses who does the next call of a session, and counts the call. */
static size_t choose(struct team *team, const struct team_session *session)
{
    size_t chosen = NONE;

    pthread_mutex_lock(&team->lock);
    for (size_t i = 0; i < team->n_members; i++) {
        const struct member *member = &team->members[i];
        const struct member *best = chosen != NONE ? &team->members[chosen] : member;
        if (member->n_places == 0 || member->is_lost || session->sessions[i] == NULL)
            continue;
        /* The one with the smaller part of its places taken. */
        if (chosen == NONE || (uint64_t)member->n_calls * best->n_places <
                                  (uint64_t)best->n_calls * member->n_places)
            chosen = i;
    }
    if (session->cpu != NONE && (chosen == NONE || team->members[chosen].n_calls >=
                                                       team->members[chosen].n_places))
        chosen = session->cpu;
    if (chosen != NONE)
        team->members[chosen].n_calls++;
    pthread_mutex_unlock(&team->lock);
    return chosen;
}

static uint64_t count_rows(const struct gpuc_work *work)
{
    return work->texts != NULL ? work->texts->n_rows : work->features.n_rows;
}

static enum gpuc_status classify_with_reserve(struct team_session *session,
                                              const struct gpuc_work *work,
                                              struct gpuc_error *error)
{
    struct team *team = team_of(&session->base);
    const struct gpuc_engine_ops *ops = team->reserve->ops;
    enum gpuc_status status = GPUC_OK;

    if (session->spare == NULL) {
        pthread_mutex_lock(&team->lock);
        status = ops->attach(team->reserve, session->base.model, &session->spare, error);
        pthread_mutex_unlock(&team->lock);
    }
    if (status == GPUC_OK)
        status = ops->classify(session->spare, work, error);
    pthread_mutex_lock(&team->lock);
    team->n_reserve_rows += status == GPUC_OK ? count_rows(work) : 0;
    pthread_mutex_unlock(&team->lock);
    return status;
}

static enum gpuc_status classify(struct gpuc_session *base, const struct gpuc_work *work,
                                 struct gpuc_error *error)
{
    struct team_session *session = (struct team_session *)base;
    struct team *team = team_of(base);
    struct gpuc_error cause;
    size_t i;

    /* A round for every device that is lost meanwhile, and one that is the last. */
    while ((i = choose(team, session)) != NONE) {
        struct member *member = &team->members[i];
        enum gpuc_status status =
            member->engine->ops->classify(session->sessions[i], work, &cause);
        pthread_mutex_lock(&team->lock);
        member->n_calls--;
        member->n_rows += status == GPUC_OK ? count_rows(work) : 0;
        pthread_mutex_unlock(&team->lock);
        if (status == GPUC_OK)
            return GPUC_OK;
        if (!lose(team, member, status, cause.message))
            return pass_on(member, status, &cause, error);
    }
    return classify_with_reserve(session, work, error);
}

/* ---- the rest of the table ------------------------------------------------------- */

static uint32_t n_sessions(const struct gpuc_engine *engine, uint32_t n_threads)
{
    const struct team *team = (const struct team *)engine;
    uint32_t n_places = 0, n_wanted = n_threads;

    for (size_t i = 0; i < team->n_members; i++) {
        const struct gpuc_engine *member = team->members[i].engine;
        uint32_t n = member->ops->n_sessions(member, n_threads);
        n_places += team->members[i].n_places;
        n_wanted = n > n_wanted ? n : n_wanted;
    }
    if (team->n_cpus == 0)
        return n_wanted > n_places ? n_wanted : n_places;
    /* Who waits for a device leaves its core to others. */
    return (n_threads > team->n_cpus ? n_threads : (uint32_t)team->n_cpus) + n_places;
}

/* Says once that a device is lost, and in every report that it was of no use. */
static void report_loss(struct team *team, struct member *member,
                        struct gpuc_job_report *report)
{
    struct gpuc_device_share *share =
        gpuc_report_share(report, member->engine->device.name);
    if (share != NULL)
        share->lost = true;
    if (member->is_told || report->warning[0] != '\0')
        return;
    member->is_told = true;
    snprintf(report->warning, sizeof report->warning, "%s failed (%s); %s did the rest",
             member->engine->device.name, member->cause, team->reserve->device.name);
}

static void report_all(const struct gpuc_session *base, struct gpuc_job_report *report)
{
    const struct team_session *session = (const struct team_session *)base;
    struct team *team = team_of(base);

    pthread_mutex_lock(&team->lock);
    for (size_t i = 0; i < team->n_members; i++) {
        struct member *member = &team->members[i];
        if (session->sessions[i] != NULL)
            member->engine->ops->report(session->sessions[i], report);
        if (member->is_lost)
            report_loss(team, member, report);
    }
    if (session->spare != NULL)
        team->reserve->ops->report(session->spare, report);
    pthread_mutex_unlock(&team->lock);
}

static void close_team(struct gpuc_engine *engine)
{
    struct team *team = (struct team *)engine;
    bool is_member = false;

    if (team == NULL)
        return;
    for (size_t i = 0; i < team->n_members; i++) {
        struct gpuc_engine *member = team->members[i].engine;
        is_member = is_member || member == team->reserve;
        member->ops->close(member);
    }
    if (team->reserve != NULL && !is_member)
        team->reserve->ops->close(team->reserve);
    pthread_mutex_destroy(&team->lock);
    gpuc_free(team);
}

/* Teams are made of what is open, by gpuc_team_new(). */
static void probe(const struct gpuc_engine_ops *ops, struct gpuc_device_list *list)
{
    (void)ops;
    (void)list;
}

static enum gpuc_status open_team(const struct gpuc_engine_ops *ops,
                                  const struct gpuc_device *device,
                                  struct gpuc_engine **ret_engine,
                                  struct gpuc_error *error)
{
    (void)device;
    (void)ret_engine;
    return gpuc_fail(error, GPUC_EDEVICE, "a %s is made of engines", ops->name);
}

static const struct gpuc_engine_ops team_ops = {
    .name = "team",
    .summary = "devices that share the batches of a job",
    .kernels = NULL,
    .probe = probe,
    .open = open_team,
    .attach = attach,
    .classify = classify,
    .n_sessions = n_sessions,
    .report = report_all,
    .detach = detach,
    .close = close_team,
};

static void add_member(struct team *team, struct gpuc_engine *engine)
{
    struct gpuc_device *device = &team->base.device;
    struct member *member = &team->members[team->n_members++];
    size_t used = strlen(device->name);
    bool is_cpu = engine->ops->kernels != NULL;

    member->engine = engine;
    member->n_places = is_cpu ? 0 : engine->ops->n_sessions(engine, 1);
    team->n_cpus += is_cpu;
    snprintf(device->name + used, sizeof device->name - used, "%s%s", used > 0 ? "+" : "",
             engine->device.name);
    if (device->reason[0] == '\0')
        memcpy(device->reason, engine->device.reason, sizeof device->reason);
}

enum gpuc_status gpuc_team_new(struct gpuc_engine *const *members, size_t n_members,
                               struct gpuc_engine *reserve, struct gpuc_engine **ret_team,
                               struct gpuc_error *error)
{
    struct team *team = gpuc_alloc(1, sizeof *team);

    if (team == NULL)
        return gpuc_fail_memory(error, sizeof *team, "a team of devices");
    team->base.ops = &team_ops;
    team->reserve = reserve;
    for (size_t i = 0; i < n_members; i++)
        add_member(team, members[i]);
    if (n_members == 1)
        team->base.device = members[0]->device;
    else
        snprintf(team->base.device.summary, sizeof team->base.device.summary, "%zu %s",
                 n_members, team_ops.summary);
    team->base.device.usable = true;
    pthread_mutex_init(&team->lock, NULL);
    *ret_team = &team->base;
    return GPUC_OK;
}

size_t gpuc_team_shares(struct gpuc_engine *engine,
                        struct gpuc_team_share shares[GPUC_TEAM_MEMBERS_MAX + 1])
{
    struct team *team = (struct team *)engine;
    size_t n = 0;

    if (engine->ops != &team_ops)
        return 0;
    pthread_mutex_lock(&team->lock);
    for (; n < team->n_members; n++)
        shares[n] = (struct gpuc_team_share){team->members[n].engine->device.name,
                                             team->members[n].n_rows};
    if (team->n_reserve_rows > 0)
        shares[n++] =
            (struct gpuc_team_share){team->reserve->device.name, team->n_reserve_rows};
    pthread_mutex_unlock(&team->lock);
    return n > 1 ? n : 0;
}
