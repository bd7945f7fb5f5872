import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import { Refused } from '../../core/errors.ts'
import type { Locale, Text } from '../../core/i18n.ts'
import { operation } from '../../core/operation.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { file, reportInput } from '../../systems/dispatch/operations.ts'
import { type Given, listOf } from './format.ts'
import { mend } from './search.ts'
import { serviceOf } from './services.ts'

/** What a posted form says, as the dispatch system wants it; the link to media stands apart. */
export const requestInput = Type.Object({
  ...reportInput.properties,
  mediaUrl: Type.Optional(Type.String({ maxLength: 2000 })),
})

/**
 * Files a report that a client posted. A link to media becomes a line of the text: it is never
 * fetched, since an address that anyone chooses could point into the city's own network.
 */
export const postRequest = operation({
  name: 'open311.request',
  title: { zh: '以 Open311 通報', en: 'Report by Open311' },
  permission: 'public',
  input: requestInput,
  run: async (ctx, { mediaUrl, ...input }) => {
    const body = [input.body, mediaUrl && `media_url: ${mediaUrl}`].filter(Boolean).join('\n\n')
    return file(ctx, { ...input, body }, 'open311')
  },
})

/**
 * The report that the parameters of POST requests describe, with the signed tokens of its uploads.
 * Refuses an unknown service 404 and each unreadable parameter 400.
 */
export function reportOf(given: Given, photos: readonly string[], city: City, locale: Locale) {
  const code = first(given, 'service_code')
  if (code === undefined)
    throw mend('service_code', {
      zh: '請填服務項目代碼，代碼見 services。',
      en: 'Give the code of a service; services lists them.',
    })
  const { attributes } = serviceOf(city, code)
  const optional = {
    phone: first(given, 'phone'),
    email: first(given, 'email'),
    name: fullName(first(given, 'first_name'), first(given, 'last_name')),
    mediaUrl: mediaUrl(first(given, 'media_url')),
  }
  return {
    item: code,
    body: first(given, 'description') ?? '',
    answers: answersOf(given, attributes),
    photos: [...photos],
    ...placeOf(given, city, locale),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  }
}

const first = (given: Given, name: string): string | undefined => given.get(name)?.[0]

/** `attribute[code]` and `attribute[code][]`; what is no question of the service is left out. */
function answersOf(
  given: Given,
  attributes: readonly { readonly code: string; readonly datatype: string }[],
) {
  return Object.fromEntries(
    attributes.flatMap(({ code, datatype }) => {
      const several = listOf(given, `attribute[${code}][]`)
      const texts = [...(given.get(`attribute[${code}]`) ?? []), ...several]
      if (texts.length === 0) return []
      return [[code, datatype === 'multivaluelist' ? texts : texts[0]]]
    }),
  )
}

/** Where it is: a point, an address, or the code of a district or village as address_id. */
function placeOf(given: Given, city: City, locale: Locale) {
  const point = pointOf(given)
  const place = first(given, 'address_string')
  const id = first(given, 'address_id')
  const named = id === undefined ? undefined : areaOf(city, id, locale)
  if (!point && place === undefined && !named) throw noPlace()
  const district = named?.district ?? (point ? undefined : districtIn(city, place ?? ''))
  return {
    place: place ?? named?.place ?? '',
    ...point,
    ...(district !== undefined && { district }),
  }
}

const noPlace = (): Refused => {
  const text = {
    zh: '請填地點：lat 與 long，或 address_string，或 address_id。',
    en: 'Say where it is: lat with long, or address_string, or address_id.',
  }
  return mend('address_string', text)
}

function pointOf(given: Given): { lat: number; lon: number } | undefined {
  const [lat, long] = [first(given, 'lat'), first(given, 'long')]
  if (lat === undefined && long === undefined) return undefined
  return { lat: degrees('lat', lat, 90), lon: degrees('long', long, 180) }
}

function degrees(name: string, text: string | undefined, most: number): number {
  const value = text !== undefined && /^[+-]?\d{1,3}(\.\d{1,20})?$/.test(text) ? Number(text) : 1e9
  if (Math.abs(value) <= most) return value
  throw mend(name, {
    zh: `請填 -${most} 到 ${most} 的度數，lat 與 long 兩個都要填。`,
    en: `Give degrees from -${most} to ${most}; lat and long go together.`,
  })
}

function areaOf(city: City, id: string, locale: Locale) {
  const { districts, villages } = cityPlaces(city)
  const village = villages.find(({ code }) => code === id)
  const district = districts.find(({ code }) => code === (village?.district ?? id))
  if (!district)
    throw mend('address_id', {
      zh: '請填行政區或里的代碼，或改填地址。',
      en: 'Give the code of a district or village, or write an address instead.',
    })
  const names = [district, ...(village ? [village] : [])].map(({ name }) => name[locale])
  return { district: district.code, place: names.join(locale === 'zh' ? '' : ' ') }
}

/** The district whose name stands in an address, so that it reaches that district's office. */
const districtIn = (city: City, address: string): string | undefined =>
  cityPlaces(city).districts.find(({ name }) => address.includes(name.zh))?.code

/** A family name comes first where names are written in Han characters. */
function fullName(given: string | undefined, family: string | undefined): string | undefined {
  const han = /\p{Script=Han}/u.test(`${given ?? ''}${family ?? ''}`)
  const parts = (han ? [family, given] : [given, family]).filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(han ? '' : ' ') : undefined
}

function mediaUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && ['http:', 'https:'].includes(url.protocol) && url.href.length <= 2000) return url.href
  throw mend('media_url', {
    zh: '請填 http 或 https 開頭的網址，最多 2000 個字。',
    en: 'Give an address that begins with http or https, 2000 characters at most.',
  })
}

/** The name under which a client knows a field of ours, for the errors it is shown. */
const names: Readonly<Record<string, string>> = {
  item: 'service_code',
  body: 'description',
  place: 'address_string',
  lon: 'long',
  district: 'address_id',
  name: 'first_name',
  photos: 'media',
  mediaUrl: 'media_url',
}

/** The same refusal with the client's names of its fields; other errors as they are. */
export function inTheirWords(error: unknown, given: Given, city: City): unknown {
  if (!(error instanceof Refused) || Object.keys(error.fields).length === 0) return error
  const code = first(given, 'service_code')
  const known = code === undefined ? [] : serviceOf(city, code).attributes
  const fields: Record<string, Text> = {}
  for (const [field, text] of Object.entries(error.fields)) {
    const asked = known.some((attribute) => attribute.code === field)
    fields[asked ? `attribute[${field}]` : (names[field] ?? field)] = text
  }
  return new Refused(error.code, error.status, error.text, fields)
}
