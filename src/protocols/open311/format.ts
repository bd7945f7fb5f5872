import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Platform } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { localeOf } from '../../core/http.ts'
import { type Locale, languageTag, type Text } from '../../core/i18n.ts'
import { cityProfile } from '../../kernel/cases/pack.ts'
import { xml } from './xml.ts'

/** Parameters as they came: without empty ones; a name given twice has several values. */
export type Given = ReadonlyMap<string, readonly string[]>

/** What a resource is in both formats: the JSON value, and the XML root with its content. */
export type Answer = {
  readonly json: unknown
  readonly root: string
  readonly content: unknown
}

/** Sends an answer in the format that the address ends with, in UTF-8. */
export function send(request: FastifyRequest, reply: FastifyReply, answer: Answer) {
  reply.header('content-language', languageTag(langOf(request)))
  reply.header('vary', 'accept-language')
  if (formatOf(request) === 'xml')
    return reply.type('text/xml; charset=utf-8').send(xml(answer.root, answer.content))
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.json))
}

/** The format in the address; whoever named none, or an unknown one, is told so in JSON. */
export const formatOf = (request: FastifyRequest): 'xml' | 'json' =>
  /\.xml\/?$/i.test(request.url.split('?')[0]!) ? 'xml' : 'json'

/** Refuses an address that ends neither with .xml nor with .json. */
export function checkFormat(request: FastifyRequest): void {
  const { format } = request.params as { format?: string }
  if (format === 'xml' || format === 'json') return
  throw new Refused('open311.format', 404, {
    zh: '網址請以 .xml 或 .json 結尾。',
    en: 'End the address with .xml or .json.',
  })
}

/** The language of an answer: `lang` of the query first, then Accept-Language; Chinese else. */
export function langOf(request: FastifyRequest): Locale {
  const lang = parameters(request.query).get('lang')?.[0] ?? ''
  if (/^en\b/i.test(lang)) return 'en'
  return /^zh\b/i.test(lang) ? 'zh' : localeOf(request)
}

/**
 * The parameters of a query or a form. An empty one counts as absent, as GeoReport v2 wants it;
 * characters that no text of the database can hold are dropped.
 */
export function parameters(...sources: readonly unknown[]): Given {
  const given = new Map<string, readonly string[]>()
  for (const source of sources)
    for (const [name, value] of Object.entries((source ?? {}) as object)) {
      const texts = (Array.isArray(value) ? value : [value])
        .filter((one): one is string => typeof one === 'string')
        .map((one) => one.toWellFormed().replaceAll('\u0000', '').trim())
        .filter((one) => one !== '')
      if (texts.length > 0) given.set(name, texts)
    }
  return given
}

/** A list parameter: separated by commas, or given several times, or both. */
export const listOf = (given: Given, name: string): string[] =>
  (given.get(name) ?? [])
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter(Boolean)

/** Refuses another city's jurisdiction_id. It may be left out, since there is one city here. */
export function checkJurisdiction(platform: Platform, given: Given): void {
  const jurisdiction = given.get('jurisdiction_id')?.[0]
  if (jurisdiction === undefined || jurisdiction === cityProfile(platform.city).id) return
  throw new Refused('open311.jurisdiction', 404, {
    zh: `jurisdiction_id：這裡沒有「${brief(jurisdiction)}」這個轄區。可以不填。`,
    en: `jurisdiction_id: there is no “${brief(jurisdiction)}” here. You may leave it out.`,
  })
}

/** What someone sent, short enough to stand in a sentence. */
export const brief = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** The instant as W3C note-datetime in Taipei's zone: `2020-11-27T13:05:00+08:00`. */
export const w3cDate = (at: Date): string =>
  `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`

/**
 * A refusal as GeoReport v2 lists errors: one entry for each thing to mend, in both languages. Its
 * statuses are 400, 401, 403 and 404; whatever else a person can mend is a 400.
 */
export function errorAnswer(refused: Refused): { status: number; answer: Answer } {
  const known = [401, 403, 404]
  const client = refused.status < 500
  const status = !client ? 500 : known.includes(refused.status) ? refused.status : 400
  const fields = Object.entries(refused.fields)
  const errors =
    fields.length === 0
      ? [{ code: status, description: both(refused.text) }]
      : fields.map(([name, text]) => ({ code: status, description: `${name}: ${both(text)}` }))
  return { status, answer: { json: errors, root: 'errors', content: { error: errors } } }
}

const both = ({ zh, en }: Text): string => `${zh} ${en}`
