import { Type } from 'typebox'
import { onDuplicate } from '../../../core/db.ts'
import { invalid } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import { addCredential } from '../../../kernel/identity/accounts.ts'
import { newPasskey } from '../../../kernel/identity/passkeys.ts'
import { mustBeConfirmed, ownAccount, tellOwner } from './guard.ts'
import { label } from './operations.ts'
import { openPending } from './pending.ts'

/** Adds a passkey that the browser has made. Refuses an answer to another challenge or site. */
export const addPasskey = operation({
  name: 'citizen-account.add-passkey',
  title: { zh: '新增通行密鑰', en: 'Add a passkey' },
  permission: 'account',
  input: Type.Object({
    pending: Type.String({ maxLength: 600 }),
    answer: Type.String({ maxLength: 20_000 }),
    label,
  }),
  run: async (ctx, { pending, answer, label }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const challenge = openPending(ctx.config, 'passkey', pending, account.id, ctx.now)
    const made = await newPasskey(ctx.config, answer, challenge)
    if (!made) throw invalid({ label: notMade })
    const twice = () => invalid({ label: hereAlready })
    await addCredential(ctx, account.id, { ...made, label }).catch(onDuplicate(twice))
    await tellOwner(ctx, account, 'added', 'passkey')
  },
})

const notMade = {
  zh: '沒有建立通行密鑰。請再試一次；這需要開啟 JavaScript，也需要裝置的螢幕鎖。',
  en: 'No passkey was made. Try again; it needs JavaScript and your device’s screen lock.',
}
const hereAlready = {
  zh: '這把通行密鑰已經加入過了。',
  en: 'This passkey was added before.',
}
