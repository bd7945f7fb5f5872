import { type Platform, systemActor } from '../core/context.ts'
import { taipei } from '../core/format.ts'
import { perform } from '../core/operation.ts'
import { importSignIns } from '../systems/single-sign-on/import.ts'
import { seedSystems, signInPack } from '../systems/single-sign-on/seed.ts'
import { asOf, inBatches } from './desk.ts'
import { pickOne, randomStream, timeWithin } from './random.ts'

const player = systemActor('demo')
const [from, to] = [taipei('2020-01-01'), taipei('2021-01-01')]

const methods: Readonly<Record<string, readonly string[]>> = {
  citizens: ['line', 'line', 'google', 'facebook', 'password', 'certificate'],
  staff: ['password', 'password', 'totp'],
  both: ['password', 'line'],
}

const levels: Readonly<Record<string, number>> = { certificate: 4, totp: 2 }

/** The demo's fifty systems, and `n` sign-ins of the calendar year to those that were live. */
export async function loadSignIns(
  platform: Platform,
  n: number,
  bar: { readonly add: (n: number) => void },
): Promise<void> {
  await perform(platform, seedSystems, player, {}, { now: from })
  // A stream of its own: the cases stay the same with and without sign-ins.
  const random = randomStream(64)
  const systems = signInPack(platform.city).systems
  const all = Array.from({ length: n }, () => {
    const at = timeWithin(random, from, to)
    const live = systems.filter(({ liveFrom }) => taipei(liveFrom) <= at)
    const { id, audience, rating } = pickOne(random, live)
    const high = rating === 'high' && audience === 'citizens'
    const method = high ? 'certificate' : pickOne(random, methods[audience] ?? ['password'])
    return { system: id, at: at.toISOString(), method, level: levels[method] ?? 1 }
  }).sort((a, b) => (a.at < b.at ? -1 : 1))
  for (const signIns of inBatches(all)) {
    await perform(platform, importSignIns, player, { source: 'demo', signIns }, asOf(signIns))
    bar.add(signIns.length)
  }
}
