import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import type { Config } from '../../../core/config.ts'
import type { Ctx } from '../../../core/context.ts'
import { row, rows } from '../../../core/db.ts'
import type { Text } from '../../../core/i18n.ts'
import { seal, unseal } from '../../../core/seal.ts'
import type { Credential } from '../accounts.ts'
import { forgetFailures, noteFailure, restsUntil, type Tried } from '../tries.ts'
import { signInMethod } from './method.ts'

/*
 * One-time passwords by the clock, RFC 6238: SHA-1, six digits, 30 seconds, as every app has it.
 * The step before and the one after count, for clocks that are off; a step counts once.
 */

const period = 30
const window = 1

/** A new secret of 160 bits, in the letters that apps take. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

/** What an app reads from the QR code. */
export const totpUri = (secret: string, issuer: string, label: string): string =>
  otp(secret, issuer, label).toString()

/** The step that a code belongs to, near a time; null when it is none. Pure. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const token = code.normalize('NFKC').replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const delta = otp(secret).validate({ token, timestamp: +now, window })
  return delta === null ? null : Math.floor(+now / 1000 / period) + delta
}

const otp = (secret: string, issuer = '', label = '') =>
  new TOTP({ issuer, label, secret: Secret.fromBase32(secret), digits: 6, period })

/** What a credential of this kind keeps: the secret sealed, and the last step that counted. */
export const totpData = (config: Config, secret: string, step: number) => ({
  secret: seal(config.secret, secret),
  step,
})

/** A code of six digits from an app, after a first method. */
export const totp = signInMethod({
  method: 'totp',
  second: true,
  offered: () => true,
  prove: async (ctx, { account }, given) => {
    if (!account) return refused
    const held = await lockedCredentials(ctx, account, 'totp')
    const tried = secondTries('totp', account)
    if (held.length === 0 || (await restsUntil(ctx, tried))) return refused
    for (const { id, data } of held) {
      const secret = unseal(ctx.config.secret, String(data.secret))
      const step = stepOf(secret, given.fields.code ?? '', ctx.now)
      if (step === null || !(await takeStep(ctx, id, step))) continue
      await forgetFailures(ctx, tried)
      return { account, credential: id, facts: {} }
    }
    await noteFailure(ctx, tried)
    return refused
  },
})

/**
 * What failures of a second factor are counted for: the account alone. Who guesses here knows the
 * first factor, and could come with ever new browsers.
 */
export const secondTries = (method: string, account: string): readonly Tried[] => [
  { key: `${method}:${account}`, rule: { most: 5, minutes: 15 } },
  { key: `${method}:day:${account}`, rule: { most: 30, minutes: 24 * 60 } },
]

/** An account's credentials of a kind, held until the end, so that guesses wait for each other. */
export const lockedCredentials = (ctx: Ctx, account: string, method: string) =>
  rows(
    ctx.db,
    sql<Credential>`select * from identity.credential where account::text = ${account}
      and method = ${method} and ended_at is null order by created_at, id for update`,
  )

async function takeStep(ctx: Ctx, id: string, step: number): Promise<boolean> {
  const taken = await row(
    ctx.db,
    sql`update identity.credential set used_at = ${ctx.now},
        data = jsonb_set(data, '{step}', to_jsonb(${step}::bigint))
      where id = ${id} and ended_at is null and (data->>'step')::bigint < ${step} returning id`,
  )
  return taken !== undefined
}

/** One sentence for a wrong code, a used one and too many tries. */
export const wrongCode: Text = {
  zh: '動態密碼不對，或已經用過。請等下一組六位數字再輸入；連續錯誤五次要等十五分鐘。',
  en: 'The code is wrong or was used before. Wait for the next six digits; five failures rest it.',
}

const refused = { refused: wrongCode, field: 'code' } as const
