import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import type { Config } from '../../core/config.ts'
import type { Ctx } from '../../core/context.ts'
import type { Text } from '../../core/i18n.ts'
import { noteFailure, restsUntil, type Tried } from './tries.ts'

/*
 * A code of six digits that proves an e-mail address: it goes there and comes back. Only its keyed
 * digest is kept, for a quarter of an hour; five wrong ones use it up.
 */

const lastsMinutes = 15

/** An address that waits for its code, or had it. */
export type EmailWaiting = {
  readonly email: string
  /** Keyed digest, hex. */
  readonly digest: string
  /** Milliseconds. */
  readonly until: number
  readonly proven: boolean
}

const digestOf = (config: Config, whom: string, email: string, code: string): Buffer =>
  createHmac('sha256', config.secret)
    .update(`email code:${JSON.stringify([whom, email.toLowerCase(), code])}`)
    .digest()

/** A new code and what is kept of it. `whom`: the attempt or the account that it is for. */
export function newEmailCode(config: Config, whom: string, email: string, now: Date) {
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const digest = digestOf(config, whom, email, code).toString('hex')
  const until = +now + lastsMinutes * 60_000
  const waiting: EmailWaiting = { email, digest, until, proven: false }
  return { code, waiting }
}

/** Whether what was typed is the code. Each failure counts. */
export async function emailCodeFits(
  ctx: Ctx,
  whom: string,
  waiting: EmailWaiting,
  typed: string,
): Promise<boolean> {
  const tried: Tried[] = [{ key: `email-code:${whom}:${waiting.digest}`, rule: perCode }]
  if (waiting.until < +ctx.now || (await restsUntil(ctx, tried))) return false
  const code = typed.normalize('NFKC').replace(/\D/g, '')
  const given = digestOf(ctx.config, whom, waiting.email, code)
  if (timingSafeEqual(given, Buffer.from(waiting.digest, 'hex'))) return true
  await noteFailure(ctx, tried)
  return false
}

const perCode = { most: 5, minutes: 60 }

/**
 * Whether one more code may be sent to this address, and from this network; counts it. Nobody's
 * letter box is filled from here.
 */
export async function maySendCode(ctx: Ctx, email: string, from: string): Promise<boolean> {
  const tried: Tried[] = [
    { key: `email-sent:${email.toLowerCase()}`, rule: { most: 5, minutes: 60 } },
    { key: `email-sent-from:${from}`, rule: { most: 30, minutes: 60 } },
  ]
  if (await restsUntil(ctx, tried)) return false
  await noteFailure(ctx, tried)
  return true
}

/** One sentence for a wrong code, an old one and one that was tried too often. */
export const wrongEmailCode: Text = {
  zh: '驗證碼不對，或已超過十五分鐘。請看最新的一封信；連續錯誤五次要重新寄。',
  en: 'The code is wrong or older than 15 minutes. Use the newest letter, or ask for a new code.',
}

/** When too many codes were sent. */
export const tooManyCodes: Text = {
  zh: '寄出的驗證碼太多了。請一小時後再試。',
  en: 'Too many codes were sent. Please try again in an hour.',
}
