import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { invalid, notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { seal } from '../../core/seal.ts'
import { callById } from './desk.ts'
import { e164 } from './numbers.ts'
import { callCentrePack } from './pack.ts'
import { enterState } from './states.ts'

const callBackInput = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60 }),
  number: Type.String({ minLength: 6, maxLength: 40 }),
  dueAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d', maxLength: 40 }),
  reason: Type.String({ minLength: 2, maxLength: 300 }),
})

/**
 * What became of a call: result codes of the pack, notes, and when to call back. The operator is
 * available again. Refuses a call that is still going on, and one wrapped up before.
 */
export const wrapUp = operation({
  name: 'call-centre.wrap-up',
  title: { zh: '話後處理', en: 'Wrap up a call' },
  permission: 'call-centre.record',
  input: Type.Object({
    call: Type.String({ maxLength: 40 }),
    codes: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 }),
    notes: Type.String({ maxLength: 1000, default: '' }),
    callBack: Type.Optional(callBackInput),
  }),
  run: async (ctx, { call: id, codes, notes, callBack }) => {
    const call = await callById(ctx, id)
    if (!call) throw notFound({ zh: '這通電話', en: 'this call' })
    if (!call.ended) throw stillTalking()
    const known = callCentrePack(ctx.city).results.map(({ code }) => code)
    if (codes.length === 0 || codes.some((code) => !known.includes(code)))
      throw invalid({ codes: { zh: '至少選一個結果。', en: 'Choose one result at least.' } })
    const wrapped = await sql`insert into call_centre.wrap_up (call_id, operator, codes, notes, at)
      values (${call.id}, ${ctx.actor.id}, ${[...new Set(codes)]}::text[], ${notes}, ${ctx.now})
      on conflict do nothing`.execute(ctx.db)
    if (wrapped.numAffectedRows === 0n) throw wrappedBefore()
    await record(ctx, {
      record: call.id,
      type: 'call-centre.wrapped-up',
      data: { codes },
      personal: notes,
    })
    if (callBack) await promise(ctx, call.id, callBack)
    await enterState(ctx, ctx.actor.id, 'available')
    await announce(ctx, `calls:${ctx.actor.id}`)
  },
})

const stillTalking = () =>
  new Refused('call-centre.still-talking', 409, {
    zh: '電話還沒掛斷。掛斷後再做話後處理。',
    en: 'The call has not ended. Wrap it up afterwards.',
  })

const wrappedBefore = () =>
  new Refused('call-centre.wrapped-before', 409, {
    zh: '這通電話已經處理過了。',
    en: 'This call was wrapped up before.',
  })

type Promised = { name: string; number: string; dueAt: string; reason: string }

/** Promises a call-back. The number is sealed, and gone once the call-back is over. */
async function promise(ctx: Ctx, call: string, given: Promised): Promise<void> {
  const number = e164(given.number, callCentrePack(ctx.city).areaCode)
  if (number === null)
    throw invalid({
      'callBack.number': { zh: '請填可以回撥的電話。', en: 'Give a number to call.' },
    })
  const dueAt = new Date(/T\d\d:\d\d$/.test(given.dueAt) ? `${given.dueAt}:00+08:00` : given.dueAt)
  if (!(dueAt > ctx.now))
    throw invalid({
      'callBack.dueAt': { zh: '回電時間要在現在之後。', en: 'Give a time still to come.' },
    })
  const id = randomUUID()
  await sql`insert into call_centre.call_back
      (id, call_id, operator, name, number, due_at, reason, made_at)
    values (${id}, ${call}, ${ctx.actor.id}, ${given.name},
      ${seal(ctx.config.secret, number)}, ${dueAt}, ${given.reason}, ${ctx.now})`.execute(ctx.db)
  await record(ctx, {
    record: id,
    type: 'call-centre.call-back-promised',
    data: { call, dueAt: dueAt.toISOString() },
    personal: [given.name, number, given.reason],
  })
}
