import { Type } from 'typebox'
import { operation } from '../../../core/operation.ts'
import { takePassword } from '../../../kernel/identity/set-password.ts'
import { mustBeConfirmed, ownAccount, tellOwner } from './guard.ts'
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
