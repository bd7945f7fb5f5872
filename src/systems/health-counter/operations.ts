import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { annul, annulInput } from '../../core/annul.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, row } from '../../core/db.ts'
import { invalid, notFound, Refused } from '../../core/errors.ts'
import { nextLink, record, recordMany, stamp } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { healthPack, isOpenAt } from './hours.ts'

const kind = Type.String({ maxLength: 40 })

/**
 * Notes one service with one tap; nothing of the person. Outside the opening hours it needs a
 * reason. Figure F071.
 */
export const tally = operation({
  name: 'health-counter.tally',
  title: { zh: '登記保健服務', en: 'Count a service of the health desk' },
  permission: 'health-counter.tally',
  input: Type.Object({
    kind,
    reason: Type.Optional(Type.String({ minLength: 2, maxLength: 200 })),
  }),
  run: async (ctx, given) => {
    const open = await isOpenAt(ctx, ctx.now)
    if (!open && !given.reason)
      throw invalid({
        reason: {
          zh: '現在不在服務時間，請寫下原因。',
          en: 'The desk is closed now; give the reason.',
        },
      })
    const outside = open ? null : (given.reason ?? null)
    const [id = ''] = await save(ctx, [{ kind: given.kind, at: ctx.now, outside }])
    await announce(ctx, 'health-counter')
    return { id }
  },
})

/** Brings in services that were counted on paper, as of their import. */
export const importServices = operation({
  name: 'health-counter.import',
  title: { zh: '匯入保健服務紀錄', en: 'Import services of the health desk' },
  permission: 'health-counter.manage',
  input: Type.Object({
    services: Type.Array(
      Type.Object({ kind, at: Type.String({ description: 'ISO 8601 with zone' }) }),
      { minItems: 1, maxItems: 20_000 },
    ),
  }),
  run: async (ctx, { services }) => {
    const all = services.map((one) => ({ kind: one.kind, at: new Date(one.at), outside: null }))
    return { saved: (await save(ctx, all)).length }
  },
})

type Served = { readonly kind: string; readonly at: Date; readonly outside: string | null }

async function save(ctx: Ctx, all: readonly Served[]): Promise<string[]> {
  const { agency, kinds } = healthPack(ctx.city)
  const known = new Set(kinds.map(({ code }) => code))
  const saved = all.map((one) => {
    if (!known.has(one.kind) || Number.isNaN(+one.at))
      throw invalid({ kind: { zh: '請選一種服務。', en: 'Choose a kind of service.' } })
    return {
      ...{ id: randomUUID(), kind: one.kind, agency },
      served_at: one.at,
      outside_reason: one.outside,
      recorded_at: ctx.now,
    }
  })
  const columns = ['id', 'kind', 'agency', 'served_at', 'outside_reason', 'recorded_at'] as const
  await insertRows(ctx.db, 'health_counter.service', columns, saved)
  await recordMany(
    ctx,
    saved.map((one) =>
      nextLink(
        {
          record: one.id,
          type: 'health-counter.counted',
          agency,
          data: { kind: one.kind, outside: one.outside_reason !== null },
        },
        null,
        stamp(ctx),
      ),
    ),
  )
  return saved.map(({ id }) => id)
}

/** How long a tap can be undone. */
export const undoMinutes = 5

/** Takes back a tap within five minutes: the line stays, annulled. Refuses a later one. */
export const undo = operation({
  name: 'health-counter.undo',
  title: { zh: '復原上一筆', en: 'Undo the last tap' },
  permission: 'health-counter.tally',
  input: Type.Object({ id: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { id }) => {
    const found = await row(
      ctx.db,
      sql<{ agency: string; recorded_at: Date }>`select agency, recorded_at
        from health_counter.service where id::text = ${id} and annulled_at is null for update`,
    )
    if (!found) throw notFound({ zh: '這一筆', en: 'this entry' })
    if (+ctx.now - +found.recorded_at > undoMinutes * 60_000)
      throw new Refused('health-counter.late', 409, {
        zh: '超過五分鐘，不能復原；請由主管撤銷。',
        en: 'More than five minutes have passed; it can no longer be undone.',
      })
    await annulRow(ctx, id, '按錯')
    await record(ctx, { record: id, type: 'health-counter.undone', agency: found.agency })
    await announce(ctx, 'health-counter')
  },
})

/** Takes a mistaken entry out of the count, with the reason. */
export const annulService = operation({
  name: 'health-counter.annul',
  title: { zh: '撤銷誤登', en: 'Annul a mistaken entry' },
  permission: 'health-counter.manage',
  input: annulInput,
  run: async (ctx, { id, reason }) => {
    const { agency } = await annulRow(ctx, id, reason)
    await record(ctx, { record: id, type: 'health-counter.annulled', agency })
  },
})

const annulRow = (ctx: Ctx, id: string, reason: string) =>
  annul(ctx, 'health_counter.service', { id, reason }, { zh: '這一筆', en: 'this entry' })
