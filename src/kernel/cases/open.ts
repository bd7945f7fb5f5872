import { sql } from 'kysely'
import type { City } from '../../core/city.ts'
import { type Ctx, systemActor } from '../../core/context.ts'
import { one } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { followCode, recordNumber, secretHash } from '../../core/number.ts'
import { officeCalendar } from '../calendar/store.ts'
import { directory } from '../identity/directory.ts'
import { type Letter, notify } from '../messages/messages.ts'
import { type CaseType, itemOf, type Names } from './define.ts'
import { type CaseFile, openFile, type Party } from './file.ts'
import { joinInteraction } from './interactions.ts'
import { keptFiles } from './kept-files.ts'
import { takeStep } from './operations.ts'
import { cityPlaces } from './pack.ts'
import { locate } from './places.ts'
import { saveNew } from './store.ts'

/** What a person says when a case begins, as every channel gives it. */
export type Report = {
  readonly item: string
  readonly channel: string
  readonly subject: string
  readonly body: string
  readonly answers?: { readonly [key: string]: Json }
  readonly place?: string
  readonly lat?: number | undefined
  readonly lon?: number | undefined
  readonly district?: string | undefined
  readonly party?: Party | null
  /** Signed tokens of uploads, from `files.token`. */
  readonly photos?: readonly string[]
  /** Scanned letters and faxes, as upload tokens. */
  readonly documents?: readonly string[]
  readonly confidential?: boolean
  readonly receivedAt?: Date
  /** The call or the conversation from which it came. */
  readonly via?: string | undefined
  /** Further facts for the first event. */
  readonly data?: { readonly [key: string]: Json }
}

export type Opened = { readonly no: string; readonly code: string; readonly id: string }

/**
 * Opens a case in the running transaction and returns its number and follow-up code; the code is
 * kept only as a hash. Refuses an unknown item or district, a place outside the city.
 */
export async function openCase(
  ctx: Ctx,
  type: CaseType,
  report: Report,
  letter: (no: string, code: string) => Letter,
): Promise<Opened> {
  const running = await one(ctx.db, sql<{ n: number }>`select nextval('cases.number') as n`)
  const receivedAt = report.receivedAt ?? ctx.now
  const no = recordNumber(type.prefix, receivedAt, running.n)
  const code = followCode(ctx.config.secret, no)
  const hash = secretHash(ctx.config.secret, no, code)
  await ctx.db.executeQuery(
    sql`select set_config('takao.secrets',
      concat_ws(',', nullif(current_setting('takao.secrets', true), ''), ${hash}::text), true)
    `.compile(ctx.db),
  )
  const file = await draft(ctx, type, report, no, hash)
  await saveNew(ctx, [{ file }])
  if (report.via) await joinInteraction(ctx, report.via, { case: file.row.id })
  await sendOutside(ctx, type, file)
  await announce(ctx, `cases:${type.kind}`)
  const email = file.party?.email
  if (email)
    await notify(
      ctx,
      { channel: 'email', address: email, locale: file.party?.locale ?? 'zh' },
      letter(no, code),
      { record: file.row.id, link: `/follow/${no}` },
    )
  return { no, code, id: file.row.id }
}

/** What a body outside the city owns is forwarded to it at once. */
async function sendOutside(ctx: Ctx, type: CaseType, { row }: CaseFile): Promise<void> {
  const agencies = await directory(ctx)
  if (!type.transitions.forward || !agencies.get(row.agency)?.external) return
  const router = { ...ctx, actor: systemActor('router') }
  const statement = ctx.locale === 'zh' ? forwarding.zh : forwarding.en
  await takeStep(router, type, 'forward', row.no, { outside: row.agency, statement } as object)
}

const forwarding = {
  zh: '這件事由貴單位負責，請協助處理並回覆。',
  en: 'This is in your charge. Please act and reply.',
}

async function draft(
  ctx: Ctx,
  type: CaseType,
  report: Report,
  no: string,
  hash: string,
): Promise<CaseFile> {
  const item = itemOf(type, ctx.city, report.item)
  if (!item) throw invalid({ item: { zh: '請選一個項目。', en: 'Choose what it is about.' } })
  const where = placed(ctx.city, report)
  return openFile(
    type,
    {
      ...report,
      ...where,
      no,
      item,
      secretHash: hash,
      photos: keptFiles(ctx, report.photos ?? []),
      documents: keptFiles(ctx, report.documents ?? []),
      receivedAt: report.receivedAt ?? ctx.now,
    },
    await officeCalendar(ctx),
    ctx.now,
  )
}

/** The district and village of a point, or the district that was named. */
export function placed(city: City, report: Pick<Report, 'lat' | 'lon' | 'district'>) {
  const { lat, lon } = report
  const places = cityPlaces(city)
  if (lat !== undefined && lon !== undefined) {
    const found = locate(places, { lat, lon })
    if (!found) throw invalid({ lat: outside })
    return { lat, lon, district: found.district.code, village: found.village?.code ?? null }
  }
  const district = report.district ?? null
  if (district !== null && !places.districts.some(({ code }) => code === district))
    throw invalid({ district: { zh: '請從清單選行政區。', en: 'Choose a district of the list.' } })
  return { lat: null, lon: null, district, village: null }
}

const outside = {
  zh: '這個位置不在本市範圍。請移動地圖上的點，或改填地址。',
  en: 'This place is outside the city. Move the pin or write an address instead.',
}

/** The names that sentences need, read once per operation. */
export async function namesFor(ctx: Ctx, type: CaseType): Promise<Names> {
  const agencies = await directory(ctx)
  return {
    agency: (id) => agencies.name(id),
    item: (code) => itemOf(type, ctx.city, code)?.name ?? { zh: code, en: code },
  }
}
