import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { invalid, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { callCentrePack } from './pack.ts'

export type OperatorState = 'available' | 'wrap-up' | 'break' | 'offline'

/** How an operator stands; offline where nothing was said yet. */
export type Standing = {
  readonly state: OperatorState
  readonly reason: string
  readonly since: Date
}

/** How an operator stands now. */
export async function standingOf(ctx: Ctx, operator: string): Promise<Standing> {
  const found = await row(
    ctx.db,
    sql<Standing>`select state, reason, since from call_centre.operator_state
      where operator = ${operator} and until is null`,
  )
  return found ?? { state: 'offline', reason: '', since: ctx.now }
}

/** Puts an operator into a state from now on. Returns whether that is another than before. */
export async function enterState(
  ctx: Ctx,
  operator: string,
  state: OperatorState,
  reason = '',
): Promise<boolean> {
  const before = await standingOf(ctx, operator)
  if (before.state === state && before.reason === reason) return false
  await sql`update call_centre.operator_state set until = greatest(since, ${ctx.now})
    where operator = ${operator} and until is null`.execute(ctx.db)
  const id = randomUUID()
  await sql`insert into call_centre.operator_state (id, operator, state, reason, since)
    values (${id}, ${operator}, ${state}, ${reason}, ${ctx.now})`.execute(ctx.db)
  await record(ctx, {
    record: id,
    type: 'call-centre.state',
    data: { operator, state, ...(reason && { reason }) },
  })
  await announce(ctx, `calls:${operator}`)
  await announce(ctx, 'calls')
  return true
}

/** Says how the operator who signs it stands. A break gives its reason, one of the pack's. */
export const setState = operation({
  name: 'call-centre.state',
  title: { zh: '值機狀態', en: 'State of an operator' },
  permission: 'call-centre.record',
  input: Type.Object({
    state: Type.Union(
      ['available', 'wrap-up', 'break', 'offline'].map((one) => Type.Literal(one as OperatorState)),
    ),
    reason: Type.String({ maxLength: 40, default: '' }),
  }),
  run: async (ctx, { state, reason }) => {
    const known = callCentrePack(ctx.city).breaks.some(({ code }) => code === reason)
    if (state === 'break' && !known)
      throw invalid({ reason: { zh: '請選離席原因。', en: 'Choose why you are away.' } })
    const changed = await enterState(ctx, ctx.actor.id, state, state === 'break' ? reason : '')
    if (!changed)
      throw new Refused('call-centre.same-state', 409, {
        zh: '您已經是這個狀態。',
        en: 'You are in this state already.',
      })
  },
})
