import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../test/city.ts'
import { rows } from './db.ts'

const platform = await testCity()
const { database } = platform

type Prepared = { readonly statement: string; readonly runs: number }

/** The prepared statements of the connection that holds a transaction. */
const preparedIn = (db: typeof database.app) =>
  rows(
    db,
    sql<Prepared>`select statement, generic_plans + custom_plans as runs
      from pg_prepared_statements where statement ~ 'int as asked' and statement !~ 'prepared'`,
  )

test('a change is planned once for a connection, and runs with other values', async () => {
  await database.keyed.transaction().execute(async (db) => {
    for (const n of [1, 2, 3]) {
      const found = await rows(db, sql<{ asked: number }>`select ${n}::int as asked`)
      assert.deepEqual(found, [{ asked: n }])
    }
    assert.deepEqual(await preparedIn(db), [{ statement: 'select $1::int as asked', runs: 3 }])
  })
})

test('what only reads is planned with its values at hand', async () => {
  await database.app.transaction().execute(async (db) => {
    await rows(db, sql`select ${1}::int as asked, 'read'`)
    const found = await preparedIn(db)
    assert.ok(found.every(({ statement }) => !statement.includes("'read'")))
  })
})

test('a plan kept under one scope shows nothing under another', async () => {
  const seen = (agencies: string) =>
    database.keyed.transaction().execute(async (db) => {
      await sql`select set_config('takao.scope', 'agencies', true),
        set_config('takao.agencies', ${agencies}, true)`.execute(db)
      return rows(db, sql<{ id: string }>`select id from cases.template`)
    })
  const writer = staffOf(platform, 'supervisor-works')
  const id = '00000000-0000-4000-8000-000000000001'
  await database.owner.query(
    `insert into cases.template (id, kind, step, agency, title, body, changed_at)
      values ($1, 'dispatch', 'finish', $2, '修好了', '已修好。', now())`,
    [id, writer.agency],
  )
  for (let round = 0; round < 8; round++) {
    assert.deepEqual(await seen(writer.agency ?? ''), [{ id }])
    assert.deepEqual(await seen('nobody'), [])
  }
})
