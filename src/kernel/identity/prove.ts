import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { type Attempt, readAttempt, saveAttempt } from './attempts.ts'
import { rememberDevice } from './devices.ts'
import type { Method } from './levels.ts'
import type { Given, Outcome } from './methods/method.ts'
import { signInMethods } from './methods.ts'

const given = Type.Object({
  fields: Type.Record(Type.String(), Type.String({ maxLength: 20_000 })),
  device: Type.String({ maxLength: 100 }),
  address: Type.String({ maxLength: 100 }),
  system: Type.Optional(Type.Object({ zh: Type.String(), en: Type.String() })),
  agent: Type.Optional(Type.String({ maxLength: 300 })),
})

/** Someone who guesses leaves a trace, but no name: the chain holds no personal data. */
export const nobody = '00000000-0000-7000-8000-000000000000'

/**
 * Proves one method within an attempt to sign in. Run by the platform itself, since nobody is known
 * yet. A refusal is an answer: what was counted stays.
 */
export const prove = operation({
  name: 'identity.prove',
  title: { zh: '證明身分', en: 'Prove who it is' },
  permission: 'identity.sign-in',
  input: Type.Object({
    attempt: Type.String({ maxLength: 100 }),
    /** Who must be: of the session that is being raised. */
    account: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    method: Type.String({ maxLength: 20 }),
    given,
  }),
  run: async (ctx, input): Promise<Outcome> => {
    const way = signInMethods.find(({ method }) => method === input.method)
    if (!way?.offered(ctx)) throw notFound({ zh: '這種登入方式', en: 'this way to sign in' })
    const kept = await readAttempt(ctx.db, input.attempt, ctx.now)
    const { [way.method]: used, ...waiting } = kept.waiting
    // What was prepared counts once, whatever comes of it.
    if (used !== undefined) await saveAttempt(ctx.db, { ...kept, waiting }, ctx.now)
    const known = kept.account ?? input.account ?? null
    const attempt: Attempt = { ...kept, account: known, waiting }
    const outcome = await way.prove(
      ctx,
      { ...attempt, waiting: kept.waiting },
      input.given as Given,
    )
    return settle(ctx, attempt, way.method, outcome, (input.given as Given).device)
  },
})

/**
 * Keeps what came of a method with the attempt, and says so in the chain. Refuses a proof of
 * someone else than the attempt is for, and newcomers where it is known whom it must be.
 */
export async function settle(
  ctx: Ctx,
  attempt: Attempt,
  method: Method,
  outcome: Outcome,
  device: string,
): Promise<Outcome> {
  if ('refused' in outcome) {
    await record(ctx, { record: attempt.account ?? nobody, type: 'identity.refused' })
    return outcome
  }
  if ('waiting' in outcome) {
    const waiting = { ...attempt.waiting, [method]: outcome.waiting }
    await saveAttempt(ctx.db, { ...attempt, waiting }, ctx.now)
    const whose = attempt.account ?? nobody
    await record(ctx, { record: whose, type: 'identity.asked', data: { method } })
    return outcome
  }
  const other = 'newcomer' in outcome ? attempt.account : attempt.account !== outcome.account
  if (attempt.account && other) {
    await record(ctx, { record: attempt.account, type: 'identity.refused' })
    return 'newcomer' in outcome ? unlinked : otherAccount
  }
  if ('newcomer' in outcome) {
    const waiting = { ...attempt.waiting, newcomer: outcome.newcomer }
    await saveAttempt(ctx.db, { ...attempt, waiting }, ctx.now)
    await record(ctx, { record: nobody, type: 'identity.newcomer' })
    return outcome
  }
  const { account, credential, facts } = outcome
  const proof = { method, credential, at: ctx.now, facts }
  await saveAttempt(ctx.db, { ...attempt, account, proofs: [...attempt.proofs, proof] }, ctx.now)
  await rememberDevice(ctx, account, device)
  await record(ctx, { record: account, type: 'identity.proven', data: { method } })
  return outcome
}

/**
 * Prepares the ways of a page to sign in, such as a challenge for a key, and keeps what each waits
 * for with the attempt. Nothing of the city's records changes, so there is no event.
 */
export const prepare = operation({
  name: 'identity.prepare',
  title: { zh: '準備登入方式', en: 'Prepare the ways to sign in' },
  permission: 'identity.sign-in',
  input: Type.Object({
    attempt: Type.String({ maxLength: 100 }),
    account: Type.Union([Type.String(), Type.Null()]),
    methods: Type.Array(Type.String({ maxLength: 20 })),
    given,
  }),
  run: async (ctx, input): Promise<Attempt['waiting']> => {
    ctx.recorded.count++
    const kept = await readAttempt(ctx.db, input.attempt, ctx.now)
    const attempt: Attempt = { ...kept, account: kept.account ?? input.account }
    const made: Record<string, unknown> = {}
    for (const way of signInMethods)
      if (input.methods.includes(way.method) && way.prepare && way.offered(ctx))
        made[way.method] = await way.prepare(ctx, attempt, input.given as Given)
    const waiting = { ...kept.waiting, ...made }
    if (Object.keys(made).length > 0) await saveAttempt(ctx.db, { ...kept, waiting }, ctx.now)
    return waiting
  },
})

const otherAccount = {
  refused: {
    zh: '這是另一個帳號的。請用目前登入的帳號，或先登出。',
    en: 'This belongs to another account. Use the account you are signed in to, or sign out first.',
  },
}

const unlinked = {
  refused: {
    zh: '這個帳號或憑證還沒有連結到您目前登入的帳號。請先用已有的方式，再到「我的帳號」連結。',
    en: 'It is not linked to your account yet. Use another way, then link it there.',
  },
}

/** A new id for a browser. */
export const newDevice = (): string => randomBytes(16).toString('base64url')
