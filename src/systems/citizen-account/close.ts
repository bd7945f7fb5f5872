import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { endCredential } from '../../kernel/identity/accounts.ts'
import { notify } from '../../kernel/messages/messages.ts'
import { endCards } from './card/cards.ts'
import { mustBeConfirmed, ownAccount, ownCredentials } from './methods/guard.ts'

/**
 * Closes the own account for good: its ways to sign in end and what they kept is emptied, its
 * sessions and known browsers are forgotten, name and addresses are taken out. What stays is a row
 * without a person, for the records that name it. Cases stay: they are the agencies' (檔案法).
 * Refuses 403 for staff, whose accounts the city closes, and without a fresh confirmation.
 */
export const closeAccount = operation({
  name: 'identity.close',
  title: { zh: '刪除我的帳號', en: 'Delete my account' },
  permission: 'account',
  input: Type.Object({}),
  run: async (ctx) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    if (account.kind !== 'citizen') throw notYours()
    for (const one of await ownCredentials(ctx, true)) await endCredential(ctx, one)
    await endCards(ctx, account.id)
    await forgetPerson(ctx, account.id)
    await record(ctx, { record: account.id, type: 'identity.account-closed' })
    if (!account.email || !account.email_verified_at) return
    const to = { channel: 'email', address: account.email, locale: account.locale } as const
    await notify(ctx, to, letter, { record: account.id, link: '' })
  },
})

async function forgetPerson({ db, now }: Ctx, id: string): Promise<void> {
  await sql`delete from identity.session where account = ${id}`.execute(db)
  await sql`delete from identity.attempt where account = ${id}`.execute(db)
  await sql`delete from identity.reset where account = ${id}`.execute(db)
  await sql`delete from identity.approval where account = ${id}`.execute(db)
  await sql`delete from identity.proof where account = ${id}`.execute(db)
  await sql`delete from identity.device where account = ${id}`.execute(db)
  await sql`update identity.credential set data = '{}', label = '', lookup = null
    where account = ${id}`.execute(db)
  await sql`update identity.account set login = null, name = '', email = null,
      email_verified_at = null, closed_at = ${now} where id = ${id}`.execute(db)
}

const notYours = () =>
  new Refused('account.of-the-city', 403, {
    zh: '同仁的帳號由機關的管理者停用。請洽貴機關的管理者。',
    en: 'Accounts of staff are closed by the administrator of their agency. Please ask there.',
  })

const letter = {
  subject: { zh: '您的帳號已刪除', en: 'Your account was deleted' },
  body: {
    zh: [
      '您的市府帳號已經刪除，不能再登入。已送出的案件照常辦理，請用案號查進度。',
      '如果不是您本人刪除的，請馬上洽服務台。',
    ].join(''),
    en: [
      'Your account was deleted and signs in no more. Cases that you filed go on: follow them by',
      'their numbers. If it was not you, come to a counter at once.',
    ].join(' '),
  },
}
