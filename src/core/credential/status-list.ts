import { type JWK, jwtVerify } from 'jose'
import type { Bytes } from './cose.ts'

/** What the list says of one credential. IETF Token Status List, 7.1 */
export const statuses = { valid: 0, invalid: 1, suspended: 2 } as const

/** How many bits a status takes. */
export const statusBits = 2

/** A list that its issuer signed: packed statuses, and how long they may be relied on. */
export type StatusList = {
  readonly uri: string
  readonly bits: number
  readonly packed: Bytes
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** Statuses side by side from the lowest bit of the first byte; those not named are valid. */
export function packStatuses(
  size: number,
  bits: number,
  named: Iterable<{ readonly index: number; readonly status: number }>,
): Bytes {
  const packed = new Uint8Array(Math.ceil((size * bits) / 8))
  for (const { index, status } of named) {
    const at = index * bits
    packed[at >> 3]! |= status << (at & 7)
  }
  return packed
}

/** The status at an index; null beyond the list's end. */
export function statusAt({ packed, bits }: Pick<StatusList, 'packed' | 'bits'>, index: number) {
  const at = index * bits
  const byte = Number.isSafeInteger(at) && at >= 0 ? packed[at >>> 3] : undefined
  return byte === undefined ? null : (byte >> (at & 7)) & ((1 << bits) - 1)
}

/** Packed statuses as a claim: compressed (zlib), base64url. */
export async function toLst(packed: Bytes): Promise<string> {
  const small = await through(packed, new CompressionStream('deflate'))
  let text = ''
  for (const byte of small) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Undoes `toLst`. Throws where it was something else. */
export async function fromLst(lst: string): Promise<Bytes> {
  const text = atob(lst.replaceAll('-', '+').replaceAll('_', '/'))
  const small = Uint8Array.from(text, (one) => one.charCodeAt(0))
  return through(small, new DecompressionStream('deflate'))
}

const through = async (bytes: Bytes, stream: CompressionStream): Promise<Bytes> =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())

/**
 * Reads a list of an issuer: typed, signed by one of the keys, about `uri`. Null otherwise. It may
 * have run out meanwhile: that is for who relies on it.
 */
export async function readStatusList(
  token: string,
  uri: string,
  issuer: string,
  keys: readonly JWK[],
): Promise<StatusList | null> {
  try {
    const keyOf = ({ kid }: { kid?: string }) => keys.find((key) => key.kid === kid) ?? noKey()
    // Its age is judged when it is used, by the clock that is given then.
    const { payload } = await jwtVerify(token, keyOf, {
      typ: 'statuslist+jwt',
      algorithms: ['ES256'],
      issuer,
      currentDate: new Date(0),
    })
    const { sub, iat, exp, status_list } = payload
    if (sub !== uri || !iat || !exp || !isListed(status_list)) return null
    const packed = await fromLst(status_list.lst)
    const { bits } = status_list
    return { uri, bits, packed, issuedAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000) }
  } catch {
    return null
  }
}

const noKey = (): never => {
  throw new Error('no such key')
}

const isListed = (given: unknown): given is { bits: number; lst: string } =>
  typeof given === 'object' &&
  given !== null &&
  'lst' in given &&
  'bits' in given &&
  typeof given.lst === 'string' &&
  [1, 2, 4, 8].includes(Number(given.bits))
