import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, systemActor } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import type { Job } from '../../../core/jobs.ts'
import { operation, perform } from '../../../core/operation.ts'
import {
  type Account,
  accountById,
  accountByName,
  credentialsOf,
} from '../../../kernel/identity/accounts.ts'
import { readAttempt, takeAttempt } from '../../../kernel/identity/attempts.ts'
import { rememberDevice } from '../../../kernel/identity/devices.ts'
import { networkOf } from '../../../kernel/identity/methods/password-tries.ts'
import { takePassword } from '../../../kernel/identity/set-password.ts'
import { noteFailure, restsUntil, type Tried } from '../../../kernel/identity/tries.ts'
import { type Letter, notify } from '../../../kernel/messages/messages.ts'
import { confirmFirst, isSecond, levelToChange, tellOwner } from './guard.ts'
import { newPassword } from './password.ts'

/*
 * A forgotten password, by a link that goes to the account's address. What is answered, and what is
 * done while someone waits, is the same whether the account exists or not.
 */

const lastsMinutes = 30
const nobody = '00000000-0000-7000-8000-000000000000'
const permission = 'identity.sign-in'

/** Takes a name or an address, and leaves the rest to a job. Says nothing of accounts. */
export const askReset = operation({
  name: 'citizen-account.ask-reset',
  title: { zh: '忘記密碼', en: 'Forgot the password' },
  permission,
  input: Type.Object({
    login: Type.String({ maxLength: 200 }),
    address: Type.String({ maxLength: 100 }),
  }),
  run: async (ctx, { login, address }) => {
    const account = await accountByName(ctx.db, login)
    const id = account?.id ?? nobody
    await record(ctx, { record: id, type: 'identity.reset-asked' })
    const tried: Tried[] = [
      {
        key: `reset:${account?.id ?? login.trim().toLowerCase()}`,
        rule: { most: 3, minutes: 60 },
      },
      { key: `reset-address:${networkOf(address)}`, rule: { most: 30, minutes: 60 } },
    ]
    if (await restsUntil(ctx, tried)) return
    await noteFailure(ctx, tried)
    await ctx.enqueue(sendingReset.queue, { account: id })
  },
})

const sendReset = operation({
  name: 'citizen-account.send-reset',
  title: { zh: '寄出重設密碼的連結', en: 'Send the link for a new password' },
  permission,
  input: Type.Object({ account: Type.String() }),
  run: async (ctx, { account: id }) => {
    const account = await accountById(ctx.db, id)
    const address = account && addressOf(account)
    await record(ctx, { record: id, type: 'identity.reset-handled' })
    if (!account || !address) return
    const to = { channel: 'email', address, locale: account.locale } as const
    await notify(ctx, to, letter, { record: id, link: await newResetLink(ctx, id) })
  },
})

/** The path of a link that sets a new password once; the one before it counts no more. */
export async function newResetLink(ctx: Ctx, account: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const until = new Date(+ctx.now + lastsMinutes * 60_000)
  await sql`delete from identity.reset where account = ${account}`.execute(ctx.db)
  await sql`insert into identity.reset (token, account, expires_at)
    values (${digestOf(token)}, ${account}, ${until})`.execute(ctx.db)
  return `/sign-in/reset?token=${token}`
}

/** Sends a link, if there is an account and an address that it may go to. */
export const sendingReset: Job = {
  queue: 'citizen-account.send-reset',
  retries: 3,
  run: async (platform, { account }) => {
    await perform(platform, sendReset, systemActor('sign-in'), { account })
  },
}

/** A proven address; that of staff comes from the city's directory. */
const addressOf = ({ kind, email, email_verified_at: proven }: Account): string | null =>
  kind === 'staff' || proven ? email : null

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

type Now = Pick<Ctx, 'db' | 'now'>

/** The attempt in which the holder of a link proves a second factor. */
export const resetAttempt = (token: string): string => `reset:${digestOf(token).toString('hex')}`

/** Whose link it is, while it counts; `lock` holds it until the end. Refuses 400 otherwise. */
export async function resetAccount(ctx: Now, token: string, lock = false): Promise<Account> {
  const found = await row(
    ctx.db,
    sql<{ account: string }>`select account from identity.reset where token = ${digestOf(token)}
      and used_at is null and expires_at > ${ctx.now} ${lock ? sql`for update` : sql``}`,
  )
  const account = found && (await accountById(ctx.db, found.account))
  if (!account) throw gone()
  return account
}

/** Whether the link alone is too little: the account has a second factor that was not proven. */
export async function needsSecond(ctx: Now, account: Account, token: string): Promise<boolean> {
  const held = await credentialsOf(ctx.db, account.id)
  if (levelToChange(held) === 1) return false
  const attempt = await readAttempt(ctx.db, resetAttempt(token), ctx.now)
  return !(attempt.account === account.id && attempt.proofs.some(({ method }) => isSecond(method)))
}

/**
 * Sets the new password: the link is used up, sessions end, and this browser is known from now on.
 * Refuses 403 where a second factor is still to be proven, 422 with what to mend.
 */
export const resetPassword = operation({
  name: 'citizen-account.reset-password',
  title: { zh: '重設密碼', en: 'Set a new password' },
  permission,
  input: Type.Object({
    token: Type.String({ maxLength: 100 }),
    password: newPassword,
    device: Type.String({ maxLength: 100 }),
  }),
  run: async (ctx, { token, password, device }) => {
    const account = await resetAccount(ctx, token, true)
    if (await needsSecond(ctx, account, token)) throw confirmFirst()
    await takePassword(ctx, account, password, 'forgotten')
    await sql`update identity.reset set used_at = ${ctx.now}
      where token = ${digestOf(token)}`.execute(ctx.db)
    await takeAttempt(ctx.db, resetAttempt(token), ctx.now)
    await sql`delete from identity.session where account = ${account.id}`.execute(ctx.db)
    await rememberDevice(ctx, account.id, device)
    await tellOwner(ctx, account, 'changed', 'password')
    return account.id
  },
})

const gone = () =>
  new Refused('account.reset-expired', 400, {
    zh: '這個連結已經用過或超過三十分鐘。請到登入頁再按一次「忘記密碼」。',
    en: 'This link was used or is older than 30 minutes. Ask for a new one on the sign-in page.',
  })

const letter: Letter = {
  secret: true,
  subject: { zh: '重設密碼', en: 'Set a new password' },
  body: {
    zh: [
      '有人為您的帳號要求重設密碼。是您的話，請在三十分鐘內開啟下面的連結，只能用一次。',
      '不是的話，不必理會，密碼沒有改變。',
    ].join(''),
    en: [
      'Someone asked for a new password for your account. If it was you, open the link below',
      'within 30 minutes; it works once. If not, do nothing: your password stays.',
    ].join(' '),
  },
}
