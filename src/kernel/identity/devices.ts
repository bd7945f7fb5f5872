import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'

const digest = (ctx: Ctx, device: string): Buffer =>
  createHmac('sha256', ctx.config.secret).update(`device:${device}`).digest()

/** Whether this browser signed in to the account before. */
export async function knowsDevice(ctx: Ctx, account: string, device: string): Promise<boolean> {
  const found = await row(
    ctx.db,
    sql`select 1 from identity.device
      where account::text = ${account} and device = ${digest(ctx, device)}`,
  )
  return found !== undefined
}

/** Remembers that this browser signed in to the account. */
export async function rememberDevice(ctx: Ctx, account: string, device: string): Promise<void> {
  await sql`insert into identity.device (account, device, first_at, last_at)
    values (${account}, ${digest(ctx, device)}, ${ctx.now}, ${ctx.now})
    on conflict (account, device) do update set last_at = excluded.last_at`.execute(ctx.db)
}
