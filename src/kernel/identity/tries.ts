import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'

/** How many failures rest a key, and for how many minutes. */
export type TriesRule = { readonly most: number; readonly minutes: number }

/** One thing that tries are counted for, such as an account as seen from unknown devices. */
export type Tried = { readonly key: string; readonly rule: TriesRule }

const digest = (ctx: Ctx, key: string): Buffer =>
  createHmac('sha256', ctx.config.secret).update(`tries:${key}`).digest()

/** Until when one of the keys rests; null when a try is allowed. Keys are kept as digests. */
export async function restsUntil(ctx: Ctx, tried: readonly Tried[]): Promise<Date | null> {
  const keys = tried.map(({ key }) => digest(ctx, key).toString('hex'))
  const most = tried.map(({ rule }) => rule.most)
  const found = await row(
    ctx.db,
    sql<{ until: Date | null }>`select max(t.until) as until
      from unnest(${keys}::text[], ${most}::int[]) as k(key, most)
      join identity.tries t on t.key = decode(k.key, 'hex')
        and t.failures >= k.most and t.until > ${ctx.now}`,
  )
  return found?.until ?? null
}

/** Counts a failure for each key; the last one allowed begins its rest. */
export async function noteFailure(ctx: Ctx, tried: readonly Tried[]): Promise<void> {
  for (const { key, rule } of tried) {
    const until = new Date(+ctx.now + rule.minutes * 60_000)
    await sql`insert into identity.tries (key, failures, until)
      values (${digest(ctx, key)}, 1, ${until})
      on conflict (key) do update set until = ${until},
        failures = case when tries.until > ${ctx.now} then tries.failures + 1 else 1 end
    `.execute(ctx.db)
  }
}

/** Forgets the failures of the keys, after a success. */
export async function forgetFailures(ctx: Ctx, tried: readonly Tried[]): Promise<void> {
  for (const { key } of tried)
    await sql`delete from identity.tries where key = ${digest(ctx, key)}`.execute(ctx.db)
}
