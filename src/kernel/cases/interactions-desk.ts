import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { normalNumber } from '../../core/number.ts'
import { operation } from '../../core/operation.ts'
import { type Interaction, joinInteraction } from './interactions.ts'

/** Letters that no case was found for, oldest first. */
export const unfiledMail = (ctx: Ctx) =>
  rows(
    ctx.db,
    sql<Interaction & { id: string }>`select id, kind, reference, at, summary, lines
      from cases.interaction
      where kind = 'mail' and case_id is null and dismissed_at is null order by at limit 100`,
  )

/** One of them, to begin a form with. */
export const unfiledOf = (ctx: Ctx, id: string) =>
  row(
    ctx.db,
    sql<Interaction>`select kind, reference, at, summary, lines from cases.interaction
      where id::text = ${id} and case_id is null`,
  )

/** Puts a letter, a call or a chat into a case that exists. */
export const fileInteraction = operation({
  name: 'cases.file-interaction',
  title: { zh: '把來信歸入案件', en: 'File a letter with its case' },
  permission: 'cases.mail',
  input: Type.Object({
    interaction: Type.String({ maxLength: 40 }),
    no: Type.String({ maxLength: 30, description: 'the number of the case' }),
  }),
  run: async (ctx, { interaction, no }) => {
    const number = normalNumber(no)
    const found = number
      ? await row(ctx.db, sql<{ id: string }>`select id from cases.case where no = ${number}`)
      : undefined
    if (!found) throw invalid({ no: { zh: '找不到這個案號。', en: 'There is no such number.' } })
    const before = ctx.recorded.count
    await joinInteraction(ctx, interaction, { case: found.id })
    if (ctx.recorded.count === before) throw notFound({ zh: '這封來信', en: 'this letter' })
    return { no: number }
  },
})

/** Puts a letter aside that is no matter of the city's: an advertisement, a mistake. */
export const dismissInteraction = operation({
  name: 'cases.dismiss-interaction',
  title: { zh: '來信不處理', en: 'Put a letter aside' },
  permission: 'cases.mail',
  input: Type.Object({ interaction: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { interaction }) => {
    const found = await row(
      ctx.db,
      sql<{ id: string }>`update cases.interaction set dismissed_at = ${ctx.now}
        where id::text = ${interaction} and case_id is null and dismissed_at is null
        returning id`,
    )
    if (!found) throw notFound({ zh: '這封來信', en: 'this letter' })
    await record(ctx, { record: found.id, type: 'cases.interaction-dismissed' })
  },
})
