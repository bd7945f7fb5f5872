import { type RawBuilder, sql } from 'kysely'
import { scimRefused } from './errors.ts'
import type { Comparison, Filter, Value } from './filter.ts'

/** How an attribute compares: `text` minds no case of a to z, `exact` does. RFC 7643, 2.3. */
export type Kind = 'text' | 'exact' | 'boolean' | 'time'

/** What a filter may ask of a resource, by path in lower case, and where the database has it. */
export type Attributes = Readonly<
  Record<string, { readonly kind: Kind; readonly at: RawBuilder<unknown> }>
>

type Condition = RawBuilder<boolean>

/**
 * A filter as a condition over rows. Refuses `invalidFilter` for an attribute that is not among
 * `attributes`, or a value of another kind. Every value travels as a parameter.
 */
export function whereOf(filter: Filter, attributes: Attributes): Condition {
  if (filter.is === 'and' || filter.is === 'or') {
    const parts = filter.of.map((one) => whereOf(one, attributes))
    return sql`(${sql.join(parts, filter.is === 'and' ? sql` and ` : sql` or `)})`
  }
  if (filter.is === 'not') return sql`(not ${whereOf(filter.of[0], attributes)})`
  const { kind, at } = attributeAt(attributes, filter.path)
  if (filter.is === 'present') return sql`(${at} is not null)`
  const value = expected(kind, filter.how, filter.value)
  if (value === null) return sql`(${at} is ${sql.raw(filter.how === 'eq' ? '' : 'not')} null)`
  if (kind === 'time') return compared(filter.how, at, sql`${value}::timestamptz`)
  if (kind === 'boolean') return compared(filter.how, at, sql`${value}::boolean`)
  // Bytes, not the order of some language: the same everywhere, and safe for an index.
  const fold = (text: RawBuilder<unknown>) =>
    kind === 'text' ? sql`lower(${text} collate "C")` : sql`(${text} collate "C")`
  return compared(filter.how, fold(at), fold(sql`${value}::text`))
}

/** Absent attributes differ from every value, and compare with none. */
function compared(is: Comparison, at: RawBuilder<unknown>, value: RawBuilder<unknown>): Condition {
  if (is === 'ne') return sql`(${at} is distinct from ${value})`
  return sql`coalesce(${comparing[is](at, value)}, false)`
}

type Comparing = (at: RawBuilder<unknown>, value: RawBuilder<unknown>) => RawBuilder<unknown>

const comparing: Readonly<Record<Exclude<Comparison, 'ne'>, Comparing>> = {
  eq: (at, value) => sql`${at} = ${value}`,
  co: (at, value) => sql`strpos(${at}, ${value}) > 0`,
  sw: (at, value) => sql`starts_with(${at}, ${value})`,
  ew: (at, value) => sql`right(${at}, length(${value})) = ${value}`,
  gt: (at, value) => sql`${at} > ${value}`,
  ge: (at, value) => sql`${at} >= ${value}`,
  lt: (at, value) => sql`${at} < ${value}`,
  le: (at, value) => sql`${at} <= ${value}`,
}

const equal: readonly Comparison[] = ['eq', 'ne']
const within: readonly Comparison[] = ['co', 'sw', 'ew']

/** The value as the attribute's kind has it. Some directories write booleans as words. */
function expected(kind: Kind, is: Comparison, value: Value): string | boolean | null {
  if (value === null && equal.includes(is)) return null
  if (kind === 'boolean' && equal.includes(is)) {
    const said = String(value).toLowerCase()
    if (said === 'true' || said === 'false') return said === 'true'
  }
  if (kind === 'time' && typeof value === 'string' && !within.includes(is)) {
    const at = new Date(value)
    if (!Number.isNaN(+at) && Math.abs(at.getUTCFullYear()) < 9000) return at.toISOString()
  }
  if ((kind === 'text' || kind === 'exact') && typeof value === 'string') return value
  throw scimRefused(
    'invalidFilter',
    'filter 的值和屬性的型別或比較方式不合。',
    'A value of the filter does not fit its attribute or comparison.',
  )
}

function attributeAt(attributes: Attributes, path: string) {
  const attribute = Object.hasOwn(attributes, path) ? attributes[path] : undefined
  if (!attribute) throw unknown(path)
  return attribute
}

const unknown = (path: string) =>
  scimRefused(
    'invalidFilter',
    `不能用「${path.slice(0, 60)}」篩選或排序。`,
    `Nothing is found or sorted by “${path.slice(0, 60)}”.`,
  )

/** The order of a list by a path in lower case. Refuses what is not among `attributes`. */
export function orderOf(
  path: string,
  descending: boolean,
  attributes: Attributes,
): RawBuilder<unknown> {
  const { kind, at } = attributeAt(attributes, path)
  const direction = sql.raw(descending ? 'desc' : 'asc')
  if (kind === 'boolean' || kind === 'time') return sql`${at} ${direction} nulls last`
  const folded = kind === 'text' ? sql`lower(${at} collate "C")` : sql`(${at} collate "C")`
  return sql`${folded} ${direction} nulls last`
}
