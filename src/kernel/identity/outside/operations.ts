import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { notFound } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import { credentialBy } from '../accounts.ts'
import { type Attempt, readAttempt, saveAttempt } from '../attempts.ts'
import { methodNames } from '../levels.ts'
import type { Newcomer, Outcome } from '../methods/method.ts'
import { settle } from '../prove.ts'
import { type OutsideProvider, outsideFailed, outsideLookup, type Started } from './provider.ts'
import { outsideOf } from './providers.ts'

const permission = 'identity.sign-in'
/** The name of a provider. */
export const outsideMethod = Type.Union([
  Type.Literal('line'),
  Type.Literal('google'),
  Type.Literal('facebook'),
])
const attempt = Type.String({ maxLength: 100 })

/** What was sent along, as operations take it. */
export const Sent = Type.Object({
  state: Type.String({ maxLength: 1000 }),
  nonce: Type.String({ maxLength: 100 }),
  verifier: Type.String({ maxLength: 200 }),
  redirectUri: Type.String({ maxLength: 500 }),
  until: Type.Number(),
})

/**
 * Keeps what was sent along with a person to a provider. A later start of the same attempt takes
 * the place of an earlier one. Nothing of the city's records changes, so there is no event.
 */
export const startOutside = operation({
  name: 'identity.start-outside',
  title: { zh: '前往其他平台登入', en: 'Go to a provider to sign in' },
  permission,
  input: Type.Object({ attempt, method: outsideMethod, started: Sent }),
  run: async (ctx, { attempt, method, started }): Promise<void> => {
    ctx.recorded.count++
    const kept = await readAttempt(ctx.db, attempt, ctx.now)
    const waiting = { ...kept.waiting, [method]: started }
    await saveAttempt(ctx.db, { ...kept, waiting }, ctx.now)
  },
})

/** Takes out what was kept, once; null where nothing waits for an answer or it took too long. */
export const takeOutside = operation({
  name: 'identity.take-outside',
  title: { zh: '收下其他平台的回覆', en: 'Take the answer of a provider' },
  permission,
  input: Type.Object({ attempt, method: outsideMethod }),
  run: async (ctx, given): Promise<Started | null> => {
    ctx.recorded.count++
    const kept = await readAttempt(ctx.db, given.attempt, ctx.now)
    const { [given.method]: started, ...waiting } = kept.waiting as Record<string, Started>
    if (!started) return null
    await saveAttempt(ctx.db, { ...kept, waiting }, ctx.now)
    return started.until >= +ctx.now ? started : null
  },
})

/** What a provider said of a person, as operations take it. */
export const Person = Type.Object({
  subject: Type.String({ minLength: 1, maxLength: 300 }),
  name: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
})

/**
 * Settles what a provider said of a person, or that it said nothing that holds (`person` null).
 * Only the account that was linked counts; an e-mail address says nothing.
 */
export const proveOutside = operation({
  name: 'identity.prove-outside',
  title: { zh: '以其他平台證明身分', en: 'Prove who it is by a provider' },
  permission,
  input: Type.Object({
    attempt,
    account: Type.Union([Type.String(), Type.Null()]),
    method: outsideMethod,
    person: Type.Union([Person, Type.Null()]),
    device: Type.String({ maxLength: 100 }),
  }),
  run: async (ctx, input): Promise<Outcome> => {
    const provider = outsideOf(ctx.config, input.method)
    if (!provider) throw notFound({ zh: '這種登入方式', en: 'this way to sign in' })
    const kept = await readAttempt(ctx.db, input.attempt, ctx.now)
    const attempt: Attempt = { ...kept, account: kept.account ?? input.account }
    const outcome = await outcomeOf(ctx, provider, input.person)
    return settle(ctx, attempt, provider.method, outcome, input.device)
  },
})

async function outcomeOf(
  ctx: Ctx,
  provider: OutsideProvider,
  person: Static<typeof Person> | null,
): Promise<Outcome> {
  const { method } = provider
  if (!person) return { refused: outsideFailed(methodNames[method]) }
  const lookup = outsideLookup(ctx.config, provider, person.subject)
  const found = await credentialBy(ctx.db, method, lookup)
  if (found) {
    await sql`update identity.credential set used_at = ${ctx.now}
      where id = ${found.id}`.execute(ctx.db)
    return { account: found.account, credential: found.id, facts: {} }
  }
  const newcomer: Newcomer = {
    method,
    lookup: lookup.toString('base64url'),
    name: person.name.normalize('NFC').slice(0, 100),
    email: person.email,
    data: {},
    facts: {},
  }
  return { newcomer }
}
