import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, openClient } from '../http.ts'
import { median, rate, timed } from '../measure.ts'
import type { BenchCity, Place } from '../place.ts'
import { fault } from './lifecycle.ts'
import { busyCity, holdCases } from './load.ts'

const lanes = 8
const rounds = 5

/**
 * Reports over HTTP to the running server, with every check, its event and its idempotency key,
 * against the same rows written into the same tables by pgbench over as many connections (without
 * policies and foreign keys), by turns.
 */
export async function submit(place: Place, n = 800): Promise<void> {
  const city = await place.city('city')
  await holdCases(city, 0, busyCity)
  const server = await city.serve()
  const client = openClient(server.url, lanes)
  const send = (i: number) =>
    client.post('/api/dispatch/report', fault(i), {
      'idempotency-key': `bench-submission-${serial++}`,
    })
  const first = JSON.parse(expect(await send(0), 200).body) as { id: string }
  await timed(100, lanes, send)
  const bare = await bareInserts(city, first.id)
  console.log(`the bare inserts are sent by ${bare.by}, ${lanes} connections`)
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const ours = await timed(n, lanes, async (i) => expect(await send(i), 200))
    const per = await bare.run(n)
    ratios.push(per / ours)
    console.log(`${rate(n, ours)} submissions/s, ${rate(n, per)} bare/s`)
  }
  console.log(`${median(ratios).toFixed(3)} of the bare rate, median of ${rounds}`)
  client.close()
  await server.close()
}

let serial = 1_000_000

function keyOf(n: number): string {
  return `bench-submission-${n}`
}

type Bare = { readonly by: string; readonly run: (n: number) => Promise<number> }

/** The statements that write what one submission wrote, under ids drawn from :n. */
async function bareInserts(city: BenchCity, like: string): Promise<Bare> {
  const ask = async <T>(text: string): Promise<T[]> =>
    (await city.database.owner.query(text)).rows as T[]
  await ask('create schema bare')
  const written: string[] = []
  for (const [table, which] of tables) {
    const [schema, name] = table.split('.')
    await ask(`create table bare."${name}" (like ${table} including all)`)
    const columns = await ask<{ name: string }>(`select column_name as name
      from information_schema.columns where is_identity = 'NO'
        and table_schema = '${schema}' and table_name = '${name}'`)
    const names = columns.map((one) => one.name)
    const values = names.map((one) => fresh[`${name}.${one}`] ?? `quote_nullable(t.${one}::text)`)
    const rows = await ask<{ line: string }>(
      `select concat_ws(', ', ${values.join(', ')}) as line
      from ${table} t where ${which}`.replace(':id', `'${like}'`),
    )
    for (const { line } of rows)
      written.push(`insert into bare."${name}" (${names.join(', ')}) values (${line})`)
  }
  return spawnSync('pgbench', ['--version']).status === 0
    ? byPgbench(city, written)
    : byDriver(city, written)
}

/** Each table of a submission, and how its rows are found. */
const tables = [
  ['cases.case', 'id = :id'],
  ['cases.words', 'case_id = :id'],
  ['cases.party', 'case_id = :id'],
  ['cases.clock', 'case_id = :id'],
  ['cases.register', 'case_id = :id'],
  ['core.event', 'record = :id'],
  ['core.idempotency', `key = '${keyOf(1_000_000)}'`],
] as const

const id = `'md5(:n::text)::uuid'`
const fresh: Readonly<Record<string, string>> = {
  'case.id': id,
  'case.no': `'''B'' || :n'`,
  'words.case_id': id,
  'party.case_id': id,
  'clock.case_id': id,
  'register.case_id': id,
  'register.no': `'''B'' || :n'`,
  'event.record': id,
  'idempotency.key': `'''k'' || :n'`,
}

function byPgbench(city: BenchCity, written: readonly string[]): Bare {
  const script = join(city.config.TAKAO_DATA, 'bare.sql')
  const lines = ['begin', ...written.map((one) => one.replace(/\s+/g, ' ')), 'commit']
  writeFileSync(script, `\\set n random(1, 9000000000000000)\n${lines.join(';\n')};\n`)
  const url = new URL(city.database.url.replace('@/', '@localhost/'))
  const env = { ...process.env, PGPASSWORD: url.password }
  const to = ['-h', url.searchParams.get('host')!, '-U', url.username, url.pathname.slice(1)]
  return {
    by: 'pgbench with prepared statements',
    run: async (n) => {
      const turns = ['-n', '-M', 'prepared', '-c', `${lanes}`, '-j', '1', '-t', `${n / lanes}`]
      const done = spawnSync('pgbench', [...turns, '-f', script, ...to], { env, encoding: 'utf8' })
      const perSecond = /tps = ([\d.]+)/.exec(done.stdout)?.[1]
      if (!perSecond) throw new Error(done.stderr)
      return (n / Number(perSecond)) * 1000
    },
  }
}

function byDriver(city: BenchCity, written: readonly string[]): Bare {
  const pool = new pg.Pool({ connectionString: city.database.url, max: lanes })
  const texts = written.map((one) => one.replaceAll(':n', '$1::bigint'))
  return {
    by: 'the driver with prepared statements, for want of pgbench',
    run: (n) =>
      timed(n, lanes, async () => {
        const client = await pool.connect()
        const drawn = [Math.floor(Math.random() * 9e15)]
        await client.query('begin')
        for (const [i, text] of texts.entries())
          await client.query({ name: `b${i}`, text, values: drawn })
        await client.query('commit')
        client.release()
      }),
  }
}
