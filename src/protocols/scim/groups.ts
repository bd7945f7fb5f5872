import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { one, rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { directory } from '../../kernel/identity/directory.ts'
import { cityRoles } from '../../kernel/identity/pack.ts'
import type { Filter } from './filter.ts'
import { type Attributes, whereOf } from './where.ts'

/** A role at an agency, with who holds it: what a directory may see, and never change. */
export type ScimGroup = {
  readonly schemas: readonly string[]
  readonly id: string
  readonly displayName: string
  readonly members: readonly { value: string; display: string; $ref: string; type: 'User' }[]
  readonly meta: { readonly resourceType: 'Group'; readonly location: string }
}

type Row = {
  role: string
  agency: string
  members: { id: string; name: string }[]
}

const held = sql`identity.role_grant g join identity.staff s on s.id = g.staff and s.active`

/** The condition on a group that some member meets, whichever of them it is. */
const attributes: Attributes = {
  id: { kind: 'exact', at: sql`(g.role || '@' || g.agency)` },
  displayname: { kind: 'text', at: sql`(g.role || '@' || g.agency)` },
  'members.value': { kind: 'exact', at: sql`s.id::text` },
  members: { kind: 'exact', at: sql`s.id::text` },
}

/** Some of the groups, and how many there are. */
export async function findGroups(
  ctx: Ctx,
  base: string,
  asked: { filter: Filter | undefined; startIndex: number; count: number },
): Promise<{ total: number; groups: ScimGroup[] }> {
  const where: RawBuilder<unknown> = asked.filter ? whereOf(asked.filter, attributes) : sql`true`
  const ids = sql`select g.role, g.agency from ${held} where ${where} group by g.role, g.agency`
  const { total } = await one(
    ctx.db,
    sql<{ total: number }>`select count(*)::int as total from (${ids}) as of`,
  )
  const found = await rows(
    ctx.db,
    sql<Row>`select g.role, g.agency,
        jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.login) as members
      from (${ids} order by 1, 2 limit ${asked.count} offset ${asked.startIndex - 1}) as page
      join (${held}) on g.role = page.role and g.agency = page.agency
      group by g.role, g.agency order by g.role, g.agency`,
  )
  return { total, groups: await Promise.all(found.map((row) => groupOf(ctx, base, row))) }
}

/** One group by its id, `role@agency`. Refuses 404. */
export async function groupById(ctx: Ctx, base: string, id: string): Promise<ScimGroup> {
  const filter: Filter = { is: 'compared', how: 'eq', path: 'id', value: id }
  const { groups } = await findGroups(ctx, base, { filter, startIndex: 1, count: 1 })
  if (!groups[0]) throw notFound({ zh: '這個群組', en: 'this group' })
  return groups[0]
}

async function groupOf(ctx: Ctx, base: string, { role, agency, members }: Row): Promise<ScimGroup> {
  const id = `${role}@${agency}`
  const title = cityRoles(ctx.city)[role]?.title
  const where = (await directory(ctx)).name(agency)
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    id,
    displayName: `${title?.zh ?? role}（${where.zh}）`,
    members: members.map(({ id: value, name: display }) => ({
      ...{ value, display, type: 'User' as const },
      $ref: `${base}/Users/${value}`,
    })),
    meta: { resourceType: 'Group', location: `${base}/Groups/${encodeURIComponent(id)}` },
  }
}
