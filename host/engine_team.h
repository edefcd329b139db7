/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several devices in one job: a team is an engine whose members are engines. Any of its
 * sessions can have any member do a call's rows, so that no device waits for rows while
 * others have too many:
 *
 * - A member that is no CPU engine has places, as many as keep it busy. A session takes a
 *   place of the least busy such member that has one.
 * - If all places are taken, the session's own CPU engine does the rows on the session's
 *   thread. CPU engines divide the sessions between them.
 * - Without a CPU engine among the members, places do not count: the least busy one does
 *   the rows.
 *
 * A team may have a reserve. Then a device that fails is lost to the team, the call's
 * rows are done again, whatever it had written of their results, and so is all that would
 * have gone to it; without one, its failure is the call's. One lock guards what sessions
 * share; it is never held while rows are classified.
 */
#ifndef GPUC_ENGINE_TEAM_H
#define GPUC_ENGINE_TEAM_H

#include "engine.h"

enum { GPUC_TEAM_MEMBERS_MAX = GPUC_DEVICE_SHARES_MAX };

/*
 * Makes a team of 1 to GPUC_TEAM_MEMBERS_MAX open engines, each of which may be there
 * just once. `reserve`: a CPU engine, which may also be a member; NULL: none. If GPUC_OK
 * is returned, the engines are the team's, which closes them; else they stay the
 * caller's.
 */
enum gpuc_status gpuc_team_new(struct gpuc_engine *const *members, size_t n_members,
                               struct gpuc_engine *reserve, struct gpuc_engine **ret_team,
                               struct gpuc_error *error) GPUC_MUST_CHECK;

/* Rows that a device of a team has classified so far. */
struct gpuc_team_share {
    const char *name; /* of the device; valid as long as the engine is */
    uint64_t rows;
};

/* Lists the shares of a team, with that of its reserve last if it has done any. Returns
 * how many; 0 if the engine is no team of several. Any thread, at any time. */
size_t gpuc_team_shares(struct gpuc_engine *engine,
                        struct gpuc_team_share shares[GPUC_TEAM_MEMBERS_MAX + 1]);

#endif
