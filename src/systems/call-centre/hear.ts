import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { digest, record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { keepInteraction } from '../../kernel/cases/interactions.ts'
import { after, type Course } from './course.ts'
import { noteQueue } from './lines.ts'
import { e164, national } from './numbers.ts'
import { callCentrePack } from './pack.ts'
import { enterState } from './states.ts'

const words = (maxLength: number) => Type.String({ maxLength, default: '' })

/** One sign of a call, in the terms of Zammad's generic CTI. */
export const signInput = Type.Object({
  source: Type.String({ minLength: 2, maxLength: 60, description: 'the name of the exchange' }),
  event: Type.Union([Type.Literal('newCall'), Type.Literal('answer'), Type.Literal('hangup')]),
  callId: Type.String({ minLength: 1, maxLength: 100 }),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')], { default: 'in' }),
  from: words(100),
  to: words(100),
  user: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200, default: [] }),
  queue: words(60),
  cause: words(40),
  answeringNumber: words(100),
})

type Heard = Static<typeof signInput>

type CallRow = {
  id: string
  began: Date
  answered: Date | null
  ended: Date | null
  outcome: Course['outcome']
  queue: string
  operator: string | null
  offered: string[]
  interaction: string | null
}

/** Nothing new was heard: the exchange is told that all is well and nothing changes. */
export const alreadyHeard = 'call-centre.already-heard'

/**
 * Hears of a call from its exchange: it rings, is answered, ends. The number is kept as a keyed
 * digest and its last three digits. Refuses `call-centre.already-heard` where nothing is new.
 */
export const hearCall = operation({
  name: 'call-centre.hear',
  title: { zh: '交換機通知', en: 'A sign from the exchange' },
  permission: 'call-centre.connect',
  input: signInput,
  output: Type.Object({ id: Type.String() }),
  run: async (ctx, heard) => {
    await oneAtATime(ctx, `call:${heard.source}:${heard.callId}`)
    const before = await callOf(ctx, heard)
    const next = after(before && courseOf(before), heard.event, ctx.now, heard.cause)
    const people = await namedIn(ctx, heard)
    const late = before !== undefined && heard.event === 'newCall' && before.interaction === null
    if (before && same(courseOf(before), next) && !late) throw nothingNew()
    const call = before ?? (await begin(ctx, heard))
    if (call.interaction === null && heard.event === 'newCall') await introduce(ctx, call.id, heard)
    const operator = heard.event === 'answer' ? answering(people, call) : call.operator
    await keep(ctx, call.id, next, { operator, cause: heard.cause || null })
    const queue = heard.queue || call.queue
    await record(ctx, {
      record: call.id,
      type: `call-centre.${heard.event}`,
      data: { queue, outcome: next.outcome, ...(operator && { operator }) },
    })
    if (operator) await settleOperator(ctx, operator, heard.event, next)
    await tell(ctx, [...call.offered, ...people, ...(operator ? [operator] : [])])
    await noteQueue(ctx, queue)
    return { id: call.id }
  },
})

const nothingNew = () =>
  new Refused(alreadyHeard, 409, {
    zh: '這個通知之前收過了。',
    en: 'This was heard before.',
  })

/** Signs of one call that come at the same moment are heard one after the other. */
const oneAtATime = (ctx: Ctx, name: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(ctx.db)

const callOf = (ctx: Ctx, { source, callId }: Heard) =>
  row(
    ctx.db,
    sql<CallRow>`select id, began_at as began, answered_at as answered, ended_at as ended, outcome,
        queue, operator, offered, interaction
      from call_centre.call where source = ${source} and source_id = ${callId}`,
  )

const courseOf = ({ began, answered, ended, outcome }: CallRow): Course => ({
  began,
  answered,
  ended,
  outcome,
})

const same = (a: Course, b: Course): boolean =>
  a.outcome === b.outcome && +(a.answered ?? 0) === +(b.answered ?? 0) && !a.ended === !b.ended

/** Members of staff whom the exchange names, by login or by their extension in the pack. */
async function namedIn(ctx: Ctx, { user, answeringNumber, event }: Heard): Promise<string[]> {
  const { extensions } = callCentrePack(ctx.city)
  const given = [...user, ...(event === 'answer' ? [answeringNumber] : [])].filter((one) => one)
  if (given.length === 0) return []
  const logins = given.map((one) => extensions[one] ?? one.toLowerCase())
  const found = await rows(
    ctx.db,
    sql<{ id: string }>`select id::text as id from identity.staff
      where login = any (${logins}::text[]) and active`,
  )
  return found.map(({ id }) => id)
}

/** Who picked up: the one named, or the only one at whose place it rang. */
const answering = (people: readonly string[], call: CallRow): string | null => {
  const one = people.length > 0 ? people : call.offered
  return call.operator ?? (one.length === 1 ? one[0]! : null)
}

async function begin(ctx: Ctx, { source, callId, direction, queue }: Heard): Promise<CallRow> {
  const id = randomUUID()
  await sql`insert into call_centre.call
      (id, source, source_id, direction, queue, began_at, outcome, recorded_at)
    values (${id}, ${source}, ${callId}, ${direction}, ${queue}, ${ctx.now}, 'ringing',
      ${ctx.now})`.execute(ctx.db)
  const none = { answered: null, ended: null, operator: null, interaction: null }
  return { id, began: ctx.now, outcome: 'ringing', queue, offered: [], ...none }
}

/** Who calls and at whose place it rings; the call can now be joined to a case. */
async function introduce(ctx: Ctx, id: string, heard: Heard): Promise<void> {
  const { areaCode } = callCentrePack(ctx.city)
  const number = e164(heard.direction === 'in' ? heard.from : heard.to, areaCode)
  const caller = number === null ? null : digest(number, ctx.config.secret)
  const tail = number === null ? null : number.slice(-3)
  const interaction = await keepInteraction(ctx, {
    kind: 'call',
    reference: `${heard.source}:${heard.callId}`,
    at: ctx.now,
    summary: [heard.queue, tail && `…${tail}`].filter(Boolean).join(' '),
    lines: [],
  })
  await sql`update call_centre.call set interaction = ${interaction}, caller_digest = ${caller},
      caller_tail = ${tail}, offered = ${await namedIn(ctx, heard)}::text[],
      queue = case when queue = '' then ${heard.queue} else queue end
    where id = ${id}`.execute(ctx.db)
  // The number itself is known only now; the cases under it are found now and kept by its digest.
  if (number !== null && caller !== null)
    await sql`insert into call_centre.caller (digest, case_id)
      select ${caller}, id from call_centre.cases_with(${national(number)}) id
      on conflict do nothing`.execute(ctx.db)
}

const keep = (
  ctx: Ctx,
  id: string,
  call: Course,
  more: { operator: string | null; cause: string | null },
) =>
  sql`update call_centre.call set answered_at = ${call.answered}, ended_at = ${call.ended},
      outcome = ${call.outcome}, operator = ${more.operator},
      cause = coalesce(${more.cause}, cause)
    where id = ${id}`.execute(ctx.db)

/** After a call that was answered comes its wrap-up; who answers is at work. */
async function settleOperator(ctx: Ctx, operator: string, event: string, call: Course) {
  if (event === 'hangup' && call.answered) await enterState(ctx, operator, 'wrap-up')
  if (event === 'answer' && !call.ended) await enterState(ctx, operator, 'available')
}

/** The desks where it rings, and whoever watches the lines. */
async function tell(ctx: Ctx, operators: readonly string[]): Promise<void> {
  for (const operator of new Set(operators)) await announce(ctx, `calls:${operator}`)
  await announce(ctx, 'calls')
}
