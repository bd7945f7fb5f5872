import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { announce } from '../../core/live.ts'

/** How busy each line into the city is; the call centre writes it, other channels read it. */
export const linesMigration = `
  create table messages.line_state (
    queue text primary key,
    busy int not null check (busy >= 0),
    waiting int not null check (waiting >= 0),
    seats int not null check (seats >= 0),
    "full" boolean not null,
    at timestamptz not null
  );
  grant select, insert, update on messages.line_state to takao_app;`

/** `busy` calls are talked in, `waiting` ring; `full`: a caller is better served otherwise. */
export type LineState = {
  readonly queue: string
  readonly busy: number
  readonly waiting: number
  readonly seats: number
  readonly full: boolean
  readonly at: Date
}

/**
 * Keeps how busy a line is and announces `lines` where that changed. `at` is when it was last
 * counted: each sign of a call is a count, so a line without signs since then is as it was.
 */
export async function noteLine(ctx: Ctx, line: Omit<LineState, 'at'>): Promise<void> {
  const before = (await lineState(ctx)).find(({ queue }) => queue === line.queue)
  await sql`insert into messages.line_state (queue, busy, waiting, seats, "full", at)
    values (${line.queue}, ${line.busy}, ${line.waiting}, ${line.seats}, ${line.full}, ${ctx.now})
    on conflict (queue) do update set busy = excluded.busy, waiting = excluded.waiting,
      seats = excluded.seats, "full" = excluded."full", at = excluded.at`.execute(ctx.db)
  const same = (['busy', 'waiting', 'seats', 'full'] as const).every(
    (name) => before?.[name] === line[name],
  )
  if (!same) await announce(ctx, 'lines')
}

/** All lines by their queue. None before the first call of an exchange was heard. */
export const lineState = (ctx: Ctx): Promise<LineState[]> =>
  rows(
    ctx.db,
    sql<LineState>`select queue, busy, waiting, seats, "full", at
      from messages.line_state order by queue`,
  )
