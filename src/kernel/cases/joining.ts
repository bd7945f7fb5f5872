import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { recordNumber } from '../../core/number.ts'
import { officeCalendar } from '../calendar/store.ts'
import { type CaseType, itemOf } from './define.ts'
import { type CaseFile, openFile } from './file.ts'
import { takeStep } from './operations.ts'
import { holdRecord, loadCase, saveNew } from './store.ts'

/**
 * What merging does to the case that goes on: an event of its own, the earlier receipt, and who
 * reported the other becomes a follower. Refuses a case that is closed, merged or out of sight.
 */
export async function absorb(
  ctx: Ctx,
  type: CaseType,
  merged: CaseFile,
  given: string,
): Promise<void> {
  const target = await loadCase(ctx, type.kind, given)
  if (!target.row.open || target.row.merged_into)
    throw new Refused(
      'case.not-open',
      409,
      { zh: '那一案已經結束。', en: 'That case has ended.' },
      { into: { zh: '請填還在辦理的案號。', en: 'Give the number of a case still open.' } },
    )
  await sql`update cases.case set merged_into = ${target.row.id}
    where id = ${merged.row.id}`.execute(ctx.db)
  const since = merged.row.received_at.toISOString()
  await takeStep(ctx, type, 'absorb', target.row.no, { other: merged.row.no, since } as object)
  if (!merged.party) return
  const { name, phone, email, locale } = merged.party
  const follower = { id: randomUUID(), case_id: target.row.id, source: 'merged' }
  const person = { name, phone, email, locale, joined_at: ctx.now, merged_from: merged.row.id }
  await insertRows(ctx.db, 'cases.follower', followerColumns, [{ ...follower, ...person }])
}

const followerColumns = [
  ...(['id', 'case_id', 'source', 'name', 'phone', 'email', 'locale', 'joined_at'] as const),
  'merged_from' as const,
]

/** Takes a merge back on the case that went on. */
export async function release(ctx: Ctx, type: CaseType, parted: CaseFile): Promise<void> {
  const { merged_into: into, no, id } = parted.row
  if (!into) return
  await holdRecord(ctx, into)
  const target = await one(
    ctx.db,
    sql<{ no: string; received_at: Date }>`select no, received_at from cases.case
      where id = ${into}`,
  )
  await holdRecord(ctx, id)
  await sql`update cases.case set merged_into = null where id = ${id}`.execute(ctx.db)
  await holdRecord(ctx, into)
  const links = await rows(
    ctx.db,
    sql<{ other: string; since: string }>`
      select distinct on (data ->> 'other') data ->> 'other' as other,
        case when type like '%.absorb' then data ->> 'since' end as since
      from core.event where record = ${into} and type in (${`${type.kind}.absorb`},
        ${`${type.kind}.release`})
      order by data ->> 'other', seq desc`,
  )
  const others = links.filter((link) => link.since && link.other !== no)
  const first = Math.min(+target.received_at, ...others.map((one) => Date.parse(one.since)))
  const since = new Date(first).toISOString()
  await takeStep(ctx, type, 'release', target.no, { other: no, since } as object)
  await sql`update cases.follower set left_at = ${ctx.now}
    where case_id = ${into} and merged_from = ${id} and left_at is null`.execute(ctx.db)
}

/**
 * Opens a part of a case as a case of its own: same person, same place, same secret, received when
 * the whole was received. Its number follows the kind's; who holds the whole sees it there.
 */
export async function splitOff(
  ctx: Ctx,
  type: CaseType,
  whole: CaseFile,
  part: { readonly item: string; readonly subject: string; readonly note: string },
): Promise<void> {
  const item = itemOf(type, ctx.city, part.item)
  if (!item)
    throw new Refused(
      'case.item',
      422,
      { zh: '沒有這個項目。', en: 'There is no such kind.' },
      { item: { zh: '請從清單選一項。', en: 'Choose one of the list.' } },
    )
  const running = await one(ctx.db, sql<{ n: number }>`select nextval('cases.number') as n`)
  const { row, party } = whole
  const file = openFile(
    type,
    {
      no: recordNumber(type.prefix, row.received_at, running.n),
      channel: row.channel,
      subject: part.subject,
      body: part.note,
      item,
      place: row.place,
      lat: row.lat,
      lon: row.lon,
      district: row.district,
      village: row.village,
      party,
      // The whole's own: who holds it sees every part.
      secretHash: row.secret_hash,
      receivedAt: row.received_at,
      confidential: row.confidential,
      parent: row.id,
      data: { part_of: row.no },
    },
    await officeCalendar(ctx),
    ctx.now,
  )
  // It may go to an agency out of our sight.
  await holdRecord(ctx, file.row.id)
  await saveNew(ctx, [{ file }])
}
