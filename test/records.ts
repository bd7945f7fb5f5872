import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import sharp from 'sharp'
import { type Actor, type Platform, publicActor, systemActor } from '../src/core/context.ts'
import { type RowScope, row, rows, transact } from '../src/core/db.ts'
import { secretHash } from '../src/core/number.ts'
import { perform, read } from '../src/core/operation.ts'
import { poolOf } from '../src/kernel/bookings/rota.ts'
import { slotsAhead } from '../src/kernel/bookings/slots.ts'
import { upkeepOf } from '../src/kernel/bookings/upkeep.ts'
import type { Opened } from '../src/kernel/cases/open.ts'
import { stepOf } from '../src/kernel/cases/operations.ts'
import { shortlistOf } from '../src/kernel/cases/round.ts'
import { draftKey, saveDraft } from '../src/kernel/forms/drafts.ts'
import { credentialsOf, keepProofs } from '../src/kernel/identity/accounts.ts'
import { createArticle, retireArticle } from '../src/kernel/knowledge/editing.ts'
import { giveFeedback } from '../src/kernel/knowledge/feedback.ts'
import { reportMissing } from '../src/kernel/knowledge/gaps.ts'
import { issueKey } from '../src/protocols/open311/keys.ts'
import { recordCall } from '../src/systems/call-centre/operations.ts'
import { say } from '../src/systems/chatbot/talk.ts'
import { reportWork } from '../src/systems/citizen-supervision/operations.ts'
import { dispatchCase } from '../src/systems/dispatch/dispatch.ts'
import { report } from '../src/systems/dispatch/operations.ts'
import { recordEnquiry } from '../src/systems/enquiries/operations.ts'
import { tally } from '../src/systems/health-counter/operations.ts'
import { legalAidService } from '../src/systems/legal-aid/legal-aid.ts'
import { bookFor, common as bookings, declareTie } from '../src/systems/legal-aid/operations.ts'
import { petition } from '../src/systems/petitions/operations.ts'
import { fillCalls } from './call-records.ts'
import { staffOf } from './city.ts'

/** The row scope of someone who may see the whole city. */
export const everything: RowScope = { scope: 'city', person: '', agencies: [], secrets: [] }

/** A streetlight that is out, inside the city; its owner is the maintenance office. */
export const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
  name: '王小明',
  email: 'reporter@example.com',
}

/** Words that stand in records of a foreign agency and must never reach another. */
export const secretWords = [
  '巷口路燈不亮',
  '王小明',
  'reporter@example.com',
  '公車誤點的事',
  '班次太少',
]

/** A signed token of a small photograph that was uploaded. */
export async function uploaded(platform: Platform): Promise<string> {
  const content = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
    .jpeg()
    .toBuffer()
  const file = await transact(platform.database.app, everything, (db) =>
    platform.files.keep(db, content),
  )
  return platform.files.token(file.sha256)
}

/** Who holds the follow-up code of a case. */
export const holderOf = (platform: Platform, { no, code }: Opened): Actor => ({
  ...publicActor,
  kind: 'holder',
  secrets: [secretHash(platform.config.secret, no, code)],
})

/** One record of every sort that a row can belong to, each of a known agency. */
export type Records = {
  readonly dispatch: Opened
  readonly petition: Opened
  readonly work: Opened
  readonly enquiry: string
  readonly operator: Actor
}

/** Fills a fresh city with a case of each kind, a call, an enquiry, a draft and their messages. */
export async function fillCity(platform: Platform): Promise<Records> {
  const photos = [await uploaded(platform)]
  const dispatch = await perform(platform, report, publicActor, { ...lamp, photos })
  const crew = staffOf(platform, 'officer-maintenance')
  const assign = { case: dispatch.no, assignee: staffOf(platform, 'crew-maintenance').id }
  await perform(platform, stepOf(dispatchCase, 'assign'), crew, { ...assign, note: '內部的話' })
  await fillAround(platform, dispatch.id)
  await perform(platform, shortlistOf(dispatchCase), crew, { case: dispatch.no })
  const asked = {
    item: 'transport',
    subject: '公車誤點的事',
    body: '班次太少,等了一個小時',
    name: '王小明',
    email: 'reporter@example.com',
    district: undefined,
  }
  const filed = await perform(platform, petition, publicActor, asked)
  const operator = staffOf(platform, 'operator-1')
  const enquiry = { topic: 'household', channel: 'phone', question: '怎麼換身分證', answered: true }
  const { id } = await perform(platform, recordEnquiry, operator, enquiry)
  const call = { sourceId: 'c1', beganAt: '2020-09-01T09:00:00+08:00', outcome: 'answered' }
  await perform(platform, recordCall, operator, { ...call, caller: '0912345678' })
  await fillCalls(platform, dispatch.id)
  const defect = { item: 'site-fence', body: '圍籬倒了一半', place: '某路口' }
  const work = await perform(platform, reportWork, publicActor, defect)
  await fillBookings(platform)
  await fillAccounts(platform)
  await fillKnowledge(platform)
  await saveDraft(platform, 'dispatch', draftKey(), { body: '還沒寫完' })
  await perform(platform, issueKey, staffOf(platform, 'admin-1'), { name: 'an app' })
  return { dispatch, petition: filed, work, enquiry: id, operator }
}

/** What is known of a signed-in officer, and a system of the same agency. */
async function fillAccounts(platform: Platform): Promise<void> {
  const { id } = staffOf(platform, 'crew-maintenance')
  await transact(platform.database.app, everything, async (db) => {
    const [held] = await credentialsOf(db, id)
    const proof = { method: 'password', credential: held!.id, at: new Date(), facts: {} } as const
    await keepProofs(db, 'a session', id, [proof])
    await sql`insert into identity.session (token_hash, account, created_at, seen_at, expires_at)
      values ('\\x03', ${id}, now(), now(), now() + interval '1 hour')`.execute(db)
    await sql`insert into identity.device values (${id}, '\\x01', now(), now())`.execute(db)
    await sql`insert into identity.approval (id, account, attempt, system_zh, system_en, agent,
        network, number, choices, challenge, created_at, expires_at)
      values (${randomUUID()}, ${id}, 'an attempt', '本站', 'here', 'a browser', '127.0.0.1', 12,
        '{12, 34, 56}', 'x', now(), now())`.execute(db)
    await sql`insert into identity.proofing (id, account, level, how, evidence, first_by, first_at)
      values (${randomUUID()}, ${id}, 2, 'counter', '{}', 'someone', now())`.execute(db)
    await sql`insert into identity.proofing_code (account, code, expires_at)
      values (${id}, '\\x02', now() + interval '1 hour')`.execute(db)
    await sql`insert into citizen_card.status values (0, 7, 0)`.execute(db)
    const card = randomUUID()
    await sql`insert into citizen_card.card (id, account, kind, state, list, index, issued_at)
      values (${card}, ${id}, 'virtual', 'active', 0, 7, now())`.execute(db)
    await sql`insert into citizen_card.card_key
      values (${randomUUID()}, ${card}, ${id}, ${randomBytes(32)}, ${randomBytes(32)}, now())`.execute(
      db,
    )
    await sql`insert into citizen_card.status values (0, 8, 0)`.execute(db)
    await sql`insert into citizen_card.wallet_card
      values (${randomUUID()}, ${id}, 'a key', 0, 8, now(), now())`.execute(db)
    await sql`insert into identity.sign_in (id, account, system, agency, session, at, recorded_at,
        outcome, level, why, signed)
      values (${randomUUID()}, ${id}, 'portal', 'maintenance-office', 'a session', now(), now(),
        'granted', 1, '{}', '')`.execute(db)
    await sql`insert into oidc.logout (id, system, account, sid, ended_at)
      values (${randomUUID()}, 'portal', ${id}, 'sid', now())`.execute(db)
    await sql`insert into single_sign_on.system (id, record, agency, name_zh, name_en, purpose_zh,
        purpose_en, audience, rating, state, level, identity_level, metadata, proposed_by,
        proposed_at, recorded_at)
      values ('road-works', ${randomUUID()}, 'maintenance-office', '道路', 'Roads', '道路', 'roads',
        'staff', 'basic', 'live', 1, 1, '{}', 'x', now(), now())`.execute(db)
    await sql`insert into scim.removed (staff, at) select id, now() from identity.staff limit 1
    `.execute(db)
    await sql`insert into scim.told (system, staff) select 'road-works', id
      from identity.staff limit 1`.execute(db)
    await sql`insert into scim.delivery (id, system, staff, noted_at)
      select ${randomUUID()}, system, staff, now() from scim.told`.execute(db)
  })
}

/** Two agencies' articles, one retired, with a voice, a question without answer and a chat. */
async function fillKnowledge(platform: Platform): Promise<void> {
  const editor = staffOf(platform, 'knowledge-1')
  const words = { zh: '公車幾點開？', en: 'When does the bus leave?' }
  const article = { topic: 'transport', agency: 'transport', question: words, answer: words }
  const { id } = await perform(platform, createArticle, editor, article)
  const gone = await perform(platform, createArticle, editor, {
    ...article,
    agency: 'maintenance-office',
  })
  const retirement = { id: gone.id, no: 1, reason: '重複' }
  await perform(platform, retireArticle, editor, retirement)
  await perform(platform, giveFeedback, publicActor, { article: id, helpful: true })
  await perform(platform, reportMissing, publicActor, { question: '哪裡可以學風帆' })
  await perform(platform, say, publicActor, { key: draftKey(), text: '我要找真人' })
}

/** What may stand around a case: who follows it, what came in, who looked, what it was asked. */
async function fillAround(platform: Platform, id: string): Promise<void> {
  const at = '2020-09-01T09:00:00+08:00'
  await transact(platform.database.app, everything, async (db) => {
    await sql`insert into cases.follower (id, case_id, source, joined_at)
      values (${randomUUID()}, ${id}, 'me-too', ${at})`.execute(db)
    await sql`insert into cases.interaction (id, case_id, kind, reference, at, kept_by)
      values (${randomUUID()}, ${id}, 'call', 'c1', ${at}, 'someone')`.execute(db)
    await sql`insert into cases.look (id, case_id, person, reason, at)
      values (${randomUUID()}, ${id}, 'someone', '查證', ${at})`.execute(db)
    await sql`insert into cases.area_watch (id, kind, district, email, asked_at, sent_until)
      values (${randomUUID()}, 'dispatch', '64000080', 'area@example.com', ${at}, ${at})`.execute(
      db,
    )
    await sql`insert into cases.survey (case_id, sampled_at, closed_at)
      values (${id}, ${at}, ${at})`.execute(db)
    await sql`insert into cases.template (id, kind, step, agency, title, body, changed_at)
      values (${randomUUID()}, 'dispatch', 'finish', 'maintenance-office', '修好了', '已修好。',
        ${at})`.execute(db)
  })
}

/** A booking with its parties, a place on a full day's list, a conflict, a service counted. */
async function fillBookings(platform: Platform): Promise<void> {
  const keeper = systemActor('test')
  const monday = { now: new Date('2026-03-02T07:00:00+08:00') }
  await perform(platform, upkeepOf(legalAidService).open, keeper, {}, monday)
  const { slots, lawyers } = await read(
    platform,
    keeper,
    'legal-aid.desk',
    async (ctx) => ({
      slots: await slotsAhead(ctx, legalAidService, { venue: 'legal-aid.qishan' }),
      lawyers: await poolOf(ctx, legalAidService),
    }),
    monday,
  )
  const [first] = slots
  const day = slots.filter(({ date }) => date === first?.date)
  for (const [i, { id: slot }] of day.entries()) {
    const person = { name: '林先生', phone: `0900-000-00${i}`, opponent: '某公司' }
    await perform(platform, bookFor, keeper, { slot, ...person }, monday)
  }
  await transact(platform.database.app, everything, (db) =>
    sql`insert into cases.interaction (id, booking, kind, reference, at, kept_by)
      select ${randomUUID()}, id, 'call', 'c2', ${monday.now}, 'someone'
      from bookings.booking order by no limit 1`.execute(db),
  )
  const wish = { venue: first?.venue, date: first?.date, name: '林先生', phone: '0900-000-010' }
  await perform(platform, bookings.join, publicActor, wish, monday)
  const tie = { lawyer: lawyers[0]?.id, side: 'client', name: '林先生' }
  await perform(platform, declareTie, keeper, tie, monday)
  const tap = { kind: 'blood-pressure', reason: '還有人在等' }
  await perform(platform, tally, keeper, tap, monday)
}

/** The agency that a case is with. */
export async function agencyOf(platform: Platform, no: string): Promise<string> {
  const found = await transact(platform.database.app, everything, (db) =>
    row(db, sql<{ agency: string }>`select agency from cases.case where no = ${no}`),
  )
  if (!found) throw new Error(`there is no case ${no}`)
  return found.agency
}

/** The ids of the messages to someone, oldest first. */
export async function messagesTo(platform: Platform, recipient: string): Promise<string[]> {
  const found = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ id: string }>`select id from messages.message where recipient = ${recipient}
        order by created_at`,
    ),
  )
  return found.map(({ id }) => id)
}

/** Says that a line into the city is full, as the call centre would, at a time. */
export const lineIsFull = (platform: Platform, queue: string, at: Date): Promise<unknown> =>
  transact(platform.database.app, everything, (db) =>
    sql`insert into messages.line_state (queue, busy, waiting, seats, "full", at)
      values (${queue}, 10, 9, 10, true, ${at})`.execute(db),
  )
