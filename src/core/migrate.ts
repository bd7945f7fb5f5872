import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'

/**
 * The migrations of one PostgreSQL schema, in order of their keys: each a name and plain SQL.
 * The text of a released migration never changes; a later one mends it.
 */
export type Migrations = {
  readonly schema: string
  readonly steps: Readonly<Record<string, string>>
}

/** Brings every schema to its newest step. Safe to call from several processes at once. */
export async function migrate(url: string, all: readonly Migrations[]): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await sql
      .raw(`do $$ begin
        if not exists (select from pg_roles where rolname = 'takao_app') then
          create role takao_app nologin;
        end if;
        execute format('grant takao_app to %I', current_user);
      end $$`)
      .execute(db)
    for (const { schema, steps } of all) await migrateSchema(db, schema, steps)
  } finally {
    await db.destroy()
  }
}

async function migrateSchema(
  db: Kysely<unknown>,
  schema: string,
  steps: Readonly<Record<string, string>>,
): Promise<void> {
  await sql.raw(`create schema if not exists ${schema}`).execute(db)
  await sql.raw(`grant usage on schema ${schema} to takao_app`).execute(db)
  const migrations = Object.fromEntries(
    Object.entries(steps).map(([name, text]) => [
      name,
      { up: async (trx: Kysely<unknown>) => void (await sql.raw(text).execute(trx)) },
    ]),
  )
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema,
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw new Error(`migration of ${schema} failed`, { cause: error })
  // A step that grants on all tables of its schema would hand out these two as well.
  await sql
    .raw(`revoke all on ${schema}.migration, ${schema}.migration_lock from takao_app`)
    .execute(db)
}
