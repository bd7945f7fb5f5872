import { sql } from 'kysely'
import { Type } from 'typebox'
import { insertRows, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { taipei } from '../../core/format.ts'
import { operation } from '../../core/operation.ts'
import { seedId } from '../../kernel/identity/seed.ts'
import { supervisionPack } from './items.ts'

type Line = {
  code: string
  version: number
  category: string
  inspect_unit: string
  inspect_budget: number
  repair_unit: string
  repair_budget: number
  in_force_from: Date
}

/**
 * Brings the items in force to what the pack says: a changed item ends its line and begins the next
 * version, so that a report of an earlier half-year still counts what was in force then.
 */
export const seedItems = operation({
  name: 'supervision.seed',
  title: { zh: '載入督工項目', en: 'Load the items of supervision' },
  permission: 'supervision.seed',
  input: Type.Object({}),
  run: async (ctx) => {
    const { categories, since } = supervisionPack(ctx.city)
    const wanted = categories.flatMap((category) =>
      category.items.map(({ code, clocks: { inspect, repair } }) => ({
        code,
        category: category.code,
        inspect_unit: inspect.unit,
        inspect_budget: inspect.budget,
        repair_unit: repair.unit,
        repair_budget: repair.budget,
      })),
    )
    const lines = await rows(
      ctx.db,
      sql<Line>`select distinct on (code) * from supervision.item order by code, version desc`,
    )
    const known = new Map(lines.map((line) => [line.code, line]))
    const changed = wanted.filter((one) => {
      const line = known.get(one.code)
      return !line || Object.entries(one).some(([key, value]) => line[key as keyof Line] !== value)
    })
    const gone = lines.filter(({ code }) => !wanted.some((one) => one.code === code))
    const ended = [...gone, ...changed].map(({ code }) => code)
    await sql`update supervision.item set in_force_to = ${ctx.now}
      where code = any (${ended}::text[]) and in_force_to is null`.execute(ctx.db)
    const saved = changed.map((one) => ({
      ...one,
      version: (known.get(one.code)?.version ?? 0) + 1,
      in_force_from: known.has(one.code) ? ctx.now : taipei(since),
    }))
    const columns = Object.keys(saved[0] ?? {}) as (keyof Line)[]
    await insertRows(ctx.db, 'supervision.item', columns, saved)
    if (saved.length + gone.length === 0) {
      ctx.recorded.count++ // nothing to do is no change
      return
    }
    const data = { begun: saved.length, ended: gone.length }
    await record(ctx, { record: seedId('supervision:items'), type: 'supervision.items', data })
  },
})
