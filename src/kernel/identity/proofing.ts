import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { type Db, row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Account } from './accounts.ts'
import type { Evidence } from './certificate/check.ts'
import { refusedCertificate } from './certificate/refusals.ts'
import type { IdentityLevel } from './levels.ts'

/** The documents that a counter takes. */
export const documents = [
  'id-card',
  'passport',
  'residence-permit',
  'health-card',
  'driving-licence',
] as const

/** What a counter saw: never a whole number. */
export type Seen = { readonly document: (typeof documents)[number]; readonly lastFour: string }

/** One time that somebody made sure who stands behind an account. */
export type Proofing = {
  readonly id: string
  readonly account: string
  readonly level: 2 | 3
  readonly how: 'certificate' | 'counter'
  readonly evidence: Evidence | Seen
  /** Who of the holders of certificates it was: a keyed digest. */
  readonly subject: Buffer | null
  readonly first_by: string
  readonly first_at: Date
  readonly second_by: string | null
  /** Since when it counts; null while the second look is waited for. */
  readonly at: Date | null
  readonly ended_at: Date | null
  readonly ended_why: 'replaced' | 'declined' | 'late' | null
  readonly replaced_by: string | null
}

/** What a way to check an identity is worth. */
export const levelOfHow = { counter: 2, certificate: 3 } as const

/** The identity level of an account from what counts for it. A weaker one never lowers it. Pure. */
export const identityLevelOf = (
  counting: readonly Pick<Proofing, 'level'>[],
  before: IdentityLevel = 1,
): IdentityLevel => Math.max(before, ...counting.map(({ level }) => level)) as IdentityLevel

/** Whether a new one takes the place of one that counts: as strong, or stronger. Pure. */
export const takesPlaceOf = (
  next: Pick<Proofing, 'level'>,
  held: Pick<Proofing, 'level'>,
): boolean => next.level >= held.level

/** Everything that was ever done to make sure of an account, the newest first. */
export const proofingsOf = (db: Db, account: string): Promise<Proofing[]> =>
  rows(
    db,
    sql<Proofing>`select * from identity.proofing where account::text = ${account}
      order by coalesce(at, first_at) desc, first_at desc`,
  )

/** What somebody must have seen, to be kept. */
type Look = Pick<Proofing, 'how' | 'evidence'> & {
  readonly account: string
  readonly subject?: Buffer
}

/** Keeps a look. One at a counter waits for the second; a signature needs none. */
export async function keepLook(ctx: Ctx, look: Look): Promise<string> {
  const { account, how, evidence, subject = null } = look
  const id = randomUUID()
  await sql`insert into identity.proofing
      (id, account, level, how, evidence, subject, first_by, first_at)
    values (${id}, ${account}, ${levelOfHow[how]}, ${how}, ${JSON.stringify(evidence)}::jsonb,
      ${subject}, ${ctx.actor.id}, ${ctx.now})`.execute(ctx.db)
  return id
}

/**
 * Lets a kept look count from now on: what it takes the place of ends, and the account's level
 * follows. `second` is the other officer who looked.
 */
export async function letCount(ctx: Ctx, id: string, second: string | null = null): Promise<void> {
  const next = await row(
    ctx.db,
    sql<Proofing>`update identity.proofing set at = ${ctx.now}, second_by = ${second}
      where id = ${id} and at is null and ended_at is null returning *`,
  )
  if (!next) throw new Error('this look counts already or has ended')
  const held = (await proofingsOf(ctx.db, next.account)).filter(
    (one) => one.id !== id && one.at !== null && one.ended_at === null,
  )
  for (const one of held.filter((each) => takesPlaceOf(next, each)))
    await sql`update identity.proofing
      set ended_at = ${ctx.now}, ended_why = 'replaced', replaced_by = ${id}
      where id = ${one.id}`.execute(ctx.db)
  const level = identityLevelOf([next, ...held])
  await sql`update identity.account set identity_level = greatest(identity_level, ${level})
    where id = ${next.account}`.execute(ctx.db)
  const data = { level: next.level, how: next.how }
  await record(ctx, { record: next.account, type: 'identity.proofed', data })
}

/** A person as a certificate that was just used tells them. */
export type Certified = {
  readonly name: string
  readonly lookup: Buffer
  readonly evidence: Evidence
}

/** Whether an account's identity counts as proven by the holder of a certificate. */
export async function isProvenBy(db: Db, account: string, lookup: Buffer): Promise<boolean> {
  const found = await row(
    db,
    sql`select 1 from identity.proofing where account::text = ${account} and subject = ${lookup}
      and at is not null and ended_at is null`,
  )
  return found !== undefined
}

/**
 * Proves who somebody is by their certificate; a citizen's account takes its name. False, and
 * nothing is kept, where nobody vouched that it was not revoked. Refuses `certificate.other-person`
 * where the account was proven to be somebody else's, or has a checked name that does not fit.
 */
export async function proveByCertificate(
  ctx: Ctx,
  account: Pick<Account, 'id' | 'kind' | 'name' | 'identity_level'>,
  { name, lookup, evidence }: Certified,
): Promise<boolean> {
  if (evidence.standing.status !== 'good') return false
  const { id, kind } = account
  const before = (await proofingsOf(ctx.db, id)).filter(({ subject }) => subject !== null)
  const same = before.length > 0 && before.every(({ subject }) => subject?.equals(lookup))
  if (!same && (before.length > 0 || !mayTakeName(account, name)))
    throw refusedCertificate('other-person')
  const look = await keepLook(ctx, { account: id, how: 'certificate', evidence, subject: lookup })
  await letCount(ctx, look)
  if (kind === 'citizen') await takeName(ctx, id, name)
  return true
}

/** A name that its owner chose gives way to a certificate's; one that others vouch for must fit. */
const mayTakeName = (
  account: Pick<Account, 'kind' | 'name' | 'identity_level'>,
  name: string,
): boolean =>
  (account.kind === 'citizen' && account.identity_level === 1) ||
  plain(account.name) === plain(name)

const plain = (name: string) => name.normalize('NFKC').replace(/\s/g, '').toLowerCase()

async function takeName(ctx: Ctx, account: string, name: string): Promise<void> {
  const changed = await row(
    ctx.db,
    sql`update identity.account set name = ${name}
      where id = ${account} and name <> ${name} returning id`,
  )
  if (changed)
    await record(ctx, { record: account, type: 'identity.name-proven', personal: { name } })
}
