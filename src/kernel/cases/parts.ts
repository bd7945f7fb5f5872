import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import type { CaseRow } from './file.ts'

/** A case bound to another: how, and how far it is. */
export type Related = Pick<CaseRow, 'no' | 'kind' | 'item' | 'state' | 'open' | 'agency'> & {
  readonly how: 'whole' | 'part' | 'merged-into' | 'merged'
}

/** The cases bound to the case in hand, which must be held: also where they lie out of sight. */
export const relatedCases = (ctx: Ctx, id: string): Promise<Related[]> =>
  rows(ctx.db, sql<Related>`select * from cases.related(${id})`)
