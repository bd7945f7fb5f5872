import { readFileSync } from 'node:fs'
import type { Certificate } from 'pkijs'
import { Type } from 'typebox'
import type { City } from '../../../core/city.ts'
import type { Config } from '../../../core/config.ts'
import { certificatesOf } from './der.ts'

/** Whom an installation believes about certificates, and where it may ask. */
export type Trust = {
  /** Pinned: a chain must end in one of them. */
  readonly roots: readonly Certificate[]
  /** Authorities between; they are believed only as far as a root signed them. */
  readonly between: readonly Certificate[]
  /** Certificate policies of which a person's certificate must have one. */
  readonly policies: readonly string[]
  /** Origins that may be asked for OCSP answers and lists; no other address is ever fetched. */
  readonly answers: readonly string[]
}

const Pack = Type.Object({
  policies: Type.Array(Type.String({ pattern: '^[0-9.]+$' }), { minItems: 1 }),
  answers: Type.Array(Type.String()),
  component: Type.String(),
})

/** What the city accepts and where the card's software listens, from `certificate.json`. */
const packOf = (city: City) => city.read('certificate.json', Pack)

const originOf = (address: string): string => new URL(address).origin

const known = new Map<string, Trust>()

/** The trust of this installation; null where nobody pinned a root, so nothing is offered. */
export function trustOf({ config, city }: { config: Config; city: City }): Trust | null {
  if (!config.CERTIFICATE_ROOTS || !city.text('certificate.json')) return null
  const key = `${config.CERTIFICATE_ROOTS} ${config.CERTIFICATE_ANSWERS}`
  const kept = known.get(key)
  if (kept) return kept
  const pack = packOf(city)
  const all = certificatesOf(readFileSync(config.CERTIFICATE_ROOTS, 'utf8'))
  const own = (one: Certificate) => one.issuer.isEqual(one.subject)
  const asked = config.CERTIFICATE_ANSWERS.split(/[\s,]+/).filter(Boolean)
  const trust: Trust = {
    roots: all.filter(own),
    between: all.filter((one) => !own(one)),
    policies: pack.policies,
    answers: (asked.length > 0 ? asked : pack.answers).map(originOf),
  }
  if (trust.roots.length === 0) throw new Error('CERTIFICATE_ROOTS holds no self-signed root')
  known.set(key, trust)
  return trust
}

/** Where the card's software listens on the person's own machine: an origin. */
export const componentOf = ({ config, city }: { config: Config; city: City }): string =>
  originOf(config.CARD_COMPONENT || packOf(city).component)
