import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { invalid, notFound, Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import { operation } from '../../../core/operation.ts'
import { addCredential, type Credential, endCredential } from '../../../kernel/identity/accounts.ts'
import { stepOf, totpData } from '../../../kernel/identity/methods/totp.ts'
import { signInMethods } from '../../../kernel/identity/methods.ts'
import { mustBeConfirmed, ownAccount, ownCredentials, tellOwner } from './guard.ts'
import { openTotp } from './pending.ts'

/** A name by which the owner knows a way again. */
export const label = Type.String({ maxLength: 40 })

/** The own ways to sign in: what, called how, since when, last used when. No secrets. */
export const listWays = operation({
  name: 'citizen-account.ways',
  title: { zh: '我的登入方式', en: 'My ways to sign in' },
  permission: 'account',
  reads: true,
  input: Type.Object({}),
  run: async (ctx) => {
    const held = await ownCredentials(ctx)
    return held.map((one) => ({
      id: one.id,
      method: one.method,
      label: one.label,
      addedAt: one.created_at,
      usedAt: one.used_at,
      last: isLast(ctx, held, one),
      flagged: one.data.flagged === true,
      left: Array.isArray(one.data.codes) ? one.data.codes.length : null,
    }))
  },
})

/** Adds an authenticator app. Refuses a code that does not fit and an enrolment of half an hour. */
export const addTotp = operation({
  name: 'citizen-account.add-totp',
  title: { zh: '新增動態密碼', en: 'Add a one-time password' },
  permission: 'account',
  input: Type.Object({ pending: Type.String({ maxLength: 600 }), code: Type.String(), label }),
  run: async (ctx, { pending, code, label }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const secret = openTotp(ctx.config, pending, account.id, ctx.now)
    const step = stepOf(secret, code, ctx.now)
    if (step === null) throw invalid({ code: notThisCode })
    const data = totpData(ctx.config, secret, step)
    await addCredential(ctx, account.id, { method: 'totp', data, label })
    await tellOwner(ctx, account, 'added', 'totp')
  },
})

const notThisCode = {
  zh: '這六位數字不對。請確認手機時間正確，再輸入 App 現在顯示的數字。',
  en: 'These digits do not fit. Check your phone’s clock and type what the app shows now.',
}

const which = Type.String({ format: 'uuid' })

/** Gives a way another name. */
export const renameWay = operation({
  name: 'citizen-account.rename-way',
  title: { zh: '更改登入方式的名稱', en: 'Rename a way to sign in' },
  permission: 'account',
  input: Type.Object({ id: which, label }),
  run: async (ctx, { id, label }) => {
    const { method, account } = await ownOne(ctx, id)
    await sql`update identity.credential set label = ${label} where id = ${id}`.execute(ctx.db)
    const data = { method }
    await record(ctx, { record: account, type: 'identity.credential-renamed', data })
  },
})

/**
 * Ends a way: what was proven by it stops to count at once, and every other session of the account
 * ends. `keep` is the token of the session that stays. Refuses the last way that can sign in.
 */
export const endWay = operation({
  name: 'citizen-account.end-way',
  title: { zh: '移除登入方式', en: 'Remove a way to sign in' },
  permission: 'account',
  input: Type.Object({ id: which, keep: Type.Optional(Type.String({ maxLength: 100 })) }),
  run: async (ctx, { id, keep }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const one = await ownOne(ctx, id)
    if (isLast(ctx, await ownCredentials(ctx), one)) throw lastOne()
    await endCredential(ctx, one)
    await endOtherSessions(ctx, keep)
    await tellOwner(ctx, account, 'ended', one.method)
  },
})

/**
 * Ends the sessions of whoever is signed in, but the one of the token; a job of the provider ends
 * what they opened elsewhere.
 */
export async function endOtherSessions(ctx: Ctx, keep = ''): Promise<void> {
  const kept = createHash('sha256').update(keep).digest()
  const here = await row(
    ctx.db,
    sql<{ sid: string | null }>`select sid from identity.session
      where account::text = ${ctx.actor.id} and token_hash = ${kept}`,
  )
  await ctx.enqueue('oidc.end-others', { account: ctx.actor.id, sid: here?.sid ?? '' })
  await sql`delete from identity.session
    where account::text = ${ctx.actor.id} and token_hash <> ${kept}`.execute(ctx.db)
}

async function ownOne(ctx: Ctx, id: string): Promise<Credential> {
  const found = (await ownCredentials(ctx, true)).find((one) => one.id === id)
  if (!found) throw notFound({ zh: '這種登入方式', en: 'this way to sign in' })
  return found
}

// A second factor alone opens nothing, nor does a provider that is no longer offered.
const canSignIn = (ctx: Ctx, { method }: Credential) =>
  signInMethods.some((way) => way.method === method && !way.second && way.offered(ctx))

const isLast = (ctx: Ctx, held: readonly Credential[], one: Credential) =>
  canSignIn(ctx, one) && held.filter((other) => canSignIn(ctx, other)).length === 1

const lastOne = () =>
  new Refused('account.last-way', 409, {
    zh: '這是唯一能登入的方式。請先新增另一種，再移除這一種。',
    en: 'This is the only way to sign in. Add another one first, then remove this one.',
  })
