import type { Platform } from '../../src/core/context.ts'
import { perform } from '../../src/core/operation.ts'
import { loadBatch } from '../../src/demo/full.ts'
import { caseKinds, type Kind } from '../../src/demo/kinds.ts'
import { makeScenes, player, prepare } from '../../src/demo/load.ts'
import { type Progress, progressBar } from '../../src/demo/progress.ts'
import { type Scene, setStage } from '../../src/demo/script.ts'
import { dayAt, startOf } from '../../src/kernel/calendar/office-days.ts'

export type Holding = {
  readonly kinds: readonly Kind['name'][]
  /** Share of the cases that are not finished, 0-1. */
  readonly open: number
  /** Those came in today and wait; otherwise in the last ten days, and are with someone. */
  readonly fresh: boolean
}

/** What a busy city holds: three years of cases of every kind, one in twenty still open. */
export const busyCity: Holding = {
  kinds: ['dispatch', 'petitions', 'supervision'],
  open: 0.05,
  fresh: false,
}

const day = 86_400_000
const templates = 4000
const chunk = 50_000

/**
 * Fills a city's database with `n` cases and all that belongs to them: some thousand played by the
 * rules, the rest copied from those in SQL under ids and numbers of their own. Copies' events keep
 * their order and size, but their hashes are no chain: for measuring only. Accounts are loaded too.
 */
export async function holdCases(city: Platform, n: number, holding: Holding): Promise<void> {
  const photo = await prepare(city)
  if (n === 0) return
  const bar = progressBar(`${n} cases`, n)
  const { fresh } = holding
  const played = Math.min(n, templates)
  for (const name of holding.kinds) {
    const kind = caseKinds.find((one) => one.name === name)!
    const many = Math.round(played / holding.kinds.length)
    const open = Math.round(many * holding.open)
    await playCases(city, kind, scenesOf(city, kind, { many, open, photo, fresh }))
    bar.add(many)
  }
  if (n > played) await copyCases(city, n - played, bar)
  bar.end()
}

function scenesOf(
  city: Platform,
  kind: Kind,
  of: { many: number; open: number; photo: string; fresh: boolean },
): Scene[] {
  const stage = setStage(city.city, 7)
  const now = +city.now()
  const past = { from: new Date(now - 1100 * day), to: new Date(now - 60 * day) }
  const today = startOf(dayAt(city.now()))
  const recent = { from: of.fresh ? today : new Date(now - 10 * day), to: new Date(now) }
  const ended = makeScenes(city, stage, kind, of.many - of.open, past, of.photo)
  const open = makeScenes(city, stage, kind, of.open, recent, of.photo)
  return [
    ...ended,
    ...open.map((scene) => ({ ...scene, beats: scene.beats.slice(0, of.fresh ? 0 : 1) })),
  ]
}

async function playCases(city: Platform, kind: Kind, scenes: readonly Scene[]): Promise<void> {
  for (let i = 0; i < scenes.length; i += 1000) {
    await perform(city, loadBatch(kind, scenes.slice(i, i + 1000)), player, {})
  }
}

/** Indexes are made anew afterwards: a million rows into a search index one by one take an hour. */
async function copyCases(city: Platform, n: number, bar: Progress): Promise<void> {
  const client = await city.database.owner.connect()
  const ask = async <T>(text: string): Promise<T[]> => (await client.query(text)).rows as T[]
  const indexes = await ask<{ name: string; made: string }>(`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made
    from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relnamespace in ('cases'::regnamespace, 'core'::regnamespace)
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`)
  for (const { name } of indexes) await ask(`drop index ${name}`)
  await ask(`set session_replication_role = replica`)
  await ask(numbering)
  for (let done = 0; done < n; done += chunk) {
    const many = Math.min(chunk, n - done)
    await ask(`truncate bench.copy; insert into bench.copy select * from bench.draw(${many})`)
    for (const { table, key, fresh } of copied) {
      const columns = await ask<{ name: string }>(`select column_name as name
        from information_schema.columns where table_schema || '.' || table_name = '${table}'
          and is_identity = 'NO'`)
      const names = columns.map(({ name }) => name)
      await ask(`insert into ${table} (${names.join(', ')})
        select ${names.map((name) => fresh[name] ?? `t.${name}`).join(', ')}
        from bench.copy m join ${table} t on t.${key} = m.of`)
    }
    bar.add(many)
  }
  await ask(`set session_replication_role = origin; set maintenance_work_mem = '512MB'`)
  for (const { made } of indexes) await ask(made)
  await ask('drop schema bench cascade')
  await ask('vacuum analyze')
  client.release()
}

const copied: readonly { table: string; key: string; fresh: Readonly<Record<string, string>> }[] = [
  {
    table: 'cases.case',
    key: 'id',
    fresh: {
      ...{ id: 'm.id', no: 'm.no', received_at: 't.received_at - m.earlier' },
      secret_hash: "encode(sha256(m.no::bytea), 'hex')",
    },
  },
  { table: 'cases.words', key: 'case_id', fresh: { case_id: 'm.id', grams: 'm.grams' } },
  { table: 'cases.party', key: 'case_id', fresh: { case_id: 'm.id' } },
  { table: 'cases.clock', key: 'case_id', fresh: { case_id: 'm.id' } },
  { table: 'cases.statement', key: 'case_id', fresh: { case_id: 'm.id' } },
  { table: 'cases.attachment', key: 'case_id', fresh: { case_id: 'm.id' } },
  {
    table: 'cases.register',
    key: 'case_id',
    fresh: { case_id: 'm.id', no: 'm.no', received_at: 't.received_at - m.earlier' },
  },
  {
    table: 'core.event',
    key: 'record',
    fresh: { record: 'm.id', hash: 'sha256(t.hash || uuid_send(m.id))' },
  },
]

/** Draws the cases to copy, each with a number whose check digit holds. */
const numbering = `
  create schema bench;
  create table bench.template as select row_number() over () as i, id, no,
    left(no, 4) as prefix,
    array(select g from unnest(w.grams) g where g !~ '^[a-z]?[0-9]') as words
    from cases.case c join cases.words w on w.case_id = c.id;
  alter table bench.template add primary key (i);
  analyze bench.template;
  create unlogged table bench.copy (of uuid, id uuid, no text, earlier interval, grams text[]);
  create function bench.luhn(digits text) returns int language sql immutable as $$
    select ((10 - sum(case when i % 2 = 0 then d else case when d > 4 then d * 2 - 9
      else d * 2 end end) % 10) % 10)::int
    from (select i, substr(reverse(digits), i, 1)::int as d
      from generate_series(1, length(digits)) i) x $$;
  create function bench.draw(many int)
  returns table (of uuid, id uuid, no text, earlier interval, grams text[])
  language sql as $$
    with drawn as materialized (
      select nextval('cases.number') as running from generate_series(1, many)),
    numbered as materialized (
      select t.id as of, t.words, t.prefix, t.prefix || '-' || lpad(running::text, 6, '0') as no
      from drawn join bench.template t
        on t.i = 1 + running % (select count(*) from bench.template)),
    made as materialized (
      select of, words, no || '-' || bench.luhn(translate(substr(no, 2), '-', '')) as no
      from numbered)
    select of, gen_random_uuid(), no, random() * interval '20 minutes',
      words || array(select distinct lower(substr(no, i, 2)) from generate_series(1, 10) i
        where substr(no, i, 2) !~ '-')
    from made $$;`
