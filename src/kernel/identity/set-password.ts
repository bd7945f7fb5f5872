import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { invalid, Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'
import { type Account, addCredential, type Credential, endCredential } from './accounts.ts'
import { isBreached } from './breached.ts'
import { hashPassword, passwordFits } from './password.ts'
import { formFault, isTooNew, type PasswordPolicy, passwordPolicy } from './password-policy.ts'

/** The living password of an account, held until the end. */
export const passwordOf = (ctx: Ctx, account: string): Promise<Credential | undefined> =>
  row(
    ctx.db,
    sql<Credential>`select * from identity.credential where account::text = ${account}
      and method = 'password' and ended_at is null order by created_at limit 1 for update`,
  )

/**
 * Puts a new password in place of the old: what was proven by the old one counts no more. Refuses
 * 422 with what to mend, and 409 where the policy wants the present one to stay a while; a
 * forgotten or expired one may always be replaced. Answers the new credential.
 */
export async function takePassword(
  ctx: Ctx,
  account: Account,
  password: string,
  why: 'chosen' | 'forgotten' | 'expired',
): Promise<string> {
  const held = await passwordOf(ctx, account.id)
  const policy = passwordPolicy(ctx.city, account.kind)
  if (why === 'chosen' && held && isTooNew(policy, held.created_at, ctx.now)) throw tooSoon(policy)
  const fault = await passwordFault(ctx, account, held, password)
  if (fault) throw invalid({ password: fault })
  if (held) await endCredential(ctx, held)
  const before = held ? [String(held.data.hash), ...historyOf(held)] : []
  const data = { hash: await hashPassword(password), before: before.slice(0, policy.history) }
  return addCredential(ctx, account.id, { method: 'password', data })
}

/** What keeps a new password from being taken, in words for its owner; null when nothing does. */
async function passwordFault(
  ctx: Ctx,
  account: Account,
  held: Credential | undefined,
  password: string,
): Promise<Text | null> {
  const policy = passwordPolicy(ctx.city, account.kind)
  const own = [account.login ?? '', account.name, account.email?.split('@')[0] ?? '']
  const fault = formFault(policy, password, own)
  if (fault) return fault
  if (await isBreached(ctx.config, password)) return leaked
  const before = held ? [String(held.data.hash), ...historyOf(held)] : []
  for (const hash of before.slice(0, Math.max(1, policy.history)))
    if (await passwordFits(hash, password)) return usedBefore(policy.history)
  return null
}

const historyOf = (held: Credential | undefined): readonly string[] =>
  (held?.data.before as string[] | undefined) ?? []

const leaked: Text = {
  zh: '這個密碼出現在外洩的密碼清單裡，很容易被猜到。請換一個別處沒用過的。',
  en: 'This password is on a list of leaked ones and easily guessed. Use one of your own.',
}

const usedBefore = (history: number): Text => ({
  zh: history > 1 ? `請不要用最近 ${history} 次用過的密碼。` : '新密碼和現在的一樣。請換一個。',
  en:
    history > 1
      ? `Do not use one of your last ${history} passwords.`
      : 'The new password is the present one. Use another.',
})

const tooSoon = ({ minAgeDays }: PasswordPolicy) =>
  new Refused('account.password-too-new', 409, {
    zh: `密碼更改後要滿 ${minAgeDays} 天才能再改。若懷疑外洩，請用「忘記密碼」馬上重設。`,
    en: `A password stays ${minAgeDays} day(s). If it may have leaked, use “forgot password” now.`,
  })
