import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'

/**
 * The one text of a JSON value (RFC 8785): keys sorted, no spaces, numbers as ECMAScript prints
 * them. Dates become ISO 8601 text. Throws for what JSON cannot say (NaN, a bigint, a cycle, a lone
 * surrogate, undefined) because a digest of something else would prove nothing.
 */
export const canonical = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('this value has no JSON form')
  return text
}

/** SHA-256 in lower-case hexadecimal, 64 characters. Text is hashed as UTF-8. */
export const sha256Hex = (content: string | Uint8Array): string => hash('sha256', content, 'hex')

/** SHA-256 as 32 bytes. Text is hashed as UTF-8. */
export const sha256 = (content: string | Uint8Array): Buffer => hash('sha256', content, 'buffer')

/** The digest of a row's canonical text, 32 bytes: what a chain or a tree keeps of the row. */
export const hashRow = (row: unknown): Buffer => sha256(canonical(row))
