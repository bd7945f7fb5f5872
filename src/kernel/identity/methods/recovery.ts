import { createHmac, randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Config } from '../../../core/config.ts'
import type { Text } from '../../../core/i18n.ts'
import { forgetFailures, noteFailure, restsUntil } from '../tries.ts'
import { signInMethod } from './method.ts'
import { lockedCredentials, secondTries } from './totp.ts'

/** How many codes are in a set. */
export const recoveryCount = 10

// Without what is easily misread: 0 O 1 I L U.
const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new set of codes of ten letters, about 49 bits each, to be shown once. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: recoveryCount }, () => `${fiveLetters()}-${fiveLetters()}`)

const fiveLetters = () =>
  Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')

/** What is kept of a code: a keyed digest, hex. Case, spaces and hyphens do not matter. */
export const recoveryDigest = (config: Config, code: string): string =>
  createHmac('sha256', config.secret)
    .update(
      `recovery:${code
        .normalize('NFKC')
        .toUpperCase()
        .replace(/[^0-9A-Z]/g, '')}`,
    )
    .digest('hex')

/** A code from paper, after a first method, when nothing else is at hand. Each counts once. */
export const recovery = signInMethod({
  method: 'recovery',
  second: true,
  offered: () => true,
  prove: async (ctx, { account }, given) => {
    if (!account) return refused
    const [held] = await lockedCredentials(ctx, account, 'recovery')
    const tried = secondTries('recovery', account)
    if (!held || (await restsUntil(ctx, tried))) return refused
    const digest = recoveryDigest(ctx.config, given.fields.recovery ?? '')
    const taken = await sql`update identity.credential set used_at = ${ctx.now},
        data = jsonb_set(data, '{codes}', (data->'codes') - ${digest}::text)
      where id = ${held.id} and jsonb_exists(data->'codes', ${digest})`.execute(ctx.db)
    if (!taken.numAffectedRows) {
      await noteFailure(ctx, tried)
      return refused
    }
    await forgetFailures(ctx, tried)
    return { account, credential: held.id, facts: {} }
  },
})

const wrong: Text = {
  zh: '備用碼不對，或已經用過。每一組只能用一次；連續錯誤五次要等十五分鐘。',
  en: 'The code is wrong or was used before; each counts once. Five failures rest it 15 minutes.',
}

const refused = { refused: wrong, field: 'recovery' } as const
