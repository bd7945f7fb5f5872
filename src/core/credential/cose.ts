import { decode, encode, rfc8949EncodeOptions, Tagged } from 'cborg'

/** What a CBOR map holds, by label. */
export type Labels = ReadonlyMap<unknown, unknown>

/** Bytes over memory of their own, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** One signer's message: the protected header as it was signed, and its content. RFC 9052, 4.2 */
export type Signed = {
  readonly header: Labels
  readonly payload: Bytes
  readonly parts: { readonly header: Bytes; readonly signature: Bytes }
}

/** A public key on P-256 by its coordinates, 32 bytes each. */
export type Point = { readonly x: Bytes; readonly y: Bytes }

const sign1Tag = 18
const algLabel = 1
const es256 = -7
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const manner = { name: 'ECDSA', hash: 'SHA-256' } as const

/** Deterministic CBOR (RFC 8949, 4.2) of maps, lists, byte strings, text and numbers. */
export const toCbor = (value: unknown): Bytes => bytesOf(encode(value, rfc8949EncodeOptions))

/** Reads CBOR strictly: nothing indefinite, no label twice, no unknown tag. Throws otherwise. */
export const fromCbor = (bytes: Uint8Array): unknown =>
  decode(bytes, {
    useMaps: true,
    strict: true,
    allowIndefinite: false,
    allowUndefined: false,
    rejectDuplicateMapKeys: true,
    tags: { [sign1Tag]: Tagged.decoder(sign1Tag) },
  })

/** Signs a content with ES256; `header` adds to what is protected. RFC 9052, 4.4 */
export async function sign1(key: CryptoKey, header: Labels, payload: Bytes): Promise<Bytes> {
  const head = toCbor(new Map([[algLabel, es256] as [unknown, unknown], ...header]))
  const signature = await crypto.subtle.sign(manner, key, toBeSigned(head, payload))
  return toCbor(new Tagged(sign1Tag, [head, new Map(), payload, new Uint8Array(signature)]))
}

/** Reads a message without believing it; null where it is none that we could check. */
export function readSigned(bytes: Uint8Array): Signed | null {
  try {
    const found = fromCbor(bytes)
    if (!(found instanceof Tagged) || !Array.isArray(found.value)) return null
    const [head, open, payload, signature, ...more] = found.value
    const isWhole = [head, payload, signature].every((part) => part instanceof Uint8Array)
    if (!isWhole || !(open instanceof Map) || more.length > 0) return null
    const header = mapOf(head)
    // A label that must be understood (`crit`, 2) is one that we do not know.
    if (!header || header.get(algLabel) !== es256 || header.has(2)) return null
    const parts = { header: bytesOf(head), signature: bytesOf(signature) }
    return { header, payload: bytesOf(payload), parts }
  } catch {
    return null
  }
}

/** Whether a message was signed by the holder of a key. */
export const isSignedBy = (key: CryptoKey, { parts, payload }: Signed): Promise<boolean> =>
  crypto.subtle.verify(manner, key, parts.signature, toBeSigned(parts.header, payload))

/** What the signature covers. */
const toBeSigned = (header: Bytes, payload: Bytes): Bytes =>
  toCbor(['Signature1', header, new Uint8Array(0), payload])

/** The labels of an encoded map; null where it is no map. Throws where it is not CBOR. */
export function mapOf(bytes: Uint8Array): Labels | null {
  const found = fromCbor(bytes)
  return found instanceof Map ? found : null
}

/** A key as COSE writes it: an elliptic one (1: 2) on P-256 (-1: 1). RFC 9053, 7.1.1 */
export const coseKey = ({ x, y }: Point): Labels =>
  new Map<unknown, unknown>([
    [1, 2],
    [-1, 1],
    [-2, x],
    [-3, y],
  ])

/** The coordinates of a COSE key; null for any but one on P-256. */
export function pointOf(key: unknown): Point | null {
  if (!(key instanceof Map) || key.get(1) !== 2 || key.get(-1) !== 1) return null
  const [x, y] = [key.get(-2), key.get(-3)]
  if (!(x instanceof Uint8Array) || !(y instanceof Uint8Array)) return null
  return x.length === 32 && y.length === 32 ? { x: bytesOf(x), y: bytesOf(y) } : null
}

/** A key to check signatures with; null where the point is not on the curve. */
export async function keyOfPoint({ x, y }: Point): Promise<CryptoKey | null> {
  const raw = new Uint8Array([4, ...x, ...y])
  return crypto.subtle.importKey('raw', raw, curve, true, ['verify']).catch(() => null)
}

const bytesOf = (given: Uint8Array): Bytes => new Uint8Array(given)
