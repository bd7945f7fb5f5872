import { sql } from 'kysely'
import type { Platform } from '../../../core/context.ts'
import { row, transact } from '../../../core/db.ts'
import type { Job } from '../../../core/jobs.ts'
import { staffById } from '../../../kernel/identity/staff.ts'
import { cityScope } from '../../oidc/policy.ts'
import { bring, type Outcome } from './client.ts'
import { deliverQueue } from './note.ts'
import { target } from './target.ts'

const mostTries = 8
/** Longer than all calls of one try together; whoever died with the turn loses it after this. */
const turnSeconds = 60
const waitSeconds = 3

type Waiting = { id: string; system: string; staff: string; tries: number }

/**
 * Brings one member of staff at one system to what they are here at this moment, so that it does
 * not matter in which order changes were noted. A failure throws, and the queue tries again.
 */
export const deliverPerson: Job = {
  queue: deliverQueue,
  retries: mostTries - 1,
  retrySeconds: 5,
  run: async (platform, job) => {
    const id = String(job.id)
    const waiting = await readWaiting(platform, id)
    if (!waiting) return
    const turn = await takeTurn(platform, waiting)
    if (!turn) {
      // One at a time for one person: an older state must not arrive after a newer one.
      await platform.boss.send(deliverQueue, { id }, { startAfter: waitSeconds })
      return
    }
    const outcome = await attempt(platform, waiting, turn.remote_id)
    await keep(platform, waiting, outcome)
    if (outcome.problem !== null) throw new Error(`${waiting.system}: ${outcome.problem}`)
  },
}

const readWaiting = (platform: Platform, id: string) =>
  transact(platform.database.app, cityScope, (db) =>
    row(
      db,
      sql<Waiting>`select id, system, staff, tries from scim.delivery
        where id::text = ${id} and delivered_at is null and given_up_at is null`,
    ),
  )

const takeTurn = (platform: Platform, { system, staff }: Waiting) =>
  transact(platform.database.app, cityScope, (db) =>
    row(
      db,
      sql<{ remote_id: string | null }>`update scim.told
        set busy_until = now() + make_interval(secs => ${turnSeconds})
        where system = ${system} and staff = ${staff}
          and (busy_until is null or busy_until < now())
        returning remote_id`,
    ),
  )

/** What they are is read after the turn was taken: whatever changes later is noted anew. */
async function attempt(
  platform: Platform,
  { system, staff }: Waiting,
  remoteId: string | null,
): Promise<Outcome> {
  const to = await target(platform, system)
  if (!to) return { remoteId, problem: 'no longer a live system with a SCIM address' }
  const person = await transact(platform.database.app, cityScope, (db) => staffById({ db }, staff))
  const belongs = person?.active === true && to.agencies.includes(person.agency)
  return bring(platform, to, staff, belongs ? person : null, remoteId)
}

async function keep(platform: Platform, waiting: Waiting, { remoteId, problem }: Outcome) {
  const { id, system, staff } = waiting
  const tries = waiting.tries + 1
  const now = platform.now()
  await transact(platform.database.app, cityScope, async (db) => {
    await sql`update scim.told set remote_id = ${remoteId}, busy_until = null
      where system = ${system} and staff = ${staff}`.execute(db)
    await sql`update scim.delivery set tries = ${tries}, last_error = ${problem},
        delivered_at = ${problem === null ? now : null},
        given_up_at = ${problem !== null && tries >= mostTries ? now : null}
      where id = ${id}`.execute(db)
  })
}
