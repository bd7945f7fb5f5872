import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { onDuplicate } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import { operation } from '../../../core/operation.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import { readAttempt, saveAttempt, takeAttempt } from '../../../kernel/identity/attempts.ts'
import {
  type EmailWaiting,
  emailCodeFits,
  maySendCode,
  newEmailCode,
  tooManyCodes,
} from '../../../kernel/identity/email-code.ts'
import { personEmail } from '../../../kernel/identity/register.ts'
import { notify } from '../../../kernel/messages/messages.ts'
import { mustBeConfirmed } from '../methods/guard.ts'
import { codeLetter } from '../register/letters.ts'
import { mayLink } from './operations.ts'

/*
 * The address of an account is proven by a code that goes there and comes back. Until then the old
 * one stays, and nothing is sent to the new one but codes.
 */

const permission = 'account'
const waitingId = (account: string) => `email:${account}`

/** The address that waits for its code, if one does. */
export async function waitingEmail(ctx: Ctx): Promise<EmailWaiting | undefined> {
  const { waiting } = await readAttempt(ctx.db, waitingId(ctx.actor.id), ctx.now, false)
  return waiting.email as EmailWaiting | undefined
}

/** Sends a code to an address. Refuses who did not confirm, and more than five letters an hour. */
export const sendEmailCode = operation({
  name: 'citizen-account.send-email-code',
  title: { zh: '寄出電子郵件驗證碼', en: 'Send a code to prove an address' },
  permission,
  input: Type.Object({ email: personEmail }),
  run: async (ctx, { email }): Promise<void> => {
    await mustBeConfirmed(ctx)
    const account = await mayLink(ctx)
    if (!(await maySendCode(ctx, email, account.id)))
      throw new Refused('account.too-many-codes', 429, tooManyCodes)
    const { code, waiting } = newEmailCode(ctx.config, account.id, email, ctx.now)
    const id = waitingId(account.id)
    await takeAttempt(ctx.db, id, ctx.now)
    const next = { id, account: account.id, proofs: [], waiting: { email: waiting } }
    await saveAttempt(ctx.db, next, ctx.now)
    const to = { channel: 'email', address: email, locale: ctx.locale } as const
    await notify(ctx, to, codeLetter(code), { record: account.id, link: '/account/links' })
  },
})

/**
 * Takes the code: the address is proven, and the one before is told. False when it does not fit;
 * the count of failures is kept. Refuses 409 when another account has the address.
 */
export const takeEmailCode = operation({
  name: 'citizen-account.take-email-code',
  title: { zh: '確認電子郵件', en: 'Prove an address' },
  permission,
  input: Type.Object({ code: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { code }): Promise<boolean> => {
    await mustBeConfirmed(ctx)
    const account = await mayLink(ctx)
    const held = await waitingEmail(ctx)
    ctx.recorded.count++
    if (!held || !(await emailCodeFits(ctx, account.id, held, code))) return false
    await takeAttempt(ctx.db, waitingId(account.id), ctx.now)
    await keep(ctx, account, held.email)
    return true
  },
})

async function keep(ctx: Ctx, account: Account, email: string): Promise<void> {
  await sql`update identity.account set email = ${email}, email_verified_at = ${ctx.now}
    where id = ${account.id}`
    .execute(ctx.db)
    .catch(onDuplicate(addressTaken))
  const personal = { email }
  await record(ctx, { record: account.id, type: 'identity.email-proven', personal })
  if (!account.email || !account.email_verified_at || account.email === email) return
  const to = { channel: 'email', address: account.email, locale: account.locale } as const
  await notify(ctx, to, changed, { record: account.id, link: '/account/links' })
}

const changed = {
  subject: { zh: '您帳號的電子郵件改了', en: 'The address of your account was changed' },
  body: {
    zh: '您的帳號改用另一個電子郵件，這裡不再收到通知。不是您改的，請馬上登入查看。',
    en: 'Your account has another address now. If it was not you, sign in and look at once.',
  },
}

const addressTaken = () =>
  new Refused('account.email-taken', 409, {
    zh: '這個電子郵件屬於這裡的另一個帳號。請換一個地址。',
    en: 'This address belongs to another account here. Use another address.',
  })
