import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import type { CaseRow } from './file.ts'

/** The parts of a case that are still open, by number. */
export const openParts = (ctx: Ctx, id: string): Promise<{ no: string }[]> =>
  rows(ctx.db, sql<{ no: string }>`select no from cases.case where parent = ${id} and open`)

export type Related = Pick<CaseRow, 'no' | 'kind' | 'item' | 'subject' | 'state' | 'agency'> & {
  readonly how: 'whole' | 'part' | 'merged-into' | 'merged'
}

/** The cases bound to a case and in sight: its whole, its parts, what was merged. */
export const relatedCases = (ctx: Ctx, c: Pick<CaseRow, 'id' | 'parent' | 'merged_into'>) =>
  rows(
    ctx.db,
    sql<Related>`
      select no, kind, item, subject, state, agency,
        case when id = ${c.parent} then 'whole' when parent = ${c.id} then 'part'
          when id = ${c.merged_into} then 'merged-into' else 'merged' end as how
      from cases.case
      where id = ${c.parent} or parent = ${c.id} or id = ${c.merged_into}
        or merged_into = ${c.id}
      order by how, no`,
  )
