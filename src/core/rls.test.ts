import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../test/city.ts'
import { changesOnly, reached } from '../../test/reached.ts'
import { everything, fillCity, holderOf } from '../../test/records.ts'
import { asOwner, holdersOnly, open, owners } from '../../test/row-owners.ts'
import { migrations } from '../platform.ts'
import { type RowScope, rows } from './db.ts'

const platform = await testCity()
const records = await fillCity(platform)
const crew = staffOf(platform, 'crew-maintenance')
const schemas = migrations.map(({ schema }) => schema)

/** Rows that everyone may read, though only their agency may change them: what is published. */
const published: Readonly<Record<string, string>> = {
  'knowledge.article': `r.state = 'published'`,
  'knowledge.version': `exists (select from knowledge.article a
    where a.id = r.article and a.state = 'published')`,
}

type Table = { readonly name: string; readonly secured: boolean }

const tables = (
  await platform.database.owner.query<Table>(
    `select n.nspname || '.' || c.relname as name, c.relrowsecurity as secured
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any ($1) and c.relkind in ('r', 'p') order by 1`,
    [schemas],
  )
).rows
// Tables that anyone may read can still be held against writers: their own tests show that.
const secured = tables.filter((table) => table.secured && !open[table.name]).map(({ name }) => name)

test('every table is under row-level security, or on the short list with its reason', () => {
  const missing = tables
    .map(({ name }) => name)
    .filter((name) => !secured.includes(name) && !open[name] && !/\.migration(_lock)?$/.test(name))
  assert.deepEqual(missing, [], 'give the table row-level security, or a reason in `open`')
  const names = tables.map(({ name }) => name)
  assert.deepEqual(
    Object.keys(open).filter((name) => !names.includes(name)),
    [],
  )
})

test('every secured table has policies, known owners of its rows, and a row to try', async () => {
  const { rows: policies } = await platform.database.owner.query<{ name: string }>(
    `select distinct schemaname || '.' || tablename as name from pg_policies`,
  )
  for (const name of secured) {
    assert.ok(
      policies.some((policy) => policy.name === name),
      `${name} has no policy`,
    )
    assert.ok(owners[name], `say in \`owners\` whose the rows of ${name} are`)
    assert.notEqual((await held(name)).length, 0, `fillCity writes no row of ${name}`)
  }
})

test('the bookkeeping of migrations is closed to the application', async () => {
  const closed = tables.map(({ name }) => name).filter((name) => /\.migration(_lock)?$/.test(name))
  for (const name of closed) {
    const { rows: found } = await platform.database.owner.query(
      `select has_table_privilege('takao_app', $1, 'select, insert, update, delete') as may`,
      [name],
    )
    assert.equal(found[0].may, false, name)
  }
})

test('the role of the application owns nothing and may pass by nothing', async () => {
  const { rows: found } = await platform.database.owner.query<{ name: string }>(`
    with app as (select * from pg_roles where rolname = 'takao_app')
    select c.oid::regclass::text as name from pg_class c, app where c.relowner = app.oid
    union all select p.oid::regproc::text from pg_proc p, app where p.proowner = app.oid
    union all select n.nspname from pg_namespace n, app where n.nspowner = app.oid
    union all select 'role attribute' from app
      where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin
    union all select 'create in ' || n.nspname from pg_namespace n
      where has_schema_privilege('takao_app', n.oid, 'create')
    union all select 'member of ' || m.roleid::regrole::text from pg_auth_members m, app
      where m.member = app.oid`)
  assert.deepEqual(found, [])
  const { rows: users } = await platform.database.app.executeQuery<{ current_user: string }>(
    sql`select current_user`.compile(platform.database.app),
  )
  assert.equal(users[0]?.current_user, 'takao_app')
})

test("what runs with its owner's rights is on a short list with its reason", async () => {
  const { rows: found } = await platform.database.owner.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any ($1) and c.relkind in ('v', 'm')
          and not coalesce(c.reloptions::text like '%security_invoker=true%', false)
      union all select n.nspname || '.' || p.proname from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = any ($1) and p.prosecdef
      order by 1`,
    [schemas],
  )
  assert.deepEqual(
    found.map(({ name }) => name),
    Object.keys(asOwner),
  )
})

test('a view that runs as its owner shows no words and nobody', async () => {
  const { rows: columns } = await platform.database.owner.query<{ column_name: string }>(
    `select column_name from information_schema.columns
      where table_schema || '.' || table_name = any ($1)`,
    [Object.keys(asOwner)],
  )
  const personal = /subject|body|answer|question|name|phone|email|caller|operator|place|secret|text/
  const shown = columns.map(({ column_name }) => column_name)
  assert.deepEqual(
    shown.filter((name) => personal.test(name) && name !== 'answered_at'),
    [],
  )
})

type Row = {
  at: string
  agency: string | null
  person: string | null
  secret: string | null
  published: boolean
}

/** All rows of a table, as its owner sees them, with whose they are. */
async function held(name: string): Promise<Row[]> {
  const whose = owners[name]!
  const found = await platform.database.owner.query<Row>(
    `select r.ctid::text as at, ${whose.agency} as agency, ${whose.person} as person,
      ${whose.secret} as secret, ${published[name] ?? 'false'} as published
      from ${name} r order by 1`,
  )
  return found.rows
}

const none: RowScope = { scope: 'none', person: '', agencies: [], secrets: [] }

const { secrets } = holderOf(platform, records.dispatch)
const scopes: readonly [string, RowScope, (row: Row, table: string) => boolean][] = [
  ['none', none, () => false],
  [
    'holder of one case',
    { ...none, scope: 'holder', secrets },
    ({ secret }) => isIn(secrets, secret),
  ],
  ['holder of nothing', { ...none, scope: 'holder', secrets: ['0'.repeat(64)] }, () => false],
  ['own', { ...none, scope: 'own', person: crew.id }, ({ person }) => person === crew.id],
  ['own, of a stranger', { ...none, scope: 'own', person: 'nobody' }, () => false],
  [
    'the own agency',
    { ...none, scope: 'agencies', agencies: ['maintenance-office'] },
    ({ agency }) => agency === 'maintenance-office',
  ],
  [
    'another agency',
    { ...none, scope: 'agencies', agencies: ['transport'] },
    ({ agency }) => agency === 'transport',
  ],
  ['an agency without rows', { ...none, scope: 'agencies', agencies: ['youth'] }, () => false],
  ['no agency at all', { ...none, scope: 'agencies' }, () => false],
  ['the whole city', everything, (_, table) => !holdersOnly.includes(table)],
]

const isIn = (all: readonly string[], one: string | null) => one !== null && all.includes(one)

for (const table of secured) {
  for (const [title, scope, mine] of scopes) {
    test(`${table}: ${title} reaches exactly its own rows`, async () => {
      const all = await held(table)
      const own = all.filter((row) => mine(row, table))
      const expected = all.filter((row) => row.published || own.includes(row)).map(({ at }) => at)
      const visible = await reached(platform, scope, (db) =>
        rows(
          db,
          sql<{ at: string }>`select r.ctid::text as at from ${sql.raw(table)} r order by 1`,
        ),
      )
      assert.deepEqual(visible, expected)
      await changesOnly(platform, table, scope, own.length)
    })
  }
}
