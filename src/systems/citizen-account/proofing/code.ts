import { createHmac, randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'

/** How long a citizen has to read the code to an officer, and the officer to finish. */
export const codeMinutes = 10
const finishMinutes = 20

const digest = (ctx: Ctx, code: string): Buffer =>
  createHmac('sha256', ctx.config.secret).update(`proofing-code:${code}`).digest()

const minutesOn = ({ now }: Ctx, minutes: number) => new Date(+now + minutes * 60_000)

/** Eight digits, however they were spaced or typed; null when it is not that. */
export function digitsOf(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s-]/g, '')
  return /^\d{8}$/.test(digits) ? digits : null
}

/** Makes the account's code; the one before counts no more. We keep a digest. */
export async function makeCode(ctx: Ctx, account: string): Promise<{ code: string; until: Date }> {
  const code = String(randomInt(10 ** 8)).padStart(8, '0')
  const until = minutesOn(ctx, codeMinutes)
  await sql`insert into identity.proofing_code (account, code, expires_at)
    values (${account}, ${digest(ctx, code)}, ${until})
    on conflict (account) do update
      set code = excluded.code, expires_at = excluded.expires_at, claimed_by = null`.execute(ctx.db)
  return { code, until }
}

/**
 * Whose code it is. The first officer who types it has it alone, and twenty minutes from then; null
 * for a code that is unknown, too old or with another officer.
 */
export async function claimCode(ctx: Ctx, typed: string): Promise<string | null> {
  const found = await row(
    ctx.db,
    sql<{ account: string }>`update identity.proofing_code set claimed_by = ${ctx.actor.id},
        expires_at = case when claimed_by is null then ${minutesOn(ctx, finishMinutes)}
          else expires_at end
      where code = ${digest(ctx, digitsOf(typed) ?? '')} and expires_at > ${ctx.now}
        and coalesce(claimed_by, ${ctx.actor.id}) = ${ctx.actor.id} returning account::text`,
  )
  return found?.account ?? null
}

/** Uses a claimed code up: whose it was, once. */
export async function useCode(ctx: Ctx, typed: string): Promise<string | null> {
  const found = await row(
    ctx.db,
    sql<{ account: string }>`delete from identity.proofing_code
      where code = ${digest(ctx, digitsOf(typed) ?? '')} and expires_at > ${ctx.now}
        and claimed_by = ${ctx.actor.id} returning account::text`,
  )
  return found?.account ?? null
}
