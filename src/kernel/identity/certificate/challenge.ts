import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { refusedCertificate } from './refusals.ts'

/** What a card is asked to sign. The text names the city, so that a signature says what for. */
export type Challenge = { readonly id: string; readonly text: string }

/** What a challenge is for, and the sign-in or session that alone may answer it. */
export type ChallengeFor = { readonly purpose: string; readonly session: string }

const lastsMs = 5 * 60_000

const digest = (ctx: Pick<Ctx, 'config'>, session: string): Buffer =>
  createHmac('sha256', ctx.config.secret).update(`challenge:${session}`).digest()

/** Makes a challenge of 32 random bytes for one purpose and session; it lasts 5 minutes. */
export async function makeChallenge(
  ctx: Pick<Ctx, 'db' | 'now' | 'config'>,
  { purpose, session }: ChallengeFor,
): Promise<Challenge> {
  const id = randomUUID()
  const text = `${ctx.config.origin} ${purpose} ${randomBytes(32).toString('base64url')}`
  await sql`insert into identity.challenge (id, purpose, text, session, expires_at)
    values (${id}, ${purpose}, ${text}, ${digest(ctx, session)},
      ${new Date(+ctx.now + lastsMs)})`.execute(ctx.db)
  return { id, text }
}

/**
 * Uses a challenge up and gives its text. One statement: of two that come at once, one gets it.
 * Refuses with `certificate.challenge` when it is another's, was used or ran out.
 */
export async function takeChallenge(
  ctx: Pick<Ctx, 'db' | 'now' | 'config'>,
  id: string,
  { purpose, session }: ChallengeFor,
): Promise<string> {
  const found = await row(
    ctx.db,
    sql<{ text: string }>`update identity.challenge set consumed_at = ${ctx.now}
      where id::text = ${id} and purpose = ${purpose} and session = ${digest(ctx, session)}
        and consumed_at is null and expires_at > ${ctx.now} returning text`,
  )
  if (!found) throw refusedCertificate('challenge')
  return found.text
}

/**
 * Removes challenges that ran out and answers that were superseded; says nothing to anyone. What
 * was revoked stays known, and a list until the next takes its place.
 */
export async function clearCertificates(db: Ctx['db'], now: Date): Promise<void> {
  await sql`delete from identity.challenge where expires_at < ${now}`.execute(db)
  await sql`delete from identity.certificate_answer
    where next_update < ${now} and status = 'good'`.execute(db)
}
