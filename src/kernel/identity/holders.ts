import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { directory } from './directory.ts'
import { cityRoles } from './pack.ts'

/** A member of staff who may do something, and how far above the agency they stand. */
export type Holder = { readonly staff: string; readonly agency: string; readonly steps: number }

/**
 * Who may do what a permission names at an agency, the nearest first: those of the agency itself
 * (0 steps), of the one above it (1), and so on; the whole city last. Grants over own rows only
 * reach nobody else's and are left out.
 */
export async function holdersOf(ctx: Ctx, permission: string, agency: string): Promise<Holder[]> {
  const tree = await directory(ctx)
  const above: string[] = []
  for (let at: string | null = agency; at; at = tree.get(at)?.parent ?? null) above.push(at)
  const rights = new Map(
    Object.entries(cityRoles(ctx.city)).map(([role, { permissions }]) => [
      role,
      permissions.filter((one) => one.permission === permission).map(({ scope }) => scope),
    ]),
  )
  const grants = await rows(
    ctx.db,
    sql<{ staff: string; role: string; agency: string }>`
      select g.staff, g.role, g.agency from identity.role_grant g
      join identity.staff s on s.id = g.staff and s.active
      where g.role = any (${[...rights.keys()]}::text[]) order by g.staff`,
  )
  const found = grants.flatMap(({ staff, role, agency: at }): Holder[] => {
    const scopes = rights.get(role) ?? []
    const steps = above.indexOf(at)
    if (steps === 0 && scopes.some((scope) => scope !== 'own'))
      return [{ staff, agency: at, steps }]
    if (steps > 0 && scopes.includes('subtree')) return [{ staff, agency: at, steps }]
    return scopes.includes('city') ? [{ staff, agency: at, steps: above.length }] : []
  })
  return found.sort((a, b) => a.steps - b.steps)
}
