import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Certificate } from 'pkijs'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import type { RevokedList } from './crl.ts'
import { fingerprint, serialOf } from './der.ts'
import type { Answer } from './ocsp.ts'

type Here = Pick<Ctx, 'db' | 'now' | 'config'>

/** Something that an issuer said, and where it was heard. */
export type Heard<T> = T & { readonly source: string }

const keyOf = ({ config }: Here, ...parts: string[]): Buffer =>
  createHmac('sha256', config.secret)
    .update(`certificate:${parts.join(':')}`)
    .digest()

type Row<T> = T & { this_update: Date; next_update: Date; source: string }

const timesOf = ({ this_update, next_update, source }: Row<object>) => ({
  thisUpdate: this_update,
  nextUpdate: next_update,
  source,
})

/** What was answered about a certificate, while it counts. */
export async function keptAnswer(ctx: Here, one: Certificate, issuer: Certificate) {
  const key = keyOf(ctx, fingerprint(issuer), serialOf(one))
  const found = await row(
    ctx.db,
    sql<Row<{ status: Answer['status'] }>>`select * from identity.certificate_answer
      where key = ${key} and next_update > ${ctx.now}`,
  )
  return found && { ...timesOf(found), status: found.status }
}

/**
 * When a certificate was last said to be revoked or suspended, however old that is: silence does
 * not bring it back, nor does what was said before.
 */
export async function lastRevoked(
  ctx: Here,
  one: Certificate,
  issuer: Certificate,
  lists: readonly string[],
): Promise<Date | null> {
  const key = keyOf(ctx, fingerprint(issuer), serialOf(one))
  const keys = lists.map((address) => keyOf(ctx, fingerprint(issuer), address))
  const found = await row(
    ctx.db,
    sql<{ at: Date | null }>`select max(this_update) as at from (
      select this_update from identity.certificate_answer
        where key = ${key} and status = 'revoked'
      union all select this_update from identity.certificate_list
        where key = any (${keys}) and ${serialOf(one)} = any (serials)) as said`,
  )
  return found?.at ?? null
}

/** Keeps an answer until the next is due; a good one that promises no next is not kept. */
export async function keepAnswer(
  ctx: Here,
  one: Certificate,
  issuer: Certificate,
  { status, thisUpdate, nextUpdate, source }: Heard<Answer>,
): Promise<void> {
  if (!nextUpdate && status === 'good') return
  const key = keyOf(ctx, fingerprint(issuer), serialOf(one))
  await sql`insert into identity.certificate_answer as a
      (key, status, this_update, next_update, source)
    values (${key}, ${status}, ${thisUpdate}, ${nextUpdate ?? thisUpdate}, ${source})
    on conflict (key) do update set status = excluded.status, this_update = excluded.this_update,
      next_update = excluded.next_update, source = excluded.source
    where a.this_update < excluded.this_update`.execute(ctx.db)
}

/** Whether a kept list, while it counts, has the certificate; undefined where none is kept. */
export async function keptList(
  ctx: Here,
  one: Certificate,
  issuer: Certificate,
  address: string,
): Promise<Heard<Answer> | undefined> {
  const key = keyOf(ctx, fingerprint(issuer), address)
  const found = await row(
    ctx.db,
    sql<Row<{ has: boolean }>>`select this_update, next_update, source,
        ${serialOf(one)} = any (serials) as has
      from identity.certificate_list where key = ${key} and next_update > ${ctx.now}`,
  )
  return found && { ...timesOf(found), status: found.has ? 'revoked' : 'good' }
}

/** Keeps a list until the next is due. */
export async function keepList(
  ctx: Here,
  issuer: Certificate,
  { serials, thisUpdate, nextUpdate, source }: Heard<RevokedList>,
): Promise<void> {
  if (!nextUpdate) return
  await sql`insert into identity.certificate_list as l
      (key, this_update, next_update, serials, source)
    values (${keyOf(ctx, fingerprint(issuer), source)}, ${thisUpdate}, ${nextUpdate},
      ${serials}, ${source})
    on conflict (key) do update set this_update = excluded.this_update,
      next_update = excluded.next_update, serials = excluded.serials
    where l.this_update < excluded.this_update`.execute(ctx.db)
}
