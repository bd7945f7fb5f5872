import { XMLBuilder } from 'fast-xml-parser'

const builder = new XMLBuilder({ format: true, ignoreAttributes: true, suppressEmptyNode: false })

/** An XML document with one root. Arrays repeat their element; null becomes an empty element. */
export function xml(root: string, content: unknown): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${builder.build({ [root]: bare(content) })}`
}

function bare(value: unknown): unknown {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bare(inner)]))
  return typeof value === 'string' ? clean(value) : value
}

/** Characters that XML 1.0 cannot hold, such as control characters in a pasted text, go. */
const clean = (text: string): string =>
  [...text].filter((sign) => !forbidden(sign.codePointAt(0) ?? 0)).join('')

const forbidden = (code: number): boolean =>
  (code < 0x20 && ![0x9, 0xa, 0xd].includes(code)) || code === 0xfffe || code === 0xffff
