import assert from 'node:assert/strict'
import { XMLParser } from 'fast-xml-parser'

export type Json = Record<string, unknown>

/** A report that is complete: a hole in a road within the city. */
export const hole = {
  api_key: 'demo',
  service_code: 'pothole',
  lat: '22.6273',
  long: '120.3014',
  'attribute[size]': 'wheel',
  description: '路口有一個洞，請小心',
}

const lists = ['service', 'attribute', 'value', 'request', 'error', 'endpoint', 'format']

/** Reads XML with every value as text and repeated elements as lists. */
export const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => lists.includes(name),
})

/** A client of the service at an origin, over HTTP. */
export function open311Client(origin: string) {
  const base = `${origin}/open311/v2`
  const post = (fields: Record<string, string>, format = 'json', headers = {}) =>
    fetch(`${base}/requests.${format}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
    })
  const posted = async (fields: Record<string, string> = hole): Promise<string> => {
    const answer = await post(fields)
    const [first] = (await answer.json()) as Json[]
    assert.equal(answer.status, 200, JSON.stringify(first))
    return String(first!.service_request_id)
  }
  const getJson = async (path: string): Promise<unknown> => (await fetch(`${base}/${path}`)).json()
  const getXml = async (path: string): Promise<Json> => {
    const answer = await fetch(`${base}/${path}`)
    assert.equal(answer.headers.get('content-type'), 'text/xml; charset=utf-8')
    const text = await answer.text()
    assert.match(text, /^<\?xml version="1.0" encoding="utf-8"\?>/)
    return parser.parse(text) as Json
  }
  return { base, post, posted, getJson, getXml }
}

/**
 * JSON as an XML reader sees it: every value a text, and each list under the name that `names`
 * gives the elements of its property.
 */
export function asRead(value: unknown, names: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => asRead(one, names))
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = names[key]
      const read = asRead(inner, names)
      return [key, name && Array.isArray(inner) ? (inner.length ? { [name]: read } : '') : read]
    }),
  )
}
