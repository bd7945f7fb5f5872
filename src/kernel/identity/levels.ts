import type { Text } from '../../core/i18n.ts'
import type { Evidence } from './certificate/check.ts'

/** The ways in which a person can prove who they are. */
export type Method =
  | ('password' | 'totp' | 'passkey' | 'device' | 'recovery')
  | ('certificate' | 'line' | 'google' | 'facebook')

/** Authentication assurance: how sure it is that this is the holder of the account. 0 is nobody. */
export type Level = 0 | 1 | 2 | 3 | 4

/** Identity assurance: 1 self-asserted, 2 checked at a counter, 3 by certificate. */
export type IdentityLevel = 1 | 2 | 3

/** One method proven once, and what the proof showed. */
export type Proof = {
  readonly method: Method
  readonly credential: string
  readonly at: Date
  readonly facts: ProofFacts
}

export type ProofFacts = {
  /** The key cannot leave its device. */
  readonly bound?: boolean
  /** The device checked its user: a PIN, a finger, a face. */
  readonly verified?: boolean
  /** The certificate's standing was fresh by the stated rule. */
  readonly fresh?: boolean
  /** By what the certificate was believed, for whoever asks later. */
  readonly evidence?: Evidence
}

/** What a relying system asks for. The server holds it; a request may only raise it. */
export type Requirement = {
  readonly level: Level
  readonly identity: IdentityLevel
  /** Seconds a proof counts; null while the session lasts. */
  readonly maxAge: number | null
  /** The methods that count; null for all. */
  readonly methods: readonly Method[] | null
}

/** How each level is called in tokens (`acr`), the lowest first. */
export const acrValues = ['aal1', 'aal2', 'aal3', 'aal4'] as const

/** The level of an `acr` value; 0 for one that nobody defined. */
export const levelOfAcr = (acr: string): Level => (acrValues.indexOf(acr as 'aal1') + 1) as Level

/** The `acr` value of a level of 1 at least. */
export const acrOf = (level: Level): string => acrValues[Math.max(level, 1) - 1] ?? 'aal1'

const social: readonly Method[] = ['line', 'google', 'facebook']

/** The level of one method by itself. A second factor alone proves nothing. */
export function levelOfProof({ method, facts }: Omit<Proof, 'at' | 'credential'>): Level {
  if (method === 'password' || social.includes(method)) return 1
  if (method === 'certificate') return facts.fresh ? 4 : 2
  if (method === 'passkey') return facts.verified ? (facts.bound ? 3 : 2) : 1
  if (method === 'device') return facts.verified ? 2 : 1
  return 0
}

// What someone has beside what they know.
const possession: readonly Method[] = ['totp', 'device', 'passkey', 'recovery']

/**
 * The level of what was proven: the best method by itself, or 2 for a first factor with one that is
 * held. More proofs never lower it, so a weaker method later changes nothing. Pure.
 */
export function levelOf(proofs: readonly Omit<Proof, 'at' | 'credential'>[]): Level {
  const best = Math.max(0, ...proofs.map(levelOfProof)) as Level
  const first = proofs.some(({ method }) => method === 'password' || social.includes(method))
  const held = proofs.some(({ method }) => possession.includes(method))
  return first && held && best < 2 ? 2 : best
}

/** The highest level that some methods can reach, each proven as well as it can be. Pure. */
export const reachOf = (methods: readonly Method[]): Level =>
  levelOf(
    methods.map((method) => ({ method, facts: { bound: true, verified: true, fresh: true } })),
  )

/** The proofs that count for a requirement at a time. */
export const counting = (
  proofs: readonly Proof[],
  { maxAge, methods }: Requirement,
  now: Date,
): readonly Proof[] =>
  proofs.filter(
    ({ method, at }) =>
      (methods === null || methods.includes(method)) &&
      (maxAge === null || +now - +at <= maxAge * 1000),
  )

/** What is missing: a stronger or fresher proof, or a checked identity; null when nothing is. */
export function unmet(
  requirement: Requirement,
  proofs: readonly Proof[],
  identity: IdentityLevel,
  now: Date,
): 'level' | 'identity' | null {
  if (levelOf(counting(proofs, requirement, now)) < requirement.level) return 'level'
  return identity < requirement.identity ? 'identity' : null
}

/** A requirement raised by what a request asks for; it never becomes weaker. */
export const raised = (
  held: Requirement,
  asked: { readonly level?: Level; readonly maxAge?: number },
): Requirement => ({
  ...held,
  level: Math.max(held.level, asked.level ?? 0) as Level,
  maxAge:
    asked.maxAge === undefined ? held.maxAge : Math.min(held.maxAge ?? Infinity, asked.maxAge),
})

/** RFC 8176 names of how it was proven, for `amr`. */
export function amrOf(proofs: readonly Proof[]): readonly string[] {
  const names = proofs.flatMap(({ method, facts }) => [
    ...amrNames[method],
    ...(method === 'passkey' ? [facts.bound ? 'hwk' : 'swk'] : []),
    ...(facts.verified ? ['user'] : []),
  ])
  const factors = new Set(proofs.map(({ method }) => possession.includes(method)))
  return [...new Set([...names, ...(factors.size > 1 ? ['mfa'] : [])])]
}

const amrNames: Readonly<Record<Method, readonly string[]>> = {
  password: ['pwd'],
  totp: ['otp'],
  recovery: ['otp'],
  passkey: [],
  device: ['swk'],
  certificate: ['sc', 'pin'],
  line: ['fed'],
  google: ['fed'],
  facebook: ['fed'],
}

/** What people call each method. */
export const methodNames: Readonly<Record<Method, Text>> = {
  password: { zh: '密碼', en: 'Password' },
  totp: { zh: '動態密碼', en: 'One-time password' },
  passkey: { zh: '通行密鑰', en: 'Passkey' },
  device: { zh: '行動裝置', en: 'Mobile device' },
  recovery: { zh: '備用碼', en: 'Recovery code' },
  certificate: { zh: '自然人憑證', en: 'Citizen Digital Certificate' },
  line: { zh: 'LINE', en: 'LINE' },
  google: { zh: 'Google', en: 'Google' },
  facebook: { zh: 'Facebook', en: 'Facebook' },
}

/** What people call each level. */
export const levelNames: readonly Text[] = [
  { zh: '未登入', en: 'not signed in' },
  { zh: '一級', en: 'level 1' },
  { zh: '二級', en: 'level 2' },
  { zh: '三級', en: 'level 3' },
  { zh: '四級', en: 'level 4' },
]
