import { Type } from 'typebox'
import { Refused } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import {
  accountById,
  addCredential,
  credentialBy,
  credentialsOf,
} from '../../../kernel/identity/accounts.ts'
import { type Attempt, readAttempt, saveAttempt } from '../../../kernel/identity/attempts.ts'
import { levelOf } from '../../../kernel/identity/levels.ts'
import type { Newcomer } from '../../../kernel/identity/methods/method.ts'
import { oneAtATime, provenBy } from '../../../kernel/identity/register.ts'
import { confirmFirst, levelToChange, tellOwner } from '../methods/guard.ts'

/*
 * A newcomer who turns out to have an account: they sign in to it within the same attempt, and are
 * then asked whether to link what made them known. Both sides are proven by then.
 */

const attempt = Type.String({ maxLength: 100 })

/** Who shall be linked after this sign-in, if its person said so. */
export const joining = ({ waiting }: Attempt): Newcomer | undefined =>
  waiting.joining === true ? (waiting.newcomer as Newcomer | undefined) : undefined

/** Notes that the newcomer has an account and will sign in to it; `false`: that they gave up. */
export const chooseJoin = operation({
  name: 'citizen-account.choose-join',
  title: { zh: '改用現有帳號', en: 'Use an account one has' },
  permission: 'identity.sign-in',
  input: Type.Object({ attempt, join: Type.Boolean() }),
  run: async (ctx, { attempt: id, join }): Promise<void> => {
    ctx.recorded.count++
    const kept = await readAttempt(ctx.db, id, ctx.now)
    const { newcomer, joining: _, ...waiting } = kept.waiting
    const next = join ? { ...waiting, newcomer, joining: true } : waiting
    await saveAttempt(ctx.db, { ...kept, waiting: next }, ctx.now)
  },
})

/**
 * Links the newcomer's way to the account that this attempt proved, and tells its owner. Refuses
 * 403 where the account has a second factor that was not proven, 409 what is linked already.
 */
export const join = operation({
  name: 'citizen-account.join',
  title: { zh: '連結到現有帳號', en: 'Link to an account one has' },
  permission: 'identity.sign-in',
  input: Type.Object({ attempt }),
  run: async (ctx, { attempt: id }): Promise<void> => {
    const kept = await readAttempt(ctx.db, id, ctx.now)
    const newcomer = joining(kept)
    const account = kept.account ? await accountById(ctx.db, kept.account) : undefined
    if (!newcomer || account?.kind !== 'citizen') throw nothingToJoin()
    const held = await credentialsOf(ctx.db, account.id)
    if (levelOf(kept.proofs) < levelToChange(held)) throw confirmFirst()
    const { method, lookup: known, data, name } = newcomer
    await oneAtATime(ctx, known)
    const lookup = Buffer.from(known, 'base64url')
    if (await credentialBy(ctx.db, method, lookup)) throw nothingToJoin()
    await addCredential(ctx, account.id, { method, lookup, data, label: name.slice(0, 40) })
    await provenBy(ctx, account, newcomer)
    const { newcomer: _, joining: _j, ...waiting } = kept.waiting
    await saveAttempt(ctx.db, { ...kept, waiting }, ctx.now)
    await tellOwner(ctx, account, 'added', method)
  },
})

const nothingToJoin = () =>
  new Refused('account.nothing-to-join', 409, {
    zh: '沒有可以連結的帳號了，可能已經連結過。請到「我的帳號」看看。',
    en: 'There is nothing to link any more; it may be linked already. Look at your account.',
  })
