import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { preparing } from './prepared.ts'

/**
 * A connection or a transaction. Tables are named in SQL, so no table types are threaded through.
 */
export type Db = Kysely<unknown>

/**
 * What row-level security lets a transaction see. `none`: only public views. `holder`: the rows
 * whose secret is held. `agencies`: rows of the agencies; `own`: those assigned to the person.
 * `city`: all rows. Set for one transaction only.
 */
export type RowScope = {
  readonly scope: 'none' | 'holder' | 'own' | 'agencies' | 'city'
  readonly person: string
  readonly agencies: readonly string[]
  readonly secrets: readonly string[]
}

/** The two ways into one database: the owner migrates, the application owns nothing. */
export type Database = {
  readonly owner: pg.Pool
  readonly app: Db
  /** The same, with statements planned once for a connection: for what goes by keys. */
  readonly keyed: Db
  /** The platform's own rows by one keyed statement, which needs no transaction for its scope. */
  readonly city: Db
  readonly url: string
  readonly close: () => Promise<void>
}

// Counts and sums come as bigint; all of ours stay far below 2^53.
pg.types.setTypeParser(20, Number)
pg.types.setTypeParser(1700, Number)
// Dates stay text: a civil day has no time zone.
pg.types.setTypeParser(1082, (text) => text)

/**
 * Opens both pools. The application's connections take the role `takao_app` before any statement.
 */
export function openDatabase(url: string, size = 10): Database {
  const owner = new pg.Pool({ connectionString: url, max: 3 })
  const pool = new pg.Pool({ connectionString: url, max: size, options: '-c role=takao_app' })
  const city = new pg.Pool({
    connectionString: url,
    max: Math.ceil(size / 2),
    options: '-c role=takao_app -c takao.scope=city',
  })
  for (const each of [owner, pool, city]) each.on('error', () => {})
  return {
    owner,
    app: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    keyed: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: preparing(pool) }) }),
    city: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: preparing(city) }) }),
    url,
    close: async () => {
      await pool.end()
      await city.end()
      await owner.end()
    },
  }
}

/**
 * Runs `work` in one transaction under a row scope. Its beginning and its scope are one message to
 * the database: a short transaction is mostly messages.
 */
export function transact<T>(
  db: Db,
  scope: RowScope,
  work: (db: Transaction<unknown>) => Promise<T>,
  access: 'read write' | 'read only' = 'read write',
): Promise<T> {
  return db.connection().execute(async (held) => {
    await sql.raw(`start transaction ${access}; ${scoping(scope)}`).execute(held)
    try {
      const done = await work(held as Transaction<unknown>)
      await sql.raw('commit').execute(held)
      return done
    } catch (error) {
      // A connection that is gone has nothing to roll back, and its own error says more.
      await sql
        .raw('rollback')
        .execute(held)
        .catch(() => {})
      throw error
    }
  })
}

/** Replaces the row scope of the running transaction. */
export async function applyScope(db: Db, scope: RowScope): Promise<void> {
  await sql.raw(scoping(scope)).execute(db)
}

const scoping = ({ scope, person, agencies, secrets }: RowScope): string => {
  const settings = { scope, person, agencies: agencies.join(','), secrets: secrets.join(',') }
  const set = Object.entries(settings).map(
    ([name, value]) => `set_config('takao.${name}', ${pg.escapeLiteral(value)}, true)`,
  )
  return `select ${set.join(', ')}`
}

/** All rows of a query. */
export async function rows<T>(db: Db, query: RawBuilder<T>): Promise<T[]> {
  return (await query.execute(db)).rows
}

/** The first row of a query, or undefined. */
export async function row<T>(db: Db, query: RawBuilder<T>): Promise<T | undefined> {
  return (await query.execute(db)).rows[0]
}

/** The only row of a query that always has one. */
export async function one<T>(db: Db, query: RawBuilder<T>): Promise<T> {
  const found = await row(db, query)
  if (found === undefined) throw new Error('a query that always has a row had none')
  return found
}

/**
 * For `catch`: a row that breaks a unique index becomes this refusal. Who owns the other row may
 * not be ours to see, so the database's word is the only one. Other errors pass on.
 */
export const onDuplicate =
  (refusal: () => Error) =>
  (error: unknown): never => {
    throw error instanceof Error && 'code' in error && error.code === '23505' ? refusal() : error
  }

/** Streams a large result in batches, so that 400,000 rows never stand in memory at once. */
export async function* batches<T>(db: Db, query: RawBuilder<T>, size = 10_000) {
  const compiled = query.compile(db)
  const name = `c${Math.floor(performance.now() * 1000)}`
  const declare = `declare ${name} no scroll cursor for ${compiled.sql}`
  await db.executeQuery({ ...compiled, sql: declare })
  const fetch = sql.raw<T>(`fetch ${size} from ${name}`)
  for (;;) {
    const found = (await fetch.execute(db)).rows
    if (found.length === 0) break
    yield found
  }
  await sql.raw(`close ${name}`).execute(db)
}

/**
 * Inserts many rows with one statement and one parameter. `table` and `columns` are constants of
 * the code, never input. Values travel as JSON: dates as ISO text, bytes as '\\x…'.
 */
export async function insertRows<R extends object>(
  db: Db,
  table: string,
  columns: readonly (keyof R & string)[],
  all: readonly R[],
  conflict = '',
): Promise<void> {
  if (all.length === 0) return
  const names = columns.join(', ')
  await sql`${sql.raw(`insert into ${table} (${names}) select ${names}
    from jsonb_populate_recordset(null::${table}, `)} ${JSON.stringify(all)}::jsonb)
    ${sql.raw(conflict)}`.execute(db)
}
