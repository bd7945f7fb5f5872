import { sql } from 'kysely'
import { type Db, row } from '../../core/db.ts'
import type { Proof } from './levels.ts'

/**
 * A sign-in that is under way: who it is, as far as proven, and what methods keep between two
 * requests, such as a challenge. It belongs to one browser by the cookie of its interaction.
 */
export type Attempt = {
  readonly id: string
  readonly account: string | null
  readonly proofs: readonly Proof[]
  /** What methods wait for, each under its own name. */
  readonly waiting: Readonly<Record<string, unknown>>
}

const lastsMinutes = 60

type Row = {
  id: string
  account: string | null
  state: { proofs: (Omit<Proof, 'at'> & { at: string })[]; waiting: Record<string, unknown> }
}

/** The attempt of an interaction; an empty one where it has just begun or has run out. */
export async function readAttempt(
  db: Db,
  id: string,
  now: Date,
  /** Held until the end; not where it is only shown. */
  lock = true,
): Promise<Attempt> {
  const found = await row(
    db,
    sql<Row>`select id, account, state from identity.attempt
      where id = ${id} and expires_at > ${now} ${lock ? sql`for update` : sql``}`,
  )
  if (!found) return { id, account: null, proofs: [], waiting: {} }
  const { proofs, waiting } = found.state
  return {
    id,
    account: found.account,
    proofs: proofs.map((proof) => ({ ...proof, at: new Date(proof.at) })),
    waiting,
  }
}

/** Keeps an attempt as it stands now. */
export async function saveAttempt(db: Db, attempt: Attempt, now: Date): Promise<void> {
  const { id, account, proofs, waiting } = attempt
  const until = new Date(+now + lastsMinutes * 60_000)
  await sql`insert into identity.attempt (id, account, state, expires_at)
    values (${id}, ${account}, ${JSON.stringify({ proofs, waiting })}::jsonb, ${until})
    on conflict (id) do update set account = excluded.account, state = excluded.state`.execute(db)
}

/** Takes an attempt out, once; undefined when it was taken before. */
export async function takeAttempt(db: Db, id: string, now: Date): Promise<Attempt | undefined> {
  const attempt = await readAttempt(db, id, now)
  const { numAffectedRows } = await sql`delete from identity.attempt where id = ${id}`.execute(db)
  return numAffectedRows ? attempt : undefined
}
