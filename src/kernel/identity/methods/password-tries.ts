import type { Tried } from '../tries.ts'
import type { Given } from './method.ts'

const rest = { most: 5, minutes: 15 }
const crowd = { most: 60, minutes: 15 }

// Each holds while failures go on with smaller gaps than its minutes: who keeps guessing, from
// however many addresses, gets fewer and fewer tries, some fifty a day in the end.
const growing = [rest, { most: 20, minutes: 2 * 60 }, { most: 50, minutes: 24 * 60 }]

/**
 * What failures are counted for. An unknown browser shares its counts with all other unknown ones,
 * so that guessing rests the account for strangers, longer each time. A browser that signed in
 * before has a count of its own and minds no other: nobody can lock a person out from afar, nor
 * from the same network. An address is slowed when it tries many names.
 */
export function triedBy(
  name: string,
  account: string | null,
  given: Pick<Given, 'device' | 'address'>,
  known: boolean,
): readonly Tried[] {
  const who = account ?? `name:${name}`
  if (known) return [{ key: `device:${who}:${given.device}`, rule: rest }]
  return [
    ...growing.map((rule) => ({ key: `strangers:${rule.minutes}:${who}`, rule })),
    { key: `address:${networkOf(given.address)}`, rule: crowd },
  ]
}

/** The part of an address that one household shares: an IPv6 prefix of 64 bits, or all of IPv4. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1] as string
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array(Math.max(0, zeros)).fill('0'), ...right].slice(0, 4).join(':')
}
