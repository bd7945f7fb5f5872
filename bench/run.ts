import { mkdtempSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { canonical, sha256 } from '../src/core/canonical.ts'
import { readConfig } from '../src/core/config.ts'
import { type Platform, publicActor } from '../src/core/context.ts'
import { rows, transact } from '../src/core/db.ts'
import { perform } from '../src/core/operation.ts'
import { startPostgres } from '../src/core/postgres.ts'
import { loadCalls } from '../src/demo/desk.ts'
import { setStage } from '../src/demo/script.ts'
import { closePlatform, openPlatform } from '../src/platform.ts'
import { report } from '../src/systems/dispatch/operations.ts'
import { recompute } from './cases/recompute.ts'
import { printChatbot } from './chatbot/print.ts'
import { median, rate, timed } from './measure.ts'

/*
 * npm run bench -- NAME [N]     ratios within one run on one machine, in interleaved rounds.
 * npm run bench -- chatbot      how often it is right, on the frozen questions; no database.
 */

type Bench = (city: Platform, n?: number) => Promise<void>
const benches: Readonly<Record<string, Bench>> = { cases, freeze, recompute }
const [wanted = 'cases', given] = process.argv.slice(2)
if (wanted === 'chatbot') {
  printChatbot(given === 'tuning' ? 'tuning' : 'evaluation')
  process.exit(0)
}
const bench = benches[wanted]
if (!bench) {
  console.error(`npm run bench -- ${Object.keys(benches).join(' | ')} | chatbot`)
  process.exit(1)
}
const config = readConfig({ TAKAO_DATA: mkdtempSync(join(tmpdir(), 'takao-bench-')) })
const postgres = await startPostgres(config.TAKAO_DATA)
const platform = await openPlatform(config, postgres.url, pino({ level: 'silent' }), {
  supervise: false,
})
console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? ''}`)
await bench(platform, given === undefined ? undefined : Number(given))
await closePlatform(platform)
await postgres.stop()

/** A citizen's report with checks, routing, clocks, register and event, against one bare insert. */
async function cases(city: Platform): Promise<void> {
  const input = { item: 'pothole', place: '一號路口', body: '路面有洞'.repeat(10), answers: {} }
  const known = await city.database.owner.query(`create table public.bare as
    select * from cases.case limit 0`)
  if (known.rowCount !== 0) throw new Error('the bare table is not empty')
  const [n, lanes] = [400, 4]
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const ours = await timed(n, lanes, () =>
      perform(city, report, publicActor, { ...input, lat: 22.6273, lon: 120.3014, answers: sized }),
    )
    const bare = await timed(n, lanes, () =>
      city.database.owner.query(
        `insert into public.bare (id, kind, no, subject, body, state, received_at)
         values (gen_random_uuid(), 'dispatch', $1, $2, $3, 'received', now())`,
        [String(Math.random()), input.place, input.body],
      ),
    )
    ratios.push(bare / ours)
    console.log(`${rate(n, ours)} reports/s, ${rate(n, bare)} bare inserts/s`)
  }
  console.log(`ratio, median of 5: ${median(ratios).toFixed(3)} of the bare insert rate`)
}

/** The pack's pothole asks how large it is. */
const sized = { size: 'hand' }

/** Rows of evidence read, made canonical and hashed, against reading them alone. */
async function freeze(city: Platform): Promise<void> {
  await loadCalls(city, setStage(city.city, 1), 50_000, { add: () => {} })
  const scope = { scope: 'city', person: '', agencies: [], secrets: [] } as const
  const read = () =>
    transact(city.database.app, scope, (db) =>
      rows(db, sql<Record<string, unknown>>`select * from call_centre.counted`),
    )
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const plain = await timed(1, 1, read)
    const hashed = await timed(1, 1, async () => {
      for (const row of await read()) sha256(canonical(row))
    })
    ratios.push(hashed / plain)
    console.log(`read ${rate(50_000, plain)} rows/s, hashed ${rate(50_000, hashed)} rows/s`)
  }
  console.log(`hashing costs ${median(ratios).toFixed(2)} times the reading (median of 5)`)
}
