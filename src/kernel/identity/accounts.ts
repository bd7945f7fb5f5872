import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { type Db, row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { IdentityLevel, Method, Proof, ProofFacts } from './levels.ts'

/** A person's one account, of a citizen or of a member of staff. */
export type Account = {
  readonly id: string
  readonly kind: 'citizen' | 'staff'
  readonly login: string | null
  readonly name: string
  readonly email: string | null
  readonly email_verified_at: Date | null
  readonly locale: 'zh' | 'en'
  readonly identity_level: IdentityLevel
  readonly created_at: Date
  readonly closed_at: Date | null
}

/** One way to prove that it is them: a password, a key, an account elsewhere. */
export type Credential = {
  readonly id: string
  readonly account: string
  readonly method: Method
  readonly lookup: Buffer | null
  readonly data: Readonly<Record<string, unknown>>
  readonly label: string
  readonly created_at: Date
  readonly used_at: Date | null
}

/** The account of an id, unless it was closed; row-level security says who may see it. */
export const accountById = (db: Db, id: string): Promise<Account | undefined> =>
  row(db, sql<Account>`select * from identity.account where id::text = ${id} and closed_at is null`)

/** The account that signs in by a name or a proven e-mail address. */
export const accountByName = (db: Db, given: string): Promise<Account | undefined> => {
  const name = given.normalize('NFKC').trim().toLowerCase()
  return row(
    db,
    sql<Account>`select * from identity.account where closed_at is null and (login = ${name}
      or (lower(email) = ${name} and email_verified_at is not null)) order by login limit 1`,
  )
}

/** A living credential by what the outside knows it by, a digest. */
export const credentialBy = (
  db: Db,
  method: Method,
  lookup: Buffer,
): Promise<Credential | undefined> =>
  row(
    db,
    sql<Credential>`select c.* from identity.credential c
      join identity.account a on a.id = c.account and a.closed_at is null
      where c.method = ${method} and c.lookup = ${lookup} and c.ended_at is null`,
  )

/** The living credentials of an account, the oldest first. */
export const credentialsOf = (db: Db, account: string): Promise<Credential[]> =>
  rows(
    db,
    sql<Credential>`select * from identity.credential
      where account::text = ${account} and ended_at is null order by created_at, id`,
  )

export type NewCredential = Pick<Credential, 'method' | 'data'> & {
  readonly lookup?: Buffer | null
  readonly label?: string
}

/** Adds a credential and says so in the account's chain, without what it is known by. */
export async function addCredential(
  ctx: Ctx,
  account: string,
  { method, data, lookup = null, label = '' }: NewCredential,
): Promise<string> {
  const id = randomUUID()
  await sql`insert into identity.credential (id, account, method, lookup, data, label, created_at)
    values (${id}, ${account}, ${method}, ${lookup}, ${JSON.stringify(data)}::jsonb, ${label},
      ${ctx.now})`.execute(ctx.db)
  await record(ctx, { record: account, type: 'identity.credential-added', data: { method } })
  return id
}

/** Ends a credential: it stays in the books and opens nothing any more. */
export async function endCredential(ctx: Ctx, { id, account, method }: Credential): Promise<void> {
  await sql`update identity.credential set ended_at = ${ctx.now}, lookup = null
    where id = ${id}`.execute(ctx.db)
  await record(ctx, { record: account, type: 'identity.credential-ended', data: { method } })
}

type ProofRow = { method: Method; credential: string; at: Date; facts: ProofFacts }

/** What a session of the provider has proven, the newest last. */
export const proofsOf = async (db: Db, session: string): Promise<Proof[]> =>
  rows(
    db,
    sql<ProofRow>`select p.method, p.credential, p.at, p.facts from identity.proof p
      join identity.credential c on c.id = p.credential and c.ended_at is null
      where p.session = ${session} order by p.at`,
  )

/** Keeps what was proven with a session of the provider, so that later systems can build on it. */
export async function keepProofs(
  db: Db,
  session: string,
  account: string,
  proofs: readonly Proof[],
): Promise<void> {
  for (const { method, credential, at, facts } of proofs)
    await sql`insert into identity.proof (id, session, account, method, credential, facts, at)
      values (${randomUUID()}, ${session}, ${account}, ${method}, ${credential},
        ${JSON.stringify(facts)}::jsonb, ${at})`.execute(db)
}
