import { mostResults } from './discovery.ts'
import { scimRefused } from './errors.ts'
import { type Filter, parseFilter } from './filter.ts'
import type { Asked } from './find.ts'

/** What a list or a search was asked for: which resources, in which order, and what of them. */
export type Query = Asked & {
  readonly attributes: readonly string[]
  readonly excluded: readonly string[]
}

const order = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/

/**
 * Reads the parameters of a query, or the body of a search (RFC 7644, sections 3.4.2 and 3.4.3).
 * A page has 100 unless asked otherwise, and never more than the configuration says.
 */
export function queryOf(given: Readonly<Record<string, unknown>>): Query {
  const text = (name: string): string | undefined => {
    const value = given[name]
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string') return value
    throw unreadable(name)
  }
  const filter: Filter | undefined = text('filter') ? parseFilter(text('filter')!) : undefined
  return {
    filter,
    sortBy: text('sortBy')?.toLowerCase().replace(order, ''),
    descending: text('sortOrder')?.toLowerCase() === 'descending',
    startIndex: Math.max(1, integerOf(given.startIndex, 'startIndex') ?? 1),
    count: Math.min(mostResults, Math.max(0, integerOf(given.count, 'count') ?? 100)),
    attributes: namesOf(given.attributes),
    excluded: namesOf(given.excludedAttributes),
  }
}

/** A whole number, which may be larger than any list is long; undefined where none is given. */
function integerOf(value: unknown, name: string): number | undefined {
  if (value === undefined || value === '') return undefined
  if (!/^-?\d{1,15}$/.test(String(value))) throw unreadable(name)
  return Math.min(Number(value), 1_000_000_000)
}

const namesOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .flatMap((one) => (typeof one === 'string' ? one.split(',') : []))
    .map((name) => name.trim().toLowerCase().replace(order, ''))
    .filter(Boolean)
    .slice(0, 50)

const unreadable = (name: string) =>
  scimRefused('invalidValue', `${name} 的值看不懂。`, `The value of ${name} cannot be read.`)

/** A list as RFC 7644 writes it. */
export const listOf = (
  resources: readonly object[],
  total: number,
  startIndex: number,
): Readonly<Record<string, unknown>> => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
})
