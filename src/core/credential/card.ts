import type { JWK } from 'jose'
import { fromBase45, toBase45 } from './base45.ts'
import {
  type Bytes,
  coseKey,
  isSignedBy,
  keyOfPoint,
  type Labels,
  mapOf,
  type Point,
  pointOf,
  readSigned,
  type Signed,
  sign1,
  toCbor,
} from './cose.ts'

/** What stands before the base45 of a card, so that a scanner knows it for one. */
export const prefix = 'TK1:'
/** How long what is shown counts, and by how much two clocks may differ. */
export const shownSeconds = 30
export const toleranceSeconds = 10
/** How often a device signs anew: early, so that a slow scanner has ten seconds left. */
export const refreshSeconds = 20
/** How long a card without a key of its holder counts: the server signs it for one showing. */
export const onceSeconds = 60

/** Claims by their labels: RFC 8392, RFC 8747 (8), Token Status List (65535), RFC 9711 (10). */
const claim = { iss: 1, exp: 4, iat: 6, cnf: 8, nonce: 10, status: 65535, name: 'name' } as const
const label = { kid: 4, kcwt: 13 } as const

/** What the city says of a card. `point` is the key of the holder's device. */
export type Card = {
  readonly issuer: string
  /** The name with most of it hidden. */
  readonly name: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly list: string
  readonly index: number
  readonly point?: Point
}

/** Signs a card with the city's key. */
export function issueCard(key: CryptoKey, kid: Bytes, card: Card): Promise<Bytes> {
  const status = new Map<string, unknown>([
    ['idx', card.index],
    ['uri', card.list],
  ])
  const claims = new Map<unknown, unknown>([
    [claim.iss, card.issuer],
    [claim.iat, secondsOf(card.issuedAt)],
    [claim.exp, secondsOf(card.expiresAt)],
    [claim.status, new Map([['status_list', status]])],
    [claim.name, card.name],
  ])
  if (card.point) claims.set(claim.cnf, new Map([[1, coseKey(card.point)]]))
  return sign1(key, new Map([[label.kid, kid]]), toCbor(claims))
}

/**
 * What the holder's device signs for one showing: when, and something never said before, over the
 * card, which stands in the protected header (RFC 9528, `kcwt`).
 */
export function presentCard(key: CryptoKey, card: Bytes, now: Date): Promise<Bytes> {
  const claims = new Map<number, unknown>([
    [claim.iat, secondsOf(now)],
    [claim.exp, secondsOf(now) + shownSeconds],
    [claim.nonce, crypto.getRandomValues(new Uint8Array(8))],
  ])
  return sign1(key, new Map([[label.kcwt, card]]), toCbor(claims))
}

/** The text of the QR code. */
export const qrText = (message: Bytes): string => prefix + toBase45(message)

/** A card as it was shown; nothing of it is believed yet. */
export type Shown = {
  readonly card: Card
  readonly signed: Signed
  readonly kid: string
  /** Null where the city signed it for one showing. */
  readonly by: { readonly signed: Signed; readonly issuedAt: Date; readonly expiresAt: Date } | null
}

/** Reads the text of a QR code; null where it is no card. */
export function readShown(text: string): Shown | null {
  try {
    const trimmed = text.trim()
    const bytes = trimmed.startsWith(prefix) ? fromBase45(trimmed.slice(prefix.length)) : null
    const outer = bytes && readSigned(bytes)
    if (!outer) return null
    const inner = outer.header.get(label.kcwt)
    const signed = inner instanceof Uint8Array ? readSigned(inner) : outer
    const claims = signed && mapOf(signed.payload)
    const card = claims && cardOf(claims)
    const kid = signed?.header.get(label.kid)
    if (!signed || !card || !(kid instanceof Uint8Array)) return null
    // With a key of its holder it must be shown by that key, without one as it stands.
    if ((card.point === undefined) !== (signed === outer)) return null
    const by = signed === outer ? null : { signed: outer, ...span(mapOf(outer.payload)) }
    return { card, signed, kid: hexOf(kid), by }
  } catch {
    return null
  }
}

function cardOf(claims: Labels): Card | null {
  const [issuer, name] = [claims.get(claim.iss), claims.get(claim.name)]
  const list = mapIn(mapIn(claims, claim.status), 'status_list')
  const [index, uri] = [list?.get('idx'), list?.get('uri')]
  const cnf = mapIn(claims, claim.cnf)
  const point = cnf ? pointOf(cnf.get(1)) : undefined
  if (typeof issuer !== 'string' || typeof name !== 'string' || typeof uri !== 'string') return null
  if (typeof index !== 'number' || point === null) return null
  return { issuer, name, ...span(claims), list: uri, index, ...(point && { point }) }
}

const mapIn = (map: Labels | null, key: unknown): Labels | null => {
  const found = map?.get(key)
  return found instanceof Map ? found : null
}

/** From when until when. Throws where that is not said. */
function span(claims: Labels | null): { issuedAt: Date; expiresAt: Date } {
  const [iat, exp] = [claims?.get(claim.iat), claims?.get(claim.exp)]
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) throw new Error('no times')
  return { issuedAt: new Date(Number(iat) * 1000), expiresAt: new Date(Number(exp) * 1000) }
}

/** Whether the card's own device signed this showing, or needs none. */
export async function isShownByHolder({ card, by }: Shown): Promise<boolean> {
  if (!by) return true
  const key = card.point && (await keyOfPoint(card.point))
  return key ? isSignedBy(key, by.signed) : false
}

/** Whether a key of the city signed the card. */
export async function isOfCity({ signed }: Shown, jwk: JWK): Promise<boolean> {
  const { kty, crv, x, y } = jwk
  const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, curve, true, ['verify'])
  return isSignedBy(key, signed)
}

/** Bytes in hexadecimal, as key sets write a key's identifier. */
export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Undoes `hexOf`. */
export const bytesOfHex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

const secondsOf = (at: Date): number => Math.floor(+at / 1000)
