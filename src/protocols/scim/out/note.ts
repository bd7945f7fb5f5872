import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, type Platform, systemActor } from '../../../core/context.ts'
import { row, rows, transact } from '../../../core/db.ts'
import { notFound } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import type { Job } from '../../../core/jobs.ts'
import { operation, perform } from '../../../core/operation.ts'
import { staffChanged } from '../../../kernel/identity/staff.ts'
import { cityScope } from '../../oidc/policy.ts'
import { type Target, target, targets } from './target.ts'

/** The queue of deliveries, one job for each. */
export const deliverQueue = 'scim.deliver'
const resyncQueue = 'scim.resync'

/** Notes that a system must hear of some staff; the deliveries leave with the commit. */
const noteDeliveries = operation({
  name: 'scim.note-deliveries',
  title: { zh: '通知系統同仁異動', en: 'Tell a system of its staff' },
  permission: 'identity.delegate',
  input: Type.Object({ system: Type.String(), staff: Type.Array(Type.String()) }),
  run: async (ctx, { system, staff }) => {
    for (const one of staff) {
      const id = randomUUID()
      await sql`insert into scim.told (system, staff) values (${system}, ${one})
        on conflict do nothing`.execute(ctx.db)
      await sql`insert into scim.delivery (id, system, staff, noted_at)
        values (${id}, ${system}, ${one}, ${ctx.now})`.execute(ctx.db)
      await ctx.enqueue(deliverQueue, { id })
    }
    await record(ctx, {
      record: await recordOf(ctx, system),
      type: 'scim.deliveries-noted',
      data: { system, people: staff.length },
    })
  },
})

async function recordOf(ctx: Ctx, system: string): Promise<string> {
  const found = await row(
    ctx.db,
    sql<{ record: string }>`select record from single_sign_on.system where id = ${system}`,
  )
  if (!found) throw notFound({ zh: '這個系統', en: 'this system' })
  return found.record
}

/** After somebody changed: every system that has them, or should, hears of it. */
export const spreadChange: Job = {
  queue: staffChanged,
  retries: 5,
  run: async (platform, { id }) => {
    for (const one of await targets(platform)) {
      const concerned = await concernedBy(platform, one, String(id))
      if (concerned.length > 0) await note(platform, one, concerned)
    }
  },
}

/** Everybody whom a system should have or has: for a new one, and after it lost its records. */
export const resyncTarget: Job = {
  queue: resyncQueue,
  retries: 5,
  run: async (platform, { system }) => {
    const to = await target(platform, String(system))
    if (!to) return
    const everybody = await concernedBy(platform, to, null)
    for (let at = 0; at < everybody.length; at += 200)
      await note(platform, to, everybody.slice(at, at + 200))
  },
}

const note = (platform: Platform, { system }: Target, staff: readonly string[]) =>
  perform(platform, noteDeliveries, systemActor('scim'), { system, staff })

/** Who of the staff (all where `id` is null) is of a system's agencies, or known there. */
async function concernedBy(platform: Platform, to: Target, id: string | null): Promise<string[]> {
  const found = await transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<{ id: string }>`select s.id from identity.staff s
        where (${id}::text is null or s.id::text = ${id})
          and ((s.active and s.agency = any (${to.agencies}::text[])) or exists (
            select from scim.told t where t.staff = s.id and t.system = ${to.system}))
        order by s.login`,
    ),
  )
  return found.map((one) => one.id)
}

/**
 * An agency has everybody told to its system anew. Refuses a system out of reach, and one that
 * takes nobody.
 */
export const resyncSystem = operation({
  name: 'scim.resync',
  title: { zh: '重新佈建所有同仁', en: 'Tell a system of all its staff again' },
  permission: 'single-sign-on.propose',
  input: Type.Object({ id: Type.String({ maxLength: 60 }) }),
  run: async (ctx, { id }) => {
    const found = await row(
      ctx.db,
      sql<{ record: string; agency: string }>`select record, agency from single_sign_on.system
        where id = ${id} and state = 'live' and metadata ? 'scim_uri'`,
    )
    if (!found) throw notFound({ zh: '這個佈建系統', en: 'this system that takes staff' })
    await record(ctx, {
      record: found.record,
      type: 'scim.resync-asked',
      agency: found.agency,
      data: { system: id },
    })
    await ctx.enqueue(resyncQueue, { system: id })
  },
})

/** One delivery as the system's page shows it. */
export type Delivery = {
  readonly id: string
  readonly login: string
  readonly noted_at: Date
  readonly tries: number
  readonly delivered_at: Date | null
  readonly given_up_at: Date | null
  readonly last_error: string | null
}

/** The newest deliveries to a system: delivered, on their way, given up. */
export const deliveriesTo = (platform: Platform, system: string): Promise<Delivery[]> =>
  transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<Delivery>`select d.id, s.login, d.noted_at, d.tries, d.delivered_at, d.given_up_at,
          d.last_error
        from scim.delivery d join identity.staff s on s.id = d.staff
        where d.system = ${system} order by d.noted_at desc, s.login limit 50`,
    ),
  )
