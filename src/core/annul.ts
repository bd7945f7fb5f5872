import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from './context.ts'
import { row } from './db.ts'
import { notFound } from './errors.ts'
import type { Text } from './i18n.ts'

/** What an annulment needs: which row, and why. */
export const annulInput = Type.Object({
  id: Type.String({ maxLength: 40 }),
  reason: Type.String({ minLength: 4, maxLength: 500 }),
})

type Annulled = { readonly id: string; readonly agency?: string }

/**
 * Takes a row entered by mistake out of the count: it stays, with the time and the reason. `table`
 * has `annulled_at` and `annul_reason` and stands in the source code, never in input. Returns the
 * row. Refuses 404 with the name of what was looked for when there is none left to annul.
 */
export async function annul(
  ctx: Ctx,
  table: string,
  { id, reason }: { readonly id: string; readonly reason: string },
  what: Text,
): Promise<Annulled> {
  const found = await row(
    ctx.db,
    sql<Annulled>`update ${sql.table(table)} set annulled_at = ${ctx.now},
      annul_reason = ${reason} where id::text = ${id} and annulled_at is null returning *`,
  )
  if (!found) throw notFound(what)
  return found
}
