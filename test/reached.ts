import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { Platform } from '../src/core/context.ts'
import { type Db, type RowScope, rows, transact } from '../src/core/db.ts'

/** Tries to update and delete every row; what the role may not do at all is refused outright. */
export async function changesOnly(
  platform: Platform,
  table: string,
  scope: RowScope,
  most: number,
): Promise<void> {
  const column = await platform.database.owner.query<{ name: string }>(
    `select attname as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and attidentity = '' order by attnum limit 1`,
    [table],
  )
  const name = column.rows[0]!.name
  for (const statement of [`update ${table} set ${name} = ${name}`, `delete from ${table}`]) {
    const changed = await reached(platform, scope, (db) =>
      rows(db, sql<{ at: string }>`${sql.raw(statement)} returning '' as at`),
    ).catch((error: { code?: string }) => {
      if (error.code === '42501') return []
      throw error
    })
    assert.ok(changed.length <= most, `${statement} reached ${changed.length} of ${most} rows`)
  }
}

/** Works under a scope and takes everything back. */
export async function reached(
  platform: Platform,
  scope: RowScope,
  work: (db: Db) => Promise<{ at: string }[]>,
) {
  let found: string[] = []
  const undo = new Error('taken back')
  await transact(platform.database.app, scope, async (db) => {
    found = (await work(db)).map(({ at }) => at)
    throw undo
  }).catch((error) => {
    if (error !== undo) throw error
  })
  return found
}
