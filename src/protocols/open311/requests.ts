import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { pick } from '../../core/i18n.ts'
import { normalNumber } from '../../core/number.ts'
import { operation } from '../../core/operation.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { type Directory, directory } from '../../kernel/identity/directory.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { dispatchItems } from '../../systems/dispatch/items.ts'
import { brief, w3cDate } from './format.ts'

/** Most rows in one answer, as GeoReport v2 sets it; `page` reaches the rest. */
export const mostRows = 1000

const query = Type.Object({
  ids: Type.Optional(Type.Array(Type.String())),
  services: Type.Array(Type.String(), { default: [] }),
  from: Type.String(),
  to: Type.String(),
  open: Type.Optional(Type.Boolean()),
  page: Type.Integer({ minimum: 1, default: 1 }),
  pageSize: Type.Integer({ minimum: 1, maximum: mostRows, default: mostRows }),
})

/**
 * Public reports received in a span of time (both ends included), newest first; or, where `ids` are
 * given, those alone. Only what the public view shows: no words, no people, a rounded place.
 */
export const listRequests = operation({
  name: 'open311.requests',
  title: { zh: '查詢通報', en: 'List service requests' },
  permission: 'public',
  reads: true,
  input: query,
  run: async (ctx, input) => {
    const found = await rows(ctx.db, selection(input))
    const agencies = await directory(ctx)
    return found.map((one) => requestOf(ctx, agencies, one))
  },
})

/** One public report by its number. Refuses 404, also where it is not public. */
export const readRequest = operation({
  name: 'open311.request-by-id',
  title: { zh: '查詢一件通報', en: 'Read one service request' },
  permission: 'public',
  reads: true,
  input: Type.Object({ id: Type.String() }),
  run: async (ctx, { id }) => {
    const no = normalNumber(id)
    const found = no === undefined ? [] : await rows(ctx.db, byNumbers([no]))
    if (!found[0]) throw unknownRequest(id)
    return requestOf(ctx, await directory(ctx), found[0])
  },
})

const unknownRequest = (id: string) =>
  notFound({
    zh: `service_request_id「${brief(id)}」的通報`,
    en: `a report with the service_request_id “${brief(id)}”`,
  })

type PublicCase = {
  no: string
  item: string
  state: string
  open: boolean
  agency: string
  district: string | null
  village: string | null
  lat: number | null
  lon: number | null
  received_at: Date
  closed_at: Date | null
  updated_at: Date
  expected_at: Date | null
}

const columns = sql.raw(`no, item, state, open, agency, district, village, lat, lon,
  received_at, closed_at, updated_at, expected_at`)

const byNumbers = (numbers: readonly string[]) => sql<PublicCase>`
  select ${columns} from cases.public_case
  where kind = ${dispatchCase.kind} and no = any (${numbers}::text[])
  order by received_at desc, no desc limit ${mostRows}`

function selection(q: Static<typeof query>) {
  if (q.ids !== undefined) return byNumbers(q.ids.flatMap((id) => normalNumber(id) ?? []))
  return sql<PublicCase>`
    select ${columns} from cases.public_case
    where kind = ${dispatchCase.kind}
      and received_at >= ${new Date(q.from)} and received_at <= ${new Date(q.to)}
      and (${q.services.length === 0} or item = any (${q.services}::text[]))
      and (${q.open ?? null}::boolean is null or open = ${q.open ?? null})
    order by received_at desc, no desc
    limit ${q.pageSize} offset ${(q.page - 1) * q.pageSize}`
}

/** A public report in the words of GeoReport v2; texts it has none of are empty. */
export type ServiceRequest = ReturnType<typeof requestOf>

function requestOf(ctx: Ctx, agencies: Directory, one: PublicCase) {
  const { city, locale } = ctx
  const item = dispatchItems(city).find(({ code }) => code === one.item)
  const state = dispatchCase.states[one.state]
  const { districts, villages } = cityPlaces(city)
  const district = districts.find(({ code }) => code === one.district)
  const village = villages.find(({ code }) => code === one.village)
  const names = [district, village].flatMap((area) => (area ? [pick(area.name, locale)] : []))
  return {
    service_request_id: one.no,
    status: one.open ? 'open' : 'closed',
    status_notes: state ? pick(state.means, locale) : '',
    service_name: item ? pick(item.name, locale) : one.item,
    service_code: one.item,
    // The reporter's words may name people and are never public.
    description: '',
    agency_responsible: pick(agencies.name(one.agency), locale),
    service_notice: state ? pick(state.title, locale) : '',
    requested_datetime: w3cDate(one.received_at),
    updated_datetime: w3cDate(one.open ? one.updated_at : (one.closed_at ?? one.updated_at)),
    ...(one.expected_at && { expected_datetime: w3cDate(one.expected_at) }),
    address: locale === 'zh' ? names.join('') : names.toReversed().join(', '),
    address_id: one.village ?? one.district ?? '',
    zipcode: '',
    ...(one.lat !== null && one.lon !== null && { lat: one.lat, long: one.lon }),
    media_url: '',
    /** Ours beyond the standard, sent with `extensions=true` only. */
    extended_attributes: {
      state: one.state,
      district: one.district ?? '',
      village: one.village ?? '',
    },
  }
}
