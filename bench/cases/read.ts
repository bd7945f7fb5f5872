import { followCode } from '../../src/core/number.ts'
import { sessionOf } from '../../test/city.ts'
import { type Client, expect, openClient } from '../http.ts'
import { median, quantile } from '../measure.ts'
import type { BenchCity, Place } from '../place.ts'
import { busyCity, holdCases } from './load.ts'

const rounds = 5
const each = 24

/**
 * What people look at most, over HTTP one at a time: in a city that holds `n` cases, against the
 * same pages in one of a hundred cases, by turns.
 */
export async function read(place: Place, n = 100_000): Promise<void> {
  const [full, small] = [await place.city('full'), await place.city('small')]
  await holdCases(full, n, busyCity)
  await holdCases(small, 100, busyCity)
  const sides = [await openSide(full), await openSide(small)] as const
  const looks = Object.keys(sides[0].looks)
  for (const look of looks) for (const side of sides) await times(side, look, 8)
  for (const look of looks) {
    const [ours, bare]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      ours.push(...(await times(sides[0], look, each)))
      bare.push(...(await times(sides[1], look, each)))
    }
    const ratio = quantile(ours, 0.99) / quantile(bare, 0.99)
    console.log(
      `${look.padEnd(28)} p50 ${ms(median(ours))}, p99 ${ms(quantile(ours, 0.99))} at ${n} cases; ` +
        `p50 ${ms(median(bare))}, p99 ${ms(quantile(bare, 0.99))} at 100: ${ratio.toFixed(1)} times`,
    )
  }
  for (const side of sides) await side.close()
}

const ms = (value: number): string => `${value.toFixed(1)} ms`

type Side = {
  readonly looks: Readonly<Record<string, (i: number) => ReturnType<Client['get']>>>
  readonly close: () => Promise<void>
}

async function openSide(city: BenchCity): Promise<Side> {
  const server = await city.serve()
  const client = openClient(server.url, 1)
  const signedIn = async (login: string) => ({ cookie: await sessionOf(city, login) })
  const officer = await signedIn('officer-maintenance')
  const supervisor = await signedIn('supervisor-city')
  // Cases that were filed; copies of them have codes that nobody knows.
  const numbers = (
    await city.database.owner.query<{ no: string }>(`select no from cases.case
      where kind = 'dispatch' and secret_hash <> encode(sha256(no::bytea), 'hex')
        order by recorded_at, no limit 40`)
  ).rows.map(({ no }) => no)
  const held = await Promise.all(numbers.map((no) => holding(client, city, no)))
  const words = ['路燈', '坑洞', '樹木', '路燈 不亮', '積水', '人行道']
  const word = (i: number) => encodeURIComponent(words[i % words.length]!)
  return {
    looks: {
      'agency inbox': () => client.get('/desk/dispatch', officer),
      'agency inbox, overdue': () => client.get('/desk/dispatch?overdue=1', officer),
      'city inbox': () => client.get('/desk/dispatch', supervisor),
      'inbox, finished ones': () => client.get('/desk/dispatch?closed=1', officer),
      'search by an officer': (i) => client.get(`/desk/search?q=${word(i)}`, officer),
      'search in the whole city': (i) => client.get(`/desk/search?q=${word(i)}`, supervisor),
      'a case on the desk': (i) =>
        client.get(`/desk/dispatch/${numbers[i % numbers.length]}`, supervisor),
      'public list and map': () => client.get('/dispatch'),
      'public start page': () => client.get('/'),
      'following a case': (i) => {
        const at = i % numbers.length
        return client.get(`/follow/${numbers[at]}`, held[at]!)
      },
    },
    close: async () => {
      client.close()
      await server.close()
    },
  }
}

/** The cookie of a browser that opened a case by its code. */
async function holding(client: Client, city: BenchCity, no: string) {
  const given = new URLSearchParams({ number: no, code: followCode(city.config.secret, no) })
  const reply = expect(await client.post('/follow', given), 303)
  return { cookie: reply.cookies.join('; ') }
}

/** Milliseconds of `many` looks, one after the other. */
async function times(side: Side, look: string, many: number): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < many; i++) {
    const from = performance.now()
    expect(await side.looks[look]!(i), 200)
    all.push(performance.now() - from)
  }
  return all
}
