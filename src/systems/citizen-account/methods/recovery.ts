import { Type } from 'typebox'
import { operation } from '../../../core/operation.ts'
import { addCredential, endCredential } from '../../../kernel/identity/accounts.ts'
import { newRecoveryCodes, recoveryDigest } from '../../../kernel/identity/methods/recovery.ts'
import { mustBeConfirmed, ownAccount, ownCredentials, tellOwner } from './guard.ts'

/** Makes ten new codes and ends those of before. They are told once, here; we keep digests. */
export const makeRecoveryCodes = operation({
  name: 'citizen-account.make-recovery-codes',
  title: { zh: '產生備用碼', en: 'Make recovery codes' },
  permission: 'account',
  input: Type.Object({}),
  run: async (ctx) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    for (const one of await ownCredentials(ctx, true))
      if (one.method === 'recovery') await endCredential(ctx, one)
    const codes = newRecoveryCodes()
    const data = { codes: codes.map((code) => recoveryDigest(ctx.config, code)) }
    await addCredential(ctx, account.id, { method: 'recovery', data })
    await tellOwner(ctx, account, 'added', 'recovery')
    return { codes }
  },
})
