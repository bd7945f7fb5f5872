import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, publicActor, systemActor } from '../src/core/context.ts'
import { one, rows, transact } from '../src/core/db.ts'
import { Refused } from '../src/core/errors.ts'
import { taipei } from '../src/core/format.ts'
import { perform, read } from '../src/core/operation.ts'
import { slotsAhead } from '../src/kernel/bookings/slots.ts'
import { upkeepOf } from '../src/kernel/bookings/upkeep.ts'
import { closeOffices } from '../src/kernel/calendar/store.ts'
import type { CaseType } from '../src/kernel/cases/define.ts'
import { joinOperation, nearbyCases } from '../src/kernel/cases/followers.ts'
import { lookOperation } from '../src/kernel/cases/looks.ts'
import { namesFor } from '../src/kernel/cases/open.ts'
import { stepOf } from '../src/kernel/cases/operations.ts'
import { sentenceOf } from '../src/kernel/cases/pages/timeline-view.ts'
import { timeline } from '../src/kernel/cases/queries.ts'
import { holdRecord } from '../src/kernel/cases/store.ts'
import { answerSurvey, lot, surveyJob, surveyPlan } from '../src/kernel/cases/survey.ts'
import { recomputeJobs } from '../src/kernel/cases/sweep.ts'
import { seedArticles } from '../src/kernel/knowledge/seed.ts'
import { readChat, say } from '../src/systems/chatbot/talk.ts'
import { dispatchCase } from '../src/systems/dispatch/dispatch.ts'
import { reportFor } from '../src/systems/dispatch/operations.ts'
import { legalAidService } from '../src/systems/legal-aid/legal-aid.ts'
import { book, common as bookings } from '../src/systems/legal-aid/operations.ts'
import { petitionFor } from '../src/systems/petitions/operations.ts'
import { petitionCase } from '../src/systems/petitions/petitions.ts'
import { staffOf, testCity } from './city.ts'
import { everything, holderOf, uploaded } from './records.ts'

/* The desk's three stories from end to end, as the people in them would tell them. */

const platform = await testCity()
const hour = 3_600_000
const monday = new Date(+taipei('2020-09-07') + 10 * hour)
const staff = (login: string) => staffOf(platform, login)
const operator = staff('operator-1')

const take = (type: CaseType, name: string, by: Actor, no: string, input: object, now: Date) =>
  perform(platform, stepOf(type, name), by, { case: no, ...input }, { now })

const ask = <T>(statement: ReturnType<typeof sql<T>>) =>
  transact(platform.database.app, everything, (db) => rows(db, statement))

const caseOf = async (no: string) => {
  const [found] = await ask(
    sql<{ id: string; state: string; agency: string }>`select id, state, agency
      from cases.case where no = ${no}`,
  )
  return found!
}

const hole = { item: 'pothole', answers: { size: 'wheel' }, body: '路口有一個大洞' }
const at = (metres: number) => ({ lat: 22.6273 + metres / 111_195, lon: 120.3014 })

/** What the reporter reads in the history, oldest first. */
const history = async (type: CaseType, no: string) => {
  const { id } = await caseOf(no)
  return read(platform, systemActor('test'), 'any', async (ctx) => {
    await holdRecord(ctx, id)
    const names = await namesFor(ctx, type)
    return (await timeline(ctx, id, false)).map((line) => sentenceOf(type, names, line).zh)
  })
}

test('a pothole: three neighbours, the wrong agency, a typhoon, a repair, a question', async () => {
  const first = await perform(
    platform,
    reportFor,
    operator,
    { ...hole, ...at(0), channel: 'phone', email: 'first@example.com' },
    { now: monday },
  )
  // A caller reports the same: the operator sees it and adds her, and two more neighbours.
  const spot = { item: hole.item, ...at(8), words: hole.body }
  const near = await read(
    platform,
    operator,
    'dispatch.file-for',
    (ctx) => nearbyCases(ctx, dispatchCase, spot),
    { now: monday },
  )
  assert.deepEqual(
    near.map(({ no }) => no),
    [first.no],
  )
  for (const email of ['caller@example.com', 'b@example.com', 'c@example.com']) {
    const input = { case: first.no, email }
    await perform(platform, joinOperation(dispatchCase), publicActor, input, { now: monday })
  }
  const wrong = staff('officer-maintenance')
  const why = { statement: '此路段屬交通局工程範圍，非本處權責。' }
  await take(dispatchCase, 'hand-back', wrong, first.no, why, new Date(+monday + 5 * hour))
  const coordinator = staff('officer-rdec')
  const on = { agency: 'transport', statement: '依工程範圍改分。' }
  await take(dispatchCase, 'reroute', coordinator, first.no, on, new Date(+monday + 6 * hour))
  const mender = staff('officer-transport')
  const now = new Date(+monday + 20 * hour)
  const work = { statement: '已填補並壓實。', photos: [await uploaded(platform)] }
  await take(dispatchCase, 'finish', mender, first.no, work, now)
  assert.equal((await caseOf(first.no)).state, 'done')
  const told = await ask(
    sql<{ n: number }>`select count(*)::int as n from messages.message
      where recipient = 'caller@example.com'`,
  )
  assert.equal(told[0]?.n, 3, 'handed back, sent on, finished')
  await drawAndAnswer(first, now)
})

/** Draws the sample; who was drawn answers, and nobody else can. */
async function drawAndAnswer(
  opened: { no: string; code: string; id: string },
  finishedAt: Date,
): Promise<void> {
  const later = new Date(+finishedAt + 48 * hour)
  await surveyJob.run({ ...platform, now: () => later }, {})
  const { share } = surveyPlan(platform.city).dispatch!
  const given = { case: opened.no, score: 5, words: '很快，謝謝。' }
  const answer = perform(platform, answerSurvey(dispatchCase), holderOf(platform, opened), given, {
    now: later,
  })
  if (lot(platform.config.secret, opened.id) < share) await answer
  else await assert.rejects(answer, (error) => error instanceof Refused && error.status === 404)
}

test('a secret letter: two agencies, a typhoon, one extension, one part refused', async () => {
  const letter = {
    item: 'transport',
    subject: '站牌與站牌旁的垃圾',
    body: '公車常誤點，站牌旁又堆了垃圾。',
    name: '陳小姐',
    phone: '07-0000000',
    channel: 'letter',
    confidential: true,
  }
  await assert.rejects(
    perform(platform, petitionFor, operator, letter, { now: monday }),
    (error) => error instanceof Refused && 'documents' in error.fields,
  )
  const scan = { ...letter, documents: [await uploaded(platform)] }
  const { no } = await perform(platform, petitionFor, operator, scan, { now: monday })
  const officer = staff('officer-transport')
  await take(petitionCase, 'accept', officer, no, { assignee: officer.id }, monday)
  await secrecyHolds(no, officer)
  const part = { item: 'environment', subject: '站牌旁的垃圾', note: '站牌旁堆了垃圾。' }
  await take(petitionCase, 'split', officer, no, part, monday)
  await take(petitionCase, 'ask-extension', officer, no, { days: 5, note: '要會勘。' }, monday)
  const told = { statement: '需要會勘，延長五天。', noticeBy: 'letter' }
  await take(petitionCase, 'extend', staff('supervisor-city'), no, told, monday)
  const { id } = await caseOf(no)
  const [child] = await ask(sql<{ no: string }>`select no from cases.case where parent = ${id}`)
  const other = staff('officer-environment')
  await take(petitionCase, 'accept', other, child!.no, { assignee: other.id }, monday)
  const ground = { ground: '173-2', statement: '同一地點先前已清理並答覆。' }
  await take(petitionCase, 'refuse', staff('supervisor-city'), child!.no, ground, monday)
  await take(petitionCase, 'reply', officer, no, { statement: '已加開班次。', photos: [] }, monday)
  assert.equal((await caseOf(no)).state, 'replied')
})

/** The officer reads no name until a reason is given, and the look is kept. */
async function secrecyHolds(no: string, officer: Actor): Promise<void> {
  const { id } = await caseOf(no)
  const seen = await read(platform, officer, 'petitions.read', (ctx) =>
    rows(ctx.db, sql<{ name: string }>`select name from cases.party where case_id = ${id}`),
  )
  assert.deepEqual(seen, [])
  const look = lookOperation(petitionCase)
  await assert.rejects(
    perform(platform, look, staff('officer-environment'), { case: no, reason: '想知道是誰' }),
  )
  const party = await perform(platform, look, officer, { case: no, reason: '需要電話聯絡會勘。' })
  assert.equal((party as { name: string }).name, '陳小姐')
  const [kept] = await ask(
    sql<{ person: string }>`select person from cases.look where case_id = ${id}`,
  )
  assert.equal(kept?.person, officer.id)
}

test('a typhoon moves the deadline, with a reason that the petitioner reads', async () => {
  const input = {
    item: 'transport',
    subject: '公車誤點的事',
    body: '等了一個小時',
    name: '王小明',
    phone: '07-0000000',
    channel: 'phone',
    readBack: 'spoken',
  }
  const { no } = await perform(platform, petitionFor, operator, input, { now: monday })
  const closure = { date: '2020-09-08', reasonZh: '颱風停班', reasonEn: 'typhoon' }
  const { revision } = await perform(platform, closeOffices, systemActor('test'), closure)
  await recomputeJobs[0]!.run(platform, { revision })
  const said = await history(petitionCase, no)
  assert.match(said[0]!, /紀錄已念給陳情人聽/)
  assert.match(said[1]!, /因「颱風停班」，收案期限由 109年9月8日.*改為 109年9月9日/)
})

test('the bot leads to a lawyer on Tuesday, and the time is booked', async () => {
  await perform(platform, seedArticles, systemActor('seed'), {})
  const now = new Date('2026-11-23T10:00:00+08:00')
  const words = { key: 'the key of a chat of this story', text: '我想星期二找律師談離婚' }
  await perform(platform, say, publicActor, words, { now })
  const chat = { key: words.key }
  const said = await perform(platform, readChat, publicActor, chat, { now })
  const date = /"date":"([\d-]+)"/.exec(JSON.stringify(said))?.[1]
  assert.equal(date, '2026-11-24')
  await perform(platform, upkeepOf(legalAidService).open, systemActor('test'), {}, { now })
  const slots = await read(
    platform,
    publicActor,
    'public',
    (ctx) => slotsAhead(ctx, legalAidService, { date: date! }),
    { now },
  )
  assert.ok(slots[0], 'some venue has a lawyer on Tuesday')
  const held = await perform(platform, bookings.hold, publicActor, { slot: slots[0].id }, { now })
  const person = { no: held.no, name: '林先生', phone: '0900-000-001' }
  const booked = await perform(platform, book, holderOf(platform, held), person, { now })
  assert.equal(booked.no, held.no)
})

test('everything these stories left is in the chain', async () => {
  const { n } = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ n: number }>`select count(*)::int as n from core.event e
        where e.seq > 1 and not exists (select from core.event b
          where b.record = e.record and b.seq = e.seq - 1)`,
    ),
  )
  assert.equal(n, 0)
})
