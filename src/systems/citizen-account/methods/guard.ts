import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { rows } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import type { Text } from '../../../core/i18n.ts'
import { type Account, accountById, type Credential } from '../../../kernel/identity/accounts.ts'
import { type Level, type Method, methodNames } from '../../../kernel/identity/levels.ts'
import { type Letter, notify } from '../../../kernel/messages/messages.ts'

const freshMinutes = 10

/** The account of whoever is signed in. Refuses 401 when it was closed meanwhile. */
export async function ownAccount(ctx: Ctx): Promise<Account> {
  const account = await accountById(ctx.db, ctx.actor.id)
  if (!account) throw new Refused('sign-in', 401, { zh: '請先登入。', en: 'Please sign in first.' })
  return account
}

/** The living credentials of whoever is signed in; held when one is about to change. */
export const ownCredentials = (ctx: Ctx, lock = false): Promise<Credential[]> =>
  rows(
    ctx.db,
    sql<Credential>`select * from identity.credential where account::text = ${ctx.actor.id}
      and ended_at is null order by created_at, id ${lock ? sql`for update` : sql``}`,
  )

const second: readonly Method[] = ['totp', 'passkey', 'device', 'certificate']

/** Whether a method shows that it is them beside a password, or instead of one. */
export const isSecond = (method: Method): boolean =>
  method === 'recovery' || second.includes(method)

/** What must be confirmed before a way to sign in changes: both factors, where there are two. */
export const levelToChange = (held: readonly Pick<Credential, 'method'>[]): Level =>
  held.some(({ method }) => second.includes(method)) ? 2 : 1

/** Whether the person confirmed within ten minutes, at the level that a change needs. */
export async function isConfirmed(ctx: Ctx): Promise<boolean> {
  const { level = 0, confirmedAt } = ctx.actor
  if (!confirmedAt || +ctx.now - +confirmedAt > freshMinutes * 60_000) return false
  return level >= levelToChange(await ownCredentials(ctx))
}

export const confirmCode = 'account.confirm'

/** Refuses 403 unless `isConfirmed`: whoever finds a screen open must not move in. */
export async function mustBeConfirmed(ctx: Ctx): Promise<void> {
  if (!(await isConfirmed(ctx))) throw confirmFirst()
}

/** The refusal of a change that was not confirmed. */
export const confirmFirst = () =>
  new Refused(confirmCode, 403, {
    zh: '為了保護您的帳號，請先再確認一次是您本人，十分鐘內有效。',
    en: 'To protect your account, confirm once more that it is you; it counts for ten minutes.',
  })

/** Tells the owner of a change, where there is a proven address; staff in their inbox. */
export async function tellOwner(
  ctx: Ctx,
  account: Account,
  what: 'added' | 'ended' | 'changed',
  method: Method,
): Promise<void> {
  const name = methodNames[method]
  const letter = { subject: subjects[what](name), body: bodyOf(subjects[what](name)) }
  await writeOwner(ctx, account, letter, '/account/methods')
}

/** Writes to the owner of an account: staff in their inbox, others where an address is proven. */
export async function writeOwner(
  ctx: Ctx,
  account: Account,
  letter: Letter,
  link: string,
): Promise<void> {
  const about = { record: account.id, link }
  if (account.kind === 'staff')
    await notify(ctx, { channel: 'inbox', staff: account.id }, letter, about)
  else if (account.email && account.email_verified_at)
    await notify(
      ctx,
      { channel: 'email', address: account.email, locale: account.locale },
      letter,
      about,
    )
}

const subjects: Readonly<Record<'added' | 'ended' | 'changed', (name: Text) => Text>> = {
  added: ({ zh, en }) => ({
    zh: `您的帳號新增了登入方式：${zh}`,
    en: `A way to sign in was added: ${en}`,
  }),
  ended: ({ zh, en }) => ({
    zh: `您的帳號移除了登入方式：${zh}`,
    en: `A way to sign in was removed: ${en}`,
  }),
  changed: ({ zh, en }) => ({
    zh: `您的帳號更改了登入方式：${zh}`,
    en: `A way to sign in was changed: ${en}`,
  }),
}

const bodyOf = ({ zh, en }: Text): Text => ({
  zh: `${zh}。如果是您自己做的，不必理會這封信。如果不是，請馬上看看您的登入方式並更改密碼。`,
  en: `${en}. If it was you, there is nothing to do. If not, look at your ways to sign in now.`,
})
