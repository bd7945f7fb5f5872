import { Type } from 'typebox'
import { Refused } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import { accountById, credentialsOf } from '../../../kernel/identity/accounts.ts'
import { readAttempt, saveAttempt } from '../../../kernel/identity/attempts.ts'
import { expiredIn } from '../../../kernel/identity/expiry.ts'
import { levelOf } from '../../../kernel/identity/levels.ts'
import { takePassword } from '../../../kernel/identity/set-password.ts'
import { confirmFirst, levelToChange, mustBeConfirmed, ownAccount, tellOwner } from './guard.ts'
import { endOtherSessions } from './operations.ts'

/** A password as it is typed; the policy says the rest. */
export const newPassword = Type.String({ maxLength: 200 })

/**
 * Changes the own password, or sets a first one. Every other session of the account ends; `keep` is
 * the token of the one that stays. Refuses what the policy or the list of leaked ones refuses.
 */
export const changePassword = operation({
  name: 'citizen-account.change-password',
  title: { zh: '更改密碼', en: 'Change the password' },
  permission: 'account',
  input: Type.Object({
    password: newPassword,
    keep: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  run: async (ctx, { password, keep }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    await takePassword(ctx, account, password, 'chosen')
    await endOtherSessions(ctx, keep)
    await tellOwner(ctx, account, 'changed', 'password')
  },
})

/**
 * Puts a new password in place of one that is too old, within the sign-in that proved the old one:
 * the proof goes on with the new one. Refuses 409 where nothing of the attempt is too old.
 */
export const renewPassword = operation({
  name: 'citizen-account.renew-password',
  title: { zh: '更換過期的密碼', en: 'Replace an expired password' },
  permission: 'identity.sign-in',
  input: Type.Object({ attempt: Type.String({ maxLength: 100 }), password: newPassword }),
  run: async (ctx, { attempt: id, password }) => {
    const attempt = await readAttempt(ctx.db, id, ctx.now)
    const account = attempt.account ? await accountById(ctx.db, attempt.account) : undefined
    const old = account && (await expiredIn(ctx, account, attempt.proofs))
    if (!account || !old) throw nothingExpired()
    const held = await credentialsOf(ctx.db, account.id)
    if (levelOf(attempt.proofs) < levelToChange(held)) throw confirmFirst()
    const credential = await takePassword(ctx, account, password, 'expired')
    const proofs = attempt.proofs.map((proof) =>
      proof.credential === old ? { ...proof, credential } : proof,
    )
    await saveAttempt(ctx.db, { ...attempt, proofs }, ctx.now)
    await tellOwner(ctx, account, 'changed', 'password')
  },
})

const nothingExpired = () =>
  new Refused('account.nothing-expired', 409, {
    zh: '這個密碼不需要更換，或這次登入已經過期。請重新登入。',
    en: 'This password need not be replaced, or the sign-in ran out. Please sign in again.',
  })
