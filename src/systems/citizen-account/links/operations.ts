import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import { accountById, addCredential, credentialBy } from '../../../kernel/identity/accounts.ts'
import { saveAttempt, takeAttempt } from '../../../kernel/identity/attempts.ts'
import { methodNames } from '../../../kernel/identity/levels.ts'
import { outsideMethod, Person, Sent } from '../../../kernel/identity/outside/operations.ts'
import {
  type OutsideMethod,
  outsideLookup,
  type Started,
} from '../../../kernel/identity/outside/provider.ts'
import { outsideOf, outsideProviders } from '../../../kernel/identity/outside/providers.ts'
import { oneAtATime } from '../../../kernel/identity/register.ts'
import { mustBeConfirmed, ownAccount, ownCredentials, tellOwner } from '../methods/guard.ts'

/*
 * Linking an account elsewhere takes both sides: the owner of this account, confirmed within ten
 * minutes, and the provider's answer to what this very session asked.
 */

const permission = 'account'

/** The token of the session that asks; its digest names what waits for the answer. */
const session = Type.String({ minLength: 20, maxLength: 200 })

const waitingId = (token: string) => `link:${createHash('sha256').update(token).digest('hex')}`

/** The providers and what of them is linked. No identifiers of elsewhere. */
export const listLinks = operation({
  name: 'citizen-account.links',
  title: { zh: '我連結的帳號', en: 'My linked accounts' },
  permission,
  reads: true,
  input: Type.Object({}),
  run: async (ctx) => {
    const held = await ownCredentials(ctx)
    return outsideProviders.flatMap((provider) => {
      const { method } = provider
      const links = held
        .filter((one) => one.method === method)
        .map(({ id, label, created_at: addedAt, used_at: usedAt }) => ({
          ...{ id, label, addedAt, usedAt },
        }))
      const offered = provider.offered(ctx.config)
      return offered || links.length > 0 ? [{ method, offered, links }] : []
    })
  },
})

/** Keeps what goes along to a provider, for this session's answer. Refuses who did not confirm. */
export const startLink = operation({
  name: 'citizen-account.start-link',
  title: { zh: '前往其他平台連結', en: 'Go to a provider to link' },
  permission,
  input: Type.Object({ session, method: outsideMethod, started: Sent }),
  run: async (ctx, { session, method, started }): Promise<void> => {
    ctx.recorded.count++
    await mustBeConfirmed(ctx)
    await mayLink(ctx)
    const waiting = { [method]: started }
    const attempt = { id: waitingId(session), account: ctx.actor.id, proofs: [], waiting }
    await takeAttempt(ctx.db, attempt.id, ctx.now)
    await saveAttempt(ctx.db, attempt, ctx.now)
  },
})

/** Takes out what was kept, once; null where this session asked nothing. Wants confirmation. */
export const takeLink = operation({
  name: 'citizen-account.take-link',
  title: { zh: '收下其他平台的回覆', en: 'Take the answer of a provider' },
  permission,
  input: Type.Object({ session, method: outsideMethod }),
  run: async (ctx, { session, method }): Promise<Started | null> => {
    ctx.recorded.count++
    await mustBeConfirmed(ctx)
    await mayLink(ctx)
    const kept = await takeAttempt(ctx.db, waitingId(session), ctx.now)
    if (kept?.account !== ctx.actor.id) return null
    const started = kept.waiting[method] as Started | undefined
    return started && started.until >= +ctx.now ? started : null
  },
})

/**
 * Links what a provider said to an account, and tells its owner. Run by the platform itself, after
 * `takeLink`: nobody may say of themselves whom a provider knows. Refuses 409 what is linked
 * already, here or to another account.
 */
export const addLink = operation({
  name: 'citizen-account.add-link',
  title: { zh: '連結其他平台的帳號', en: 'Link an account elsewhere' },
  permission: 'identity.sign-in',
  input: Type.Object({ account: Type.String(), method: outsideMethod, person: Person }),
  run: async (ctx, { account: id, method, person }): Promise<void> => {
    const account = await accountById(ctx.db, id)
    const provider = outsideOf(ctx.config, method)
    if (!account || !provider) throw notFound({ zh: '這個帳號', en: 'this account' })
    const lookup = outsideLookup(ctx.config, provider, person.subject)
    await oneAtATime(ctx, lookup.toString('base64url'))
    const held = await credentialBy(ctx.db, method, lookup)
    if (held) throw held.account === id ? linkedHere(method) : linkedElsewhere(method)
    const label = person.name.normalize('NFC').slice(0, 40)
    await addCredential(ctx, id, { method, lookup, data: {}, label })
    await tellOwner(ctx, account, 'added', method)
  },
})

/** The own account, unless the city keeps it: its staff sign in as the city says. */
export async function mayLink(ctx: Ctx) {
  const account = await ownAccount(ctx)
  if (account.kind === 'staff') throw ofTheCity()
  return account
}

const ofTheCity = () =>
  new Refused('account.staff', 409, {
    zh: '同仁帳號由市府管理，不能連結外部帳號或自行更改電子郵件。',
    en: 'The city keeps the accounts of its staff: they link nothing and keep their address.',
  })

const linkedHere = (method: OutsideMethod) =>
  new Refused('account.linked', 409, {
    zh: `這個 ${methodNames[method].zh} 帳號已經連結到您的帳號了。`,
    en: `This ${methodNames[method].en} account is linked to yours already.`,
  })

const linkedElsewhere = (method: OutsideMethod) =>
  new Refused('account.linked-elsewhere', 409, {
    zh: [
      `這個 ${methodNames[method].zh} 帳號屬於這裡的另一個帳號。`,
      '如果那也是您的：先登入它，新增別的登入方式並移除這個連結，再回來連結。',
    ].join(''),
    en: [
      `This ${methodNames[method].en} account belongs to another account here.`,
      'If that is yours too: sign in to it, add another way, remove the link, then come back.',
    ].join(' '),
  })

/** What of a provider is linked, as its owner sees it. */
export type OwnLink = Awaited<ReturnType<(typeof listLinks)['run']>>[number]
