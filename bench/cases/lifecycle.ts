import sharp from 'sharp'
import { seedId } from '../../src/kernel/identity/seed.ts'
import { sessionOf } from '../../test/city.ts'
import { type Client, expect, openClient } from '../http.ts'
import { median, quantile, rate, timed } from '../measure.ts'
import type { BenchCity, Place } from '../place.ts'
import { busyCity, holdCases } from './load.ts'

const lanes = 8
const each = 120
const rounds = 5

/**
 * Whole lives of cases over HTTP: a citizen reports, an officer who signed in gives it out, a crew
 * finishes it with a photograph, the citizen opens it by the code and confirms. In a city that
 * holds `n` cases, against the same in an empty one, by turns.
 */
export async function lifecycle(place: Place, n = 100_000): Promise<void> {
  const [full, empty] = [await place.city('full'), await place.city('empty')]
  await holdCases(full, n, busyCity)
  await holdCases(empty, 0, busyCity)
  const photos = await drawPhotos()
  const sides = await Promise.all([full, empty].map((city) => openSide(city, photos)))
  const [ours, bare] = sides as [Side, Side]
  await Promise.all(sides.map((side) => live(side, 40)))
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [there, here] = [await live(ours, each), await live(bare, each)]
    ratios.push(here / there)
    console.log(`${rate(each, there)} lifecycles/s at ${n} cases, ${rate(each, here)} when empty`)
  }
  const errors = sides.reduce((sum, side) => sum + side.errors.length, 0)
  console.log(`${errors} errors ${sides.flatMap((side) => side.errors).slice(0, 3)}`)
  const slow = quantile(ours.steps, 0.99).toFixed(0)
  console.log(`a request takes ${median(ours.steps).toFixed(1)} ms, 99 % are below ${slow} ms`)
  console.log(`${median(ratios).toFixed(2)} of the rate when empty, median of ${rounds}`)
  for (const side of sides) await side.close()
}

type Side = {
  readonly client: Client
  readonly officer: string
  readonly crew: string
  readonly photos: readonly Buffer[]
  readonly errors: string[]
  /** Milliseconds of each request. */
  readonly steps: number[]
  readonly close: () => Promise<void>
}

async function openSide(city: BenchCity, photos: readonly Buffer[]): Promise<Side> {
  const server = await city.serve()
  const client = openClient(server.url, lanes)
  return {
    client,
    officer: await sessionOf(city, 'officer-maintenance'),
    crew: await sessionOf(city, 'crew-maintenance'),
    photos,
    errors: [],
    steps: [],
    close: async () => {
      client.close()
      await server.close()
    },
  }
}

const as = (cookie: string) => ({ cookie })

const live = (side: Side, many: number): Promise<number> =>
  timed(many, lanes, (i) =>
    oneLife(side, i).catch((error: Error) => side.errors.push(error.message)),
  )

/** Photographs as a telephone's page sends them, each another so that each is kept. */
async function drawPhotos(): Promise<Buffer[]> {
  const drawn = Array.from({ length: 16 }, (_, i) =>
    sharp({
      create: { width: 640, height: 480, channels: 3, background: { r: i * 9, g: 90, b: 60 } },
    })
      .jpeg()
      .toBuffer(),
  )
  return Promise.all(drawn)
}

async function oneLife(side: Side, i: number): Promise<void> {
  const { client } = side
  const step = async (status: number, sent: () => ReturnType<Client['get']>) => {
    const from = performance.now()
    const reply = expect(await sent(), status)
    side.steps.push(performance.now() - from)
    return reply
  }
  const filed = await step(200, () => client.post('/api/dispatch/report', fault(i)))
  const { no, code } = JSON.parse(filed.body) as { no: string; code: string }
  const given = { case: no, assignee: seedId('staff:crew-maintenance') }
  await step(200, () => client.post('/api/dispatch/assign', given, as(side.officer)))
  const form = { fields: { statement: '已修復並恢復照明。' }, photo: side.photos[i % 16]! }
  const path = `/desk/dispatch/${no}/finish`
  await step(303, () => client.upload(path, form, as(side.crew)))
  const asked = new URLSearchParams({ number: no, code })
  const opened = await step(303, () => client.post('/follow', asked))
  const held = { cookie: opened.cookies.join('; ') }
  const words = new URLSearchParams()
  await step(303, () => client.post(`/follow/${no}/confirm`, words, held))
}

/** A dark lamp somewhere in a square of streets. */
export const fault = (i: number) => ({
  item: 'streetlight-out',
  body: `巷口路燈不亮，連續第 ${i % 7} 天`,
  lat: 22.6273 + (i % 31) * 0.0011,
  lon: 120.3014 + (i % 29) * 0.0013,
  answers: { fault: 'out' },
  place: `第 ${i % 97} 號電桿`,
  name: '王小明',
})
