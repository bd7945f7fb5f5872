import { type Platform, systemActor } from '../core/context.ts'
import { halfYear } from '../core/format.ts'
import { perform } from '../core/operation.ts'
import { importCalls } from '../systems/call-centre/operations.ts'
import { importEnquiries } from '../systems/enquiries/operations.ts'
import { pickOne, timeWithin } from './random.ts'
import type { Stage } from './script.ts'

const player = systemActor('demo')
const { from, to } = halfYear('109H2')
const monthMs = 31 * 86_400_000

type Bar = { readonly add: (n: number) => void }

/** Brings in `n` enquiries in batches, each as of the end of its span. */
export async function loadEnquiries(
  platform: Platform,
  stage: Stage,
  n: number,
  bar: Bar,
): Promise<void> {
  const { random, texts } = stage
  const topics = Object.keys(texts.enquiries)
  const all = Array.from({ length: n }, () => {
    const topic = pickOne(random, topics)
    return {
      topic,
      ...pickOne(random, texts.enquiries[topic]!),
      channel: random() < 0.82 ? 'phone' : 'counter',
      answered: random() > 0.02,
      seconds: 30 + Math.floor(random() * 240),
      at: timeWithin(random, from, to).toISOString(),
    }
  }).sort(byTime)
  for (const batch of inBatches(all)) {
    await perform(platform, importEnquiries, player, { enquiries: batch }, asOf(batch))
    bar.add(batch.length)
  }
}

/** Brings in `n` calls of the exchange, the same way. Their numbers are none that is assigned. */
export async function loadCalls(
  platform: Platform,
  stage: Stage,
  n: number,
  bar: Bar,
): Promise<void> {
  const { random } = stage
  const all = Array.from({ length: n }, (_, i) => {
    const began = timeWithin(random, from, to)
    const answered = random() > 0.06
    const wait = Math.floor(2 + random() * (answered ? 25 : 120)) * 1000
    const talk = Math.floor(40 + random() * 300) * 1000
    return {
      sourceId: `cdr-${i}`,
      direction: 'in' as const,
      queue: pickOne(random, ['general', 'dispatch', 'petition']),
      caller: `0900000${String(i % 1000).padStart(3, '0')}`,
      beganAt: began.toISOString(),
      ...(answered && { answeredAt: new Date(+began + wait).toISOString() }),
      endedAt: new Date(+began + wait + (answered ? talk : 0)).toISOString(),
      outcome: answered ? 'answered' : 'abandoned',
      at: began.toISOString(),
    }
  }).sort(byTime)
  for (const batch of inBatches(all)) {
    const calls = batch.map(({ at: _, ...call }) => call)
    await perform(platform, importCalls, player, { source: 'demo', calls }, asOf(batch))
    bar.add(batch.length)
  }
}

const byTime = (a: { at: string }, b: { at: string }) => (a.at < b.at ? -1 : 1)

/** A record is known when its batch came in, an hour after its last one. */
export const asOf = (batch: readonly { at: string }[]) => ({
  now: new Date(Date.parse(batch.at(-1)!.at) + 3_600_000),
})

/** Batches of a month at most and of 10,000 at most. */
export function* inBatches<T extends { at: string }>(all: readonly T[]): Generator<T[]> {
  let batch: T[] = []
  for (const item of all) {
    const first = batch[0]
    if (first && (batch.length >= 10_000 || Date.parse(item.at) - Date.parse(first.at) > monthMs)) {
      yield batch
      batch = []
    }
    batch.push(item)
  }
  if (batch.length > 0) yield batch
}
