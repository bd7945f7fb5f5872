import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { canonical, sha256Hex } from '../../core/canonical.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, rows } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { digest, record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { e164 } from './numbers.ts'
import { callCentrePack } from './pack.ts'

const outcomes = ['answered', 'abandoned', 'overflowed'] as const

const callInput = Type.Object({
  sourceId: Type.String({ minLength: 1, maxLength: 100, description: "the exchange's call id" }),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')], { default: 'in' }),
  queue: Type.String({ maxLength: 60, default: '' }),
  caller: Type.Optional(Type.String({ maxLength: 30, description: 'kept as a keyed digest only' })),
  beganAt: Type.String({ description: 'ISO 8601 with zone' }),
  answeredAt: Type.Optional(Type.String()),
  endedAt: Type.Optional(Type.String()),
  outcome: Type.Union(outcomes.map((value) => Type.Literal(value))),
})

/** A call as an exchange's records have it; times as ISO 8601 with zone. */
export type ImportedCall = {
  sourceId: string
  direction: 'in' | 'out'
  queue: string
  caller?: string | undefined
  beganAt: string
  answeredAt?: string | undefined
  endedAt?: string | undefined
  outcome: (typeof outcomes)[number]
}

/** Notes one call by hand, when the exchange does not report it. */
export const recordCall = operation({
  name: 'call-centre.record',
  title: { zh: '登錄來電', en: 'Record a call' },
  permission: 'call-centre.record',
  input: callInput,
  run: async (ctx, call) => {
    const [id = ''] = await saveCalls(ctx, 'desk', [call])
    await record(ctx, {
      record: id,
      type: 'call-centre.recorded',
      data: { outcome: call.outcome, queue: call.queue },
    })
    return { id }
  },
})

/**
 * Brings in the call records of an exchange (CDR), up to 20,000 at once. A call that is known by
 * its source and id is skipped, so a file can be sent again. One event holds the digest of all.
 */
export const importCalls = operation({
  name: 'call-centre.import',
  title: { zh: '匯入話務紀錄', en: 'Import call records' },
  permission: 'call-centre.import',
  input: Type.Object({
    source: Type.String({ minLength: 1, maxLength: 60 }),
    calls: Type.Array(callInput, { minItems: 1, maxItems: 20_000 }),
  }),
  run: async (ctx, { source, calls }) => {
    const saved = await saveCalls(ctx, source, calls)
    const id = randomUUID()
    const hash = sha256Hex(canonical(calls.map(({ caller: _, ...rest }) => rest)))
    await sql`insert into call_centre.import (id, at, calls, digest)
      values (${id}, ${ctx.now}, ${saved.length}, ${hash})`.execute(ctx.db)
    await record(ctx, {
      record: id,
      type: 'call-centre.imported',
      data: { source, calls: saved.length, digest: hash },
    })
    return { saved: saved.length, known: calls.length - saved.length }
  },
})

async function saveCalls(
  ctx: Ctx,
  source: string,
  calls: readonly ImportedCall[],
): Promise<string[]> {
  const { areaCode } = callCentrePack(ctx.city)
  const saved = calls.map((call, i) => ({
    id: randomUUID(),
    source,
    source_id: call.sourceId,
    direction: call.direction,
    queue: call.queue,
    ...callerOf(ctx, call.caller, areaCode),
    began_at: time(call.beganAt, `calls.${i}.beganAt`),
    answered_at: call.answeredAt ? time(call.answeredAt, `calls.${i}.answeredAt`) : null,
    ended_at: call.endedAt ? time(call.endedAt, `calls.${i}.endedAt`) : null,
    outcome: call.outcome,
    operator: source === 'desk' ? ctx.actor.id : null,
    recorded_at: ctx.now,
  }))
  const before = await rows(
    ctx.db,
    sql<{ source_id: string }>`select source_id from call_centre.call where source = ${source}
      and source_id = any (${saved.map((call) => call.source_id)}::text[])`,
  )
  const known = new Set(before.map(({ source_id }) => source_id))
  const fresh = saved.filter((call) => !known.has(call.source_id))
  await insertRows(ctx.db, 'call_centre.call', columns, fresh, 'on conflict do nothing')
  return fresh.map(({ id }) => id)
}

const columns = [
  ...(['id', 'source', 'source_id', 'direction', 'queue', 'caller_digest', 'caller_tail'] as const),
  ...(['began_at', 'answered_at', 'ended_at', 'outcome', 'operator', 'recorded_at'] as const),
]

/** What is kept of a number: a keyed digest and its last three digits. */
export function callerOf(ctx: Ctx, given: string | undefined, areaCode: string) {
  const number = e164(given ?? '', areaCode)
  return {
    caller_digest: number === null ? null : digest(number, ctx.config.secret),
    caller_tail: number === null ? null : number.slice(-3),
  }
}

function time(given: string, field: string): Date {
  const at = new Date(given)
  if (Number.isNaN(+at) || !/T.*(Z|[+-]\d\d:?\d\d)$/.test(given))
    throw invalid({
      [field]: {
        zh: '時間要含時區，例如 2020-07-01T09:00:00+08:00。',
        en: 'Give the time with its zone, like 2020-07-01T09:00:00+08:00.',
      },
    })
  return at
}

/** States since when the line is open and at what hours, each once. Figures F073 and F074. */
export const declareService = operation({
  name: 'call-centre.declare-service',
  title: { zh: '登錄專線啟用與服務時間', en: 'Declare the line and its hours' },
  permission: 'call-centre.import',
  input: Type.Object({
    openedOn: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    hours: Type.Array(
      Type.Object({
        weekday: Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday' }),
        fromMinute: Type.Integer({ minimum: 0, maximum: 1439 }),
        toMinute: Type.Integer({ minimum: 1, maximum: 1440 }),
      }),
      { minItems: 1, maxItems: 7 },
    ),
  }),
  run: async (ctx, { openedOn, hours }) => {
    const id = randomUUID()
    await sql`insert into call_centre.service (id, opened_on, recorded_at)
      values (${id}, ${openedOn}, ${ctx.now})`.execute(ctx.db)
    await insertRows(
      ctx.db,
      'call_centre.opening_hours',
      ['weekday', 'from_minute', 'to_minute', 'recorded_at'],
      hours.map((h) => ({
        weekday: h.weekday,
        from_minute: h.fromMinute,
        to_minute: h.toMinute,
        recorded_at: ctx.now,
      })),
      'on conflict do nothing',
    )
    await record(ctx, { record: id, type: 'call-centre.declared', data: { openedOn } })
  },
})
