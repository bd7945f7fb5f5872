import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { type Actor, publicActor, systemActor } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { secretHash } from '../../core/number.ts'
import { perform, read } from '../../core/operation.ts'
import { dayAt } from '../../kernel/bookings/desk.ts'
import { poolOf, rotaOf } from '../../kernel/bookings/rota.ts'
import { type FreeSlot, slotsAhead } from '../../kernel/bookings/slots.ts'
import { upkeepOf } from '../../kernel/bookings/upkeep.ts'
import { waysOfBookings } from '../../kernel/cases/interactions.ts'
import { hearCall } from '../call-centre/hear.ts'
import { mattersOf } from './conflicts.ts'
import { legalAidService as service } from './legal-aid.ts'
import { book, common, declareTie, finish, move, walkIn } from './operations.ts'

const platform = await testCity()
// A Monday before the offices open.
const monday = new Date('2026-03-02T07:00:00+08:00')
const keeper = systemActor('test')
const { open, remind } = upkeepOf(service)
await perform(platform, open, keeper, {}, { now: monday })

const desk = staffOf(platform, 'legal-desk-1')
const elsewhere = staffOf(platform, 'legal-desk-2')
const after = (minutes: number) => ({ now: new Date(+monday + minutes * 60_000) })
const days = (n: number) => n * 24 * 60
const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

const slotsIn = (venue: string, minutes = 0): Promise<FreeSlot[]> =>
  read(
    platform,
    publicActor,
    'public',
    (ctx) => slotsAhead(ctx, service, { venue: `legal-aid.${venue}` }),
    after(minutes),
  )

let people = 0
const person = (name?: string) => {
  people++
  return {
    name: name ?? `示範${people}`,
    phone: `0900-000-${String(people).padStart(3, '0')}`,
    topic: 'family',
  }
}

type Booked = { no: string; holder: Actor }

async function bookAt(
  slot: number,
  details: Record<string, unknown>,
  minutes = 0,
): Promise<Booked> {
  const held = await perform(platform, common.hold, publicActor, { slot }, after(minutes))
  const hash = secretHash(platform.config.secret, held.no, held.code)
  const holder: Actor = { ...publicActor, kind: 'holder', secrets: [hash] }
  await perform(platform, book, holder, { no: held.no, ...details }, after(minutes))
  return { no: held.no, holder }
}

const lawyerOf = async (no: string): Promise<string> => {
  const [found] = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ provider: string }>`select d.provider from bookings.booking b
        join bookings.slot s on s.id = b.slot
        join bookings.duty d on d.session = s.session and d.date = s.date and d.seat = b.seat
        where b.no = ${no}`,
    ),
  )
  return found!.provider
}

test('the two sides of a dispute never meet the same lawyer', async () => {
  const [slot, next] = await slotsIn('siwei')
  const first = await bookAt(slot!.id, { ...person('甲方'), opponent: '乙方' })
  const other = await bookAt(next!.id, { ...person('乙方'), opponent: '甲方' })
  assert.notEqual(await lawyerOf(other.no), await lawyerOf(first.no))
})

test('where only that lawyer is left it is refused, without a word of who', async () => {
  const [slot, next] = await slotsIn('gangshan')
  await bookAt(slot!.id, { ...person('丙方'), opponent: '丁方' })
  const tried = bookAt(next!.id, { ...person('丁方') })
  await assert.rejects(tried, (error) => {
    assert.ok(error instanceof Refused && error.code === 'bookings.avoided')
    assert.ok(!/律師|丙|衝突/.test(error.text.zh))
    return true
  })
})

test('what a lawyer declared keeps the person from that lawyer, and no desk reads it', async () => {
  const [slot, next] = (await slotsIn('qishan')) as [FreeSlot, FreeSlot]
  const rota = await read(
    platform,
    keeper,
    'x',
    (ctx) => rotaOf(ctx, slot.venue, slot.date, '2099-01-01'),
    after(0),
  )
  const lawyer = rota.find(({ date }) => date === slot.date)?.provider
  const tie = { lawyer, side: 'opponent', name: '戊方' }
  await perform(platform, declareTie, desk, tie, after(0))
  await assert.rejects(bookAt(slot.id, person('戊 方')), refused('bookings.avoided'))
  await bookAt(next.id, person('己方'))
  const seen = await read(platform, desk, 'legal-aid.desk', (ctx) =>
    rows(ctx.db, sql`select * from legal_aid.tie`),
  )
  assert.deepEqual(seen, [])
})

test('a desk sees the bookings of its own venue only', async () => {
  const slot = (await slotsIn('fengshan'))[0]!
  const { no } = await bookAt(slot.id, person())
  const seenBy = (actor: Actor) =>
    read(platform, actor, 'legal-aid.desk', (ctx) => dayAt(ctx, slot.venue, slot.date), after(0))
  assert.deepEqual(
    (await seenBy(elsewhere)).map((one) => one.no),
    [no],
  )
  assert.deepEqual(await seenBy(desk), [])
  const at = { now: slot.starts_at }
  await assert.rejects(perform(platform, common.arrive, desk, { no }, at), refused('not-found'))
  await perform(platform, common.arrive, elsewhere, { no }, at)
  await perform(platform, finish, elsewhere, { no, topic: 'family' }, at)
  await assert.rejects(
    perform(platform, common.miss, elsewhere, { no }, at),
    refused('bookings.state'),
  )
})

test('a person books once in two weeks, also when both try at once, and may move it', async () => {
  const slots = await slotsIn('siwei')
  const me = { name: '庚', phone: '0900-111-222', topic: 'debt' }
  const tries = await Promise.allSettled([
    bookAt(slots[10]!.id, me),
    bookAt(slots[11]!.id, { ...me, phone: '0900111222' }),
  ])
  const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const lost = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(won.length, 1)
  assert.ok(lost[0] instanceof Refused && lost[0].code === 'bookings.quota')
  const [{ no, holder }] = won as [Booked]
  const moved = await perform(platform, move, holder, { no, slot: slots[15]!.id }, after(1))
  assert.deepEqual(moved.startsAt, slots[15]!.starts_at)
})

test('who missed two bookings only walks in for thirty days', async () => {
  const me = { name: '辛', phone: '0900-333-444', topic: 'other' }
  const missed = async (minutes: number) => {
    const slot = (await slotsIn('siwei', minutes)).find(({ free }) => free > 0)!
    const { no } = await bookAt(slot.id, me, minutes)
    await perform(platform, common.miss, desk, { no }, { now: slot.ends_at })
  }
  await missed(0)
  await perform(platform, open, keeper, {}, after(days(15)))
  await missed(days(15))
  const later = (await slotsIn('siwei', days(16)))[0]!
  await assert.rejects(bookAt(later.id, me, days(16)), refused('bookings.quota'))
  const taken = { slot: later.id, ...me }
  await perform(platform, walkIn, desk, taken, { now: later.starts_at })
  await perform(platform, open, keeper, {}, after(days(46)))
  const free = (await slotsIn('siwei', days(46)))[0]!
  await bookAt(free.id, me, days(46))
})

test('a lawyer who cannot come is replaced, or the booking moves, or it is cancelled', async () => {
  const slot = (await slotsIn('siwei', days(2))).find(({ free }) => free === 2)!
  const mail = { email: 'a@mail.example' }
  const first = await bookAt(slot.id, { ...person(), ...mail }, days(2))
  const where = await read(platform, desk, 'legal-aid.desk', (ctx) =>
    dayAt(ctx, slot.venue, slot.date),
  )
  const { session, date, seat } = where.find(({ no }) => no === first.no)!
  const at = { session, date, seat }
  await assert.rejects(
    perform(platform, common.changeDuty, elsewhere, at, after(days(2))),
    refused('not-found'),
  )
  const gone = await perform(platform, common.changeDuty, desk, at, after(days(2)))
  assert.deepEqual(gone, { moved: 1, cancelled: 0 })
  const both = { ...at, seat: seat === 1 ? 2 : 1 }
  const lost = await perform(platform, common.changeDuty, desk, both, after(days(2)))
  assert.deepEqual(lost, { moved: 0, cancelled: 1 })
  const letters = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ subject: string }>`select subject from messages.message
        where recipient = ${mail.email}`,
    ),
  )
  assert.deepEqual(letters.map(({ subject }) => subject).sort(), [
    '法律諮詢：預約完成',
    '法律諮詢：預約已取消',
  ])
})

test('a swap that brings the two sides together is flagged on the desk', async () => {
  const slot = (await slotsIn('siwei', days(2))).findLast(({ free }) => free === 2)!
  const first = await bookAt(slot.id, { ...person('壬方'), opponent: '癸方' }, days(2))
  const other = await bookAt(slot.id, { ...person('癸方'), opponent: '壬方' }, days(2))
  const flags = () =>
    read(platform, desk, 'legal-aid.desk', (ctx) => mattersOf(ctx, slot.venue, slot.date))
  assert.ok((await flags()).every(({ conflict }) => !conflict))
  const pool = await read(platform, desk, 'legal-aid.rota', (ctx) => poolOf(ctx, service))
  const busy = await Promise.all([lawyerOf(first.no), lawyerOf(other.no)])
  const stranger = pool.find(({ id }) => !busy.includes(id))!
  const tie = { lawyer: stranger.id, side: 'client', name: '癸方' }
  await perform(platform, declareTie, desk, tie, after(days(2)))
  const where = await read(platform, desk, 'legal-aid.desk', (ctx) =>
    dayAt(ctx, slot.venue, slot.date),
  )
  const { session, date, seat, id } = where.find(({ no }) => no === first.no)!
  const swap = { session, date, seat, provider: stranger.id }
  await perform(platform, common.changeDuty, desk, swap, after(days(2)))
  assert.deepEqual(
    (await flags()).filter(({ conflict }) => conflict).map((one) => one.booking),
    [id],
  )
})

test('the reminder goes out once, on the day before', async () => {
  const slot = (await slotsIn('siwei', days(3))).at(-1)!
  await bookAt(slot.id, { ...person(), email: 'b@mail.example' }, days(3))
  const before = { now: new Date(+slot.starts_at - 86_400_000) }
  assert.equal((await perform(platform, remind, keeper, {}, before)).done, 1)
  assert.equal((await perform(platform, remind, keeper, {}, before)).done, 0)
})

test('a call joins the one booking that it leads to, and is seen at that desk alone', async () => {
  const operator = staffOf(platform, 'operator-1')
  const heard = { source: 'demo', callId: 'advice', from: '0900000777', queue: 'general' }
  await perform(platform, hearCall, systemActor('exchange:demo'), {
    ...{ ...heard, event: 'newCall', user: ['operator-1'] },
  })
  const via = await transact(platform.database.app, everything, async (db) => {
    const [call] = await rows(
      db,
      sql<{
        id: string
      }>`select interaction as id from call_centre.call where source_id = 'advice'`,
    )
    return call?.id ?? ''
  })
  const free = (await slotsIn('siwei', days(2))).filter((slot) => slot.free > 0)
  await bookAt(free[0]!.id, { ...person(), via: 'no such call' }, days(2))
  const first = await bookAt(free[1]!.id, { ...person(), via }, days(2))
  await bookAt(free[2]!.id, { ...person(), via }, days(2))
  const waysFor = async (actor: Actor) =>
    read(platform, actor, 'legal-aid.desk', async (ctx) => {
      const all = await dayAt(ctx, 'legal-aid.siwei', free[1]!.date)
      const ways = await waysOfBookings(
        ctx,
        all.map(({ id }) => id),
      )
      return all.flatMap(({ id, no }) => (ways.has(id) ? [[no, ways.get(id)]] : []))
    })
  assert.deepEqual(await waysFor(desk), [[first.no, 'call']])
  assert.deepEqual(await waysFor(elsewhere), [])
  await assert.rejects(waysFor(operator), Refused)
})
