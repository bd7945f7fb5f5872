import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { one, row, rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import type { Filter } from './filter.ts'
import { enterpriseSchema, type Person } from './user.ts'
import { type Attributes, orderOf, whereOf } from './where.ts'

const ofEmail = (text: string) => sql`case when s.email is not null then ${sql.lit(text)} end`

/** What staff can be found by, and where it stands in a row `s`. */
const attributes: Attributes = {
  id: { kind: 'exact', at: sql`s.id::text` },
  externalid: { kind: 'exact', at: sql`s.external_id` },
  username: { kind: 'text', at: sql`s.login` },
  displayname: { kind: 'text', at: sql`s.name` },
  name: { kind: 'text', at: sql`s.name` },
  'name.formatted': { kind: 'text', at: sql`s.name` },
  active: { kind: 'boolean', at: sql`s.active` },
  emails: { kind: 'text', at: sql`s.email` },
  'emails.value': { kind: 'text', at: sql`s.email` },
  'emails.type': { kind: 'text', at: ofEmail('work') },
  'emails.primary': { kind: 'boolean', at: sql`(${ofEmail('true')})::boolean` },
  [`${enterpriseSchema}:department`.toLowerCase()]: { kind: 'text', at: sql`s.agency` },
  'meta.lastmodified': { kind: 'time', at: sql`date_trunc('milliseconds', s.changed_at)` },
}

/** Whom a directory deleted is gone for every directory, until something changes about them. */
const known = sql`not exists (select from scim.removed r
  where r.staff = s.id and not s.active and r.at >= s.changed_at)`

const columns = sql`s.id, s.login, s.name, s.email, s.agency, s.active, s.external_id, s.changed_at`

/** A part of the list of staff: `startIndex` counts from one, `count` is the most to give. */
export type Asked = {
  readonly filter: Filter | undefined
  readonly sortBy: string | undefined
  readonly descending: boolean
  readonly startIndex: number
  readonly count: number
}

/** Some of the staff and how many there are, in an order that ends with what is unique. */
export async function findPeople(
  ctx: Ctx,
  { filter, sortBy, descending, startIndex, count }: Asked,
): Promise<{ total: number; people: Person[] }> {
  const where: RawBuilder<unknown> = filter
    ? sql`${known} and ${whereOf(filter, attributes)}`
    : known
  const order = sortBy === undefined ? sql`s.login` : orderOf(sortBy, descending, attributes)
  const { total } = await one(
    ctx.db,
    sql<{ total: number }>`select count(*)::int as total from identity.staff s where ${where}`,
  )
  if (count === 0) return { total, people: [] }
  const people = await rows(
    ctx.db,
    sql<Person>`select ${columns} from identity.staff s where ${where}
      order by ${order}, s.id limit ${count} offset ${startIndex - 1}`,
  )
  return { total, people }
}

/** Someone by id; `locked` holds their row until the end of the transaction. Refuses 404. */
export async function personById(ctx: Ctx, id: string, locked = false): Promise<Person> {
  const lock = sql.raw(locked ? 'for update of s' : '')
  const found = await row(
    ctx.db,
    sql<Person>`select ${columns} from identity.staff s
      where s.id::text = ${id} and ${known} ${lock}`,
  )
  if (!found) throw notFound({ zh: '這位同仁', en: 'this member of staff' })
  return found
}

/** Whom a directory deleted, by the login that they had; undefined for nobody. */
export const removedPerson = (ctx: Ctx, login: string): Promise<Person | undefined> =>
  row(
    ctx.db,
    sql<Person>`select ${columns} from identity.staff s
      where s.login = ${login} and not (${known}) for update of s`,
  )
