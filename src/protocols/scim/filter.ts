import { scimRefused } from './errors.ts'

/*
 * Filters of RFC 7644, section 3.4.2.2. The library spreads a filter into its disjunctive form,
 * which doubles with every clause: sixteen clauses of 600 characters become 65,536. Here it stays a
 * tree, within the limits below.
 */

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A filter as a tree. `path` is in lower case, without the schema of the resource itself. */
export type Filter =
  | { readonly is: 'and'; readonly of: readonly Filter[] }
  | { readonly is: 'or'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: readonly [Filter] }
  | { readonly is: 'present'; readonly path: string }
  | {
      readonly is: 'compared'
      readonly how: Comparison
      readonly path: string
      readonly value: Value
    }

export type Value = string | number | boolean | null

/** More than any directory asks for, and less than costs anything to answer. */
export const filterLimits = { characters: 2000, comparisons: 40, depth: 8 }

type Token = { readonly kind: 'word' | 'text' | 'sign'; readonly text: string }

const tokenOf = /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/y
const comparisons: readonly string[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const pathOf = /^[a-z][a-z0-9$_-]*(\.[a-z][a-z0-9$_-]*)*$/

/** Reads a filter. Refuses `invalidFilter` for what cannot be read or is larger than the limits. */
export function parseFilter(given: string): Filter {
  if (given.length > filterLimits.characters) throw tooLarge()
  const reader = { tokens: tokensOf(given), at: 0, comparisons: 0 }
  const filter = either(reader, '', 0)
  if (reader.at < reader.tokens.length) throw unreadable()
  return filter
}

type Reader = { readonly tokens: readonly Token[]; at: number; comparisons: number }

function tokensOf(given: string): Token[] {
  const tokens: Token[] = []
  const text = given.trimEnd()
  tokenOf.lastIndex = 0
  while (tokenOf.lastIndex < text.length) {
    const [, sign, quoted, word] = tokenOf.exec(text) ?? []
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else throw unreadable()
  }
  return tokens
}

function either(reader: Reader, under: string, depth: number): Filter {
  if (depth > filterLimits.depth) throw tooLarge()
  const of = [both(reader, under, depth)]
  while (taken(reader, 'or')) of.push(both(reader, under, depth))
  return of.length === 1 ? of[0]! : { is: 'or', of }
}

function both(reader: Reader, under: string, depth: number): Filter {
  const of = [single(reader, under, depth)]
  while (taken(reader, 'and')) of.push(single(reader, under, depth))
  return of.length === 1 ? of[0]! : { is: 'and', of }
}

function single(reader: Reader, under: string, depth: number): Filter {
  if (taken(reader, 'not')) return { is: 'not', of: [group(reader, under, depth)] }
  if (next(reader)?.text === '(') return group(reader, under, depth)
  return comparison(reader, under, depth)
}

function group(reader: Reader, under: string, depth: number): Filter {
  expect(reader, '(')
  const filter = either(reader, under, depth + 1)
  expect(reader, ')')
  return filter
}

function comparison(reader: Reader, under: string, depth: number): Filter {
  if (++reader.comparisons > filterLimits.comparisons) throw tooLarge()
  const path = `${under}${pathIn(reader)}`
  if (under === '' && next(reader)?.text === '[') {
    expect(reader, '[')
    const filter = either(reader, `${path}.`, depth + 1)
    expect(reader, ']')
    return { is: 'and', of: [{ is: 'present', path }, filter] }
  }
  const how = word(reader).toLowerCase()
  if (how === 'pr') return { is: 'present', path }
  if (!comparisons.includes(how)) throw unreadable()
  return { is: 'compared', how: how as Comparison, path, value: valueIn(reader) }
}

const ownSchemas = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/

function pathIn(reader: Reader): string {
  const path = word(reader).toLowerCase().replace(ownSchemas, '')
  const [, local = path] = /^urn:[a-z0-9.:-]+:([^:]+)$/.exec(path) ?? []
  if (!pathOf.test(local)) throw unreadable()
  return path
}

function valueIn(reader: Reader): Value {
  const token = reader.tokens[reader.at++]
  if (!token || token.kind === 'sign') throw unreadable()
  try {
    const value: unknown = JSON.parse(token.kind === 'word' ? token.text.toLowerCase() : token.text)
    if (typeof value === 'string') return storable(value)
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  } catch {}
  throw unreadable()
}

function storable(text: string): string {
  if (text.includes('\u0000') || !text.isWellFormed()) throw unreadable()
  return text
}

const next = ({ tokens, at }: Reader): Token | undefined => tokens[at]

function word(reader: Reader): string {
  const token = reader.tokens[reader.at++]
  if (token?.kind !== 'word') throw unreadable()
  return token.text
}

function taken(reader: Reader, operator: string): boolean {
  const token = next(reader)
  if (token?.kind !== 'word' || token.text.toLowerCase() !== operator) return false
  reader.at++
  return true
}

function expect(reader: Reader, sign: string): void {
  const token = reader.tokens[reader.at++]
  if (token?.kind !== 'sign' || token.text !== sign) throw unreadable()
}

const unreadable = () =>
  scimRefused('invalidFilter', 'filter 看不懂，請檢查寫法。', 'The filter cannot be read.')

const tooLarge = () =>
  scimRefused('invalidFilter', 'filter 太長或太深。', 'The filter is too long or too deep.')
