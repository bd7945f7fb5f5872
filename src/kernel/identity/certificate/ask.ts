import type { Trust } from './trust.ts'

const patienceMs = 4000

/** What is asked of an issuer. A certificate may name any address; listed origins are asked. */
export type Question = {
  readonly address: string
  /** Bytes to post, and their type; absent to get. */
  readonly post?: { readonly body: Uint8Array<ArrayBuffer>; readonly type: string }
  readonly mostBytes: number
}

/** Asks, and gives the body; null when it may not be asked, is silent, late or too long. */
export type Ask = (question: Question) => Promise<Uint8Array | null>

/** Whether an address may be asked at all. */
export function mayAsk({ answers }: Pick<Trust, 'answers'>, address: string): boolean {
  if (!URL.canParse(address)) return false
  const { origin, protocol, username, password } = new URL(address)
  return /^https?:$/.test(protocol) && !username && !password && answers.includes(origin)
}

const restMs = 30_000
/** Addresses that kept us waiting, and until when they are left alone. */
const resting = new Map<string, number>()

/**
 * Asks listed origins only, follows no redirect, waits 4 seconds and reads no more than allowed. An
 * address that kept us waiting is not asked for half a minute, so that it does not hold everyone.
 */
export const askOnly =
  (trust: Pick<Trust, 'answers'>, now: Date): Ask =>
  async ({ address, post, mostBytes }) => {
    if (!mayAsk(trust, address)) return null
    if (+now < (resting.get(address) ?? 0)) return null
    try {
      const response = await fetch(address, {
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
        ...(post && { method: 'POST', body: post.body, headers: { 'content-type': post.type } }),
      })
      return response.ok && response.body ? await readUpTo(response.body, mostBytes) : null
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError')
        resting.set(address, +now + restMs)
      return null
    }
  }

async function readUpTo(body: ReadableStream<Uint8Array>, most: number) {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > most) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}
