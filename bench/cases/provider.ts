import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { median, quantile, timed } from '../measure.ts'
import { hasGlewlwyd, startGlewlwyd } from '../peers/glewlwyd.ts'
import { hasLemonldap, lemonldapPackages, startLemonldap } from '../peers/lemonldap.ts'
import { startOurs } from '../peers/ours.ts'
import { lanes, type Provider } from '../peers/provider.ts'
import type { BenchCity, Place } from '../place.ts'

const rounds = 5
// About the processor time of one of our Argon2id hashes; both are printed.
const bcryptCost = 9

const peers = [
  { installed: hasGlewlwyd, start: startGlewlwyd, packages: 'glewlwyd' },
  { installed: hasLemonldap, start: startLemonldap, packages: lemonldapPackages },
]

type Work = (provider: Provider) => Promise<() => Promise<unknown>>

/** Prepares what a round works on; the round itself is measured. */
const works: Readonly<Record<string, { readonly n: number; readonly work: Work }>> = {
  signin: { n: 30, work: async (provider) => provider.signIn },
  token: { n: 400, work: async (provider) => provider.token },
  refresh: {
    n: 400,
    work: async (provider) => {
      const held: string[] = []
      for (let i = 0; i < lanes; i++) held.push((await provider.signIn()).refresh)
      return async () => {
        const token = held.pop() ?? ''
        held.push(await provider.refresh(token))
      }
    },
  },
  introspect: {
    n: 800,
    work: async (provider) => {
      const { access } = await provider.signIn()
      return async () => {
        if (!(await provider.introspect(access))) throw new Error('not active')
      }
    },
  },
}

/**
 * One operation of the OpenID provider beside those of Debian: processor time of the server and
 * its database per completed operation, all in one cluster, by turns. A gate comes first: of six
 * uses of one refresh token at once, exactly one may be answered. Debian's Glewlwyd breaks when
 * several ask at once over PostgreSQL, so each peer passes the gate in a process of its own, and
 * all are measured by one connection; ours is measured once more by eight.
 */
export const provider =
  (name: string) =>
  async (place: Place, given?: number): Promise<void> => {
    const { n: usual, work } = works[name]!
    const n = given ?? usual
    const city = await place.city('city')
    const ours = await startOurs(city)
    console.log(`${ours.name}: ${await gate(ours)} of six at once`)
    const all = [ours]
    for (const { installed, start, packages } of peers) {
      if (!installed()) {
        console.log(`not installed: apt-get install ${packages}`)
        continue
      }
      const tried = await start(city.database.url, bcryptCost)
      console.log(`${tried.name}: ${await gate(tried).catch(() => 'broken by')} of six at once`)
      await tried.close()
      all.push(await start(city.database.url, bcryptCost))
    }
    const run = new Map<Provider, () => Promise<unknown>>()
    for (const one of all) run.set(one, await work(one))
    const found = new Map<Provider, Round[]>(all.map((one) => [one, []]))
    for (const one of all) await timed(n, 1, run.get(one)!)
    for (let round = 0; round < rounds; round++)
      for (const one of all) found.get(one)!.push(await measured(city, one, n, 1, run.get(one)!))
    for (const one of all) print(one, found.get(one)!)
    const wide: Round[] = []
    for (let round = 0; round < rounds; round++)
      wide.push(await measured(city, ours, n, lanes, run.get(ours)!))
    print({ ...ours, name: `${ours.name}, ${lanes} connections` }, wide)
    if (name === 'signin') for (const one of all) await printHash(city, one)
    const [own = 0, ...theirs] = all.map((one) => median(found.get(one)!.map(({ cpu }) => cpu)))
    for (const [i, cpu] of theirs.entries())
      console.log(`${(own / cpu).toFixed(2)} of the processor time of ${all[i + 1]!.name}`)
    for (const one of all.reverse()) await one.close()
  }

async function gate(one: Provider): Promise<number> {
  const { refresh } = await one.signIn()
  const used = () =>
    one.refresh(refresh).then(
      () => 1,
      () => 0,
    )
  const done = await Promise.all([used(), used(), used(), used(), used(), used()])
  return done.reduce<number>((sum, each) => sum + each, 0)
}

/** Milliseconds of processor time for one operation, operations a second, and their durations. */
type Round = { readonly cpu: number; readonly rate: number; readonly took: readonly number[] }

async function measured(
  city: BenchCity,
  one: Provider,
  n: number,
  at: number,
  work: () => Promise<unknown>,
): Promise<Round> {
  const took: number[] = []
  const before = await processorMs(city, one)
  const ms = await timed(n, at, async () => {
    const from = performance.now()
    await work()
    took.push(performance.now() - from)
  })
  const cpu = ((await processorMs(city, one)) - before) / n
  return { cpu, rate: (n / ms) * 1000, took }
}

const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** What the server and the backends of its database have used so far. */
async function processorMs(city: BenchCity, { pids, database }: Provider): Promise<number> {
  const { rows } = await city.database.owner.query<{ pid: number; own: boolean }>(
    `select pid, pid = pg_backend_pid() as own from pg_stat_activity
      where datname = $1 or pid = pg_backend_pid()`,
    [database],
  )
  const theirs = rows.filter(({ own }) => !own).map(({ pid }) => pid)
  const cluster = statOf(rows.find(({ own }) => own)!.pid).parent
  const alive = [...pids(), ...theirs].map((pid) => statOf(pid).ms)
  // A peer that connects anew for each statement: what ended connections had used.
  return [...alive, statOf(cluster).endedMs].reduce((sum, each) => sum + each, 0)
}

/** From /proc/…/stat: the parent, the own processor time, and that of ended children. */
function statOf(pid: number): { parent: number; ms: number; endedMs: number } {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const ms = (first: number) => ((fields[first]! + fields[first + 1]!) / ticks) * 1000
  return { parent: fields[1]!, ms: ms(11), endedMs: ms(13) }
}

function print(one: Provider, found: readonly Round[]): void {
  const cpu = median(found.map((round) => round.cpu)).toFixed(2)
  const rate = median(found.map((round) => round.rate)).toFixed(0)
  const p99 = quantile(
    found.flatMap((round) => round.took),
    0.99,
  ).toFixed(0)
  console.log(`${one.name}: ${cpu} ms of processor each, ${rate}/s, p99 ${p99} ms`)
}

/** The share of the hash: measured alone, in this process or the database. */
async function printHash(city: BenchCity, one: Provider): Promise<void> {
  const own = process.cpuUsage()
  const before = await processorMs(city, one)
  const from = performance.now()
  await one.hash(20)
  const { user, system } = process.cpuUsage(own)
  const database = (await processorMs(city, one)) - before
  const ms = Math.max((user + system) / 1000, database, performance.now() - from) / 20
  console.log(`${one.name}: one hash takes ${ms.toFixed(1)} ms`)
}
