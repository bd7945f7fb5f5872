import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything, holderOf, lamp, uploaded } from '../../../test/records.ts'
import { type Actor, publicActor, systemActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { taipei } from '../../core/format.ts'
import { followCode, secretHash } from '../../core/number.ts'
import { perform } from '../../core/operation.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { petition } from '../../systems/petitions/operations.ts'
import { petitionCase } from '../../systems/petitions/petitions.ts'
import { closeOffices } from '../calendar/store.ts'
import type { CaseType } from './define.ts'
import { stepOf } from './operations.ts'
import { outsideName } from './outside.ts'

const platform = await testCity()
const staff = (login: string) => staffOf(platform, login)
const hour = 3_600_000
// Monday 2020-09-07, ten o'clock in Taipei.
const monday = new Date(+taipei('2020-09-07') + 10 * hour)

const take = (type: CaseType, name: string, by: Actor, no: string, input: object, now: Date) =>
  perform(platform, stepOf(type, name), by, { case: no, ...input }, { now })

const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

const readCase = (no: string) =>
  transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ id: string; state: string; agency: string; next_due: Date | null }>`
        select id, state, agency, next_due from cases.case where no = ${no}`,
    ),
  )

const dueOf = async (no: string, kind: string) => {
  const { id } = await readCase(no)
  const found = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ due: Date; stopped_at: Date | null }>`select due, stopped_at from cases.clock
        where case_id = ${id} and kind = ${kind}`,
    ),
  )
  return found
}

const mailTo = (address: string) =>
  transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ subject: string; body: string; link: string }>`select subject, body, link
        from messages.message where recipient = ${address} order by created_at`,
    ),
  )

const file = (more: object = {}, now = monday) =>
  perform(platform, report, publicActor, { ...lamp, ...more }, { now })

const write = (more: object = {}, now = monday) =>
  perform(
    platform,
    petition,
    publicActor,
    {
      item: 'transport',
      subject: '公車誤點的事',
      body: '等了一個小時',
      name: '王小明',
      email: 'writer@example.com',
      ...more,
    },
    { now },
  )

test('a wrongly assigned agency hands back within a working day, and not after', async () => {
  const first = await file()
  const tuesdayEvening = new Date(+monday + 32 * hour)
  const officer = staff('officer-maintenance')
  const why = { statement: '這支路燈屬於社區，非本處權責。' }
  await take(dispatchCase, 'hand-back', officer, first.no, why, tuesdayEvening)
  const { state, agency } = await readCase(first.no)
  assert.deepEqual({ state, agency }, { state: 'returned', agency: 'rdec' })
  const second = await file()
  const wednesday = new Date(+monday + 48 * hour)
  await assert.rejects(
    take(dispatchCase, 'hand-back', officer, second.no, why, wednesday),
    refused('case.hand-back-late'),
  )
  // Who looked at the place in time has one more working day.
  const third = await file()
  const seen = { note: '到現場看過。', photos: [] }
  await take(dispatchCase, 'visit', officer, third.no, seen, tuesdayEvening)
  await take(dispatchCase, 'hand-back', officer, third.no, why, wednesday)
  assert.equal((await readCase(third.no)).state, 'returned')
})

test('a typhoon day gives the agency its working day to hand back', async () => {
  const far = new Date(+taipei('2020-10-05') + 10 * hour)
  const { no } = await file({}, far)
  await perform(platform, closeOffices, systemActor('test'), {
    date: '2020-10-06',
    reasonZh: '颱風停班',
    reasonEn: 'typhoon',
  })
  const why = { statement: '非本處權責，請改分。' }
  const at = new Date(+far + 50 * hour)
  await take(dispatchCase, 'hand-back', staff('officer-maintenance'), no, why, at)
  assert.equal((await readCase(no)).state, 'returned')
})

test('a dispute is decided by a supervisor, and then the case stays', async () => {
  const { no } = await file()
  const officer = staff('officer-maintenance')
  const point = { note: '本處認為屬交通局權責。' }
  await take(dispatchCase, 'dispute', officer, no, point, monday)
  const decision = { agency: 'maintenance-office', statement: '依路燈維護分工，由養工處辦理。' }
  await assert.rejects(take(dispatchCase, 'decide', officer, no, decision, monday))
  await take(dispatchCase, 'decide', staff('commission-1'), no, decision, monday)
  const { state, agency } = await readCase(no)
  assert.deepEqual({ state, agency }, { state: 'received', agency: 'maintenance-office' })
  assert.ok((await dueOf(no, 'decide')).stopped_at)
  await assert.rejects(
    take(dispatchCase, 'hand-back', officer, no, { statement: '還是認為不是我們。' }, monday),
    refused('case.decided'),
  )
})

test('what a body outside owns is forwarded, and answered with a code of its own', async () => {
  const leak = { item: 'water-leak', answers: {}, email: 'leak@example.com' }
  const opened = await file(leak)
  assert.equal((await readCase(opened.no)).state, 'forwarded')
  const [letter] = await mailTo('taiwan-water@outside.example')
  const code = followCode(platform.config.secret, outsideName(opened.no))
  assert.ok(letter?.body.includes(code))
  assert.ok(!JSON.stringify(letter).includes('王小明'))
  const reply = { outcome: 'done', statement: '已更換水管。', photos: [] }
  // The reporter's own code does not answer for the body.
  const reporter = holderOf(platform, opened)
  await assert.rejects(take(dispatchCase, 'outside-reply', reporter, opened.no, reply, monday))
  const secrets = [secretHash(platform.config.secret, outsideName(opened.no), code)]
  const body: Actor = { ...publicActor, kind: 'holder', id: 'outside', secrets }
  await assert.rejects(take(dispatchCase, 'reopen', body, opened.no, { statement: '不是' }, monday))
  await take(dispatchCase, 'outside-reply', body, opened.no, reply, monday)
  assert.equal((await readCase(opened.no)).state, 'done')
  const told = await mailTo('leak@example.com')
  assert.equal(told.length, 3, 'received, forwarded and done')
})

test('a merge keeps the earlier receipt, tells both people, and can be undone', async () => {
  const early = await file({ email: 'first@example.com' })
  const late = await file({ email: 'second@example.com' }, new Date(+monday + 5 * hour))
  const officer = staff('officer-maintenance')
  const before = await dueOf(late.no, 'repair')
  const now = new Date(+monday + 6 * hour)
  const into = { into: late.no, note: '同一盞路燈。' }
  await take(dispatchCase, 'merge', officer, early.no, into, now)
  assert.equal((await readCase(early.no)).state, 'merged')
  const joined = await dueOf(late.no, 'repair')
  assert.equal(+before.due - +joined.due, 5 * hour)
  // Both people hear of what is done.
  const work = { statement: '更換燈泡，已恢復照明。', photos: [await uploaded(platform)] }
  const counts = async () => [
    (await mailTo('first@example.com')).length,
    (await mailTo('second@example.com')).length,
  ]
  const [one = 0, two = 0] = await counts()
  await take(dispatchCase, 'finish', officer, late.no, work, now)
  assert.deepEqual(await counts(), [one + 1, two + 1])
  // Parted, each has its own time again, and the first its own without a gap.
  await take(dispatchCase, 'unmerge', officer, early.no, { note: '是不同的路燈。' }, now)
  const alone = await dueOf(early.no, 'repair')
  assert.equal(alone.stopped_at, null)
  assert.equal(+alone.due, +joined.due)
  assert.equal((await readCase(early.no)).state, 'received')
})

test('a merge into itself, into a closed case or out of sight is refused', async () => {
  const a = await file()
  const officer = staff('officer-maintenance')
  const into = (no: string) =>
    take(dispatchCase, 'merge', officer, a.no, { into: no, note: '同一件事。' }, monday)
  await assert.rejects(into(a.no), refused('case.same'))
  const closed = await file()
  const reason = { statement: '這裡不是本處管的。' }
  await take(dispatchCase, 'decline', officer, closed.no, reason, monday)
  await assert.rejects(into(closed.no), refused('case.not-open'))
  const foreign = await file({ item: 'road-sign', answers: { what: 'sign' } })
  await assert.rejects(into(foreign.no), refused('not-found'))
  assert.equal((await readCase(a.no)).state, 'received')
})

test('a letter is split; one part is refused, and then the whole is answered', async () => {
  const whole = await write()
  const officer = staff('officer-transport')
  const boss = staff('supervisor-city')
  const accept = { assignee: officer.id }
  await take(petitionCase, 'accept', officer, whole.no, accept, monday)
  const part = { item: 'environment', subject: '公車站的垃圾', note: '站牌旁堆了垃圾。' }
  await take(petitionCase, 'split', officer, whole.no, part, monday)
  const [child] = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ no: string; agency: string; received_at: Date }>`select no, agency, received_at
        from cases.case where parent = (select id from cases.case where no = ${whole.no})`,
    ),
  )
  assert.ok(child)
  assert.deepEqual([child.agency, +child.received_at], ['environment', +monday])
  const reply = { statement: '已加開班次。', photos: [] }
  await assert.rejects(
    take(petitionCase, 'reply', officer, whole.no, reply, monday),
    refused('case.parts-open'),
  )
  const other = staff('officer-environment')
  await take(petitionCase, 'accept', other, child.no, { assignee: other.id }, monday)
  const ground = { ground: '173-2', statement: '同一地點先前已清理並答覆。' }
  await take(petitionCase, 'refuse', boss, child.no, ground, monday)
  await take(petitionCase, 'reply', officer, whole.no, reply, monday)
  assert.equal((await readCase(whole.no)).state, 'replied')
})

test('an agency that is asked gives its view and can do nothing else', async () => {
  const { no } = await write()
  const officer = staff('officer-transport')
  await take(petitionCase, 'accept', officer, no, { assignee: officer.id }, monday)
  const asked = { agency: 'environment', note: '站牌旁的垃圾如何清理？' }
  await take(petitionCase, 'ask-joint', officer, no, asked, monday)
  const other = staff('officer-environment')
  const reply = { statement: '我們來回。', photos: [] }
  await assert.rejects(take(petitionCase, 'reply', other, no, reply, monday), refused('forbidden'))
  const view = { agency: 'environment', note: '每週清理兩次。' }
  await take(petitionCase, 'answer-joint', other, no, view, monday)
  assert.ok((await dueOf(no, 'joint')).stopped_at)
  await assert.rejects(
    take(petitionCase, 'answer-joint', other, no, view, monday),
    refused('case.not-asked'),
  )
})

test('more time needs a reason, another person and a notice', async () => {
  const { no } = await write({ email: undefined, phone: '07-0000000' })
  const officer = staff('officer-transport')
  const boss = staff('supervisor-city')
  const before = await dueOf(no, 'reply')
  const told = { statement: '需要會勘，因此展延五天。', noticeBy: 'letter' }
  const extend = (by: Actor, input: object) => take(petitionCase, 'extend', by, no, input, monday)
  await assert.rejects(extend(boss, told), refused('case.nothing-asked'))
  const ask = { days: 5, note: '需要會勘。' }
  await take(petitionCase, 'ask-extension', officer, no, ask, monday)
  assert.equal(+(await dueOf(no, 'reply')).due, +before.due)
  await assert.rejects(extend(boss, { ...told, noticeBy: 'email' }), refused('case.no-notice'))
  await extend(boss, told)
  assert.ok(+(await dueOf(no, 'reply')).due > +before.due)
  // Asking for more than what is left says how much is left.
  await assert.rejects(
    take(petitionCase, 'ask-extension', officer, no, { days: 26, note: '還要更久。' }, monday),
    refused('case.extension'),
  )
})

test('a supervisor who asked for more time cannot approve it', async () => {
  const { no } = await write()
  const boss = staff('supervisor-city')
  await take(petitionCase, 'ask-extension', boss, no, { days: 5, note: '需要會勘。' }, monday)
  const told = { statement: '需要會勘，因此展延五天。', noticeBy: 'email' }
  await assert.rejects(
    take(petitionCase, 'extend', boss, no, told, monday),
    refused('case.same-person'),
  )
})
