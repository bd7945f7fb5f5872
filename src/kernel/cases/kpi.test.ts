import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import sharp from 'sharp'
import { staffOf, testCity } from '../../../test/city.ts'
import { type Actor, publicActor } from '../../core/context.ts'
import { one, transact } from '../../core/db.ts'
import { secretHash } from '../../core/number.ts'
import { perform, read } from '../../core/operation.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { dimensions, measure, weekly } from './kpi.ts'
import { stepOf } from './operations.ts'
import { type Filters, listCases } from './queries.ts'

const platform = await testCity()
const officer = staffOf(platform, 'officer-maintenance')
const supervisor = staffOf(platform, 'supervisor-works')
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const
const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
}
const monday = new Date('2020-07-06T09:00:00+08:00')
const hours = (n: number) => new Date(+monday + n * 3_600_000)
const weeks = (n: number) => hours(n * 7 * 24)

const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#456' } })
  .jpeg()
  .toBuffer()
const token = await transact(platform.database.app, everything, async (db) =>
  platform.files.token((await platform.files.keep(db, photo)).sha256),
)

const file = (now: Date) => perform(platform, report, publicActor, lamp, { now })
const take = (name: string, actor: Actor, no: string, now: Date, input: object = {}) =>
  perform(platform, stepOf(dispatchCase, name), actor, { case: no, ...input }, { now })
const finish = (no: string, now: Date) =>
  take('finish', officer, no, now, { statement: '已更換燈泡', photos: [token] })

// One in time, one late, one sent back and still open, one annulled, one a week later and
// untouched.
const inTime = await file(monday)
await finish(inTime.no, hours(2))
const late = await file(monday)
await finish(late.no, weeks(8))
const back = await file(monday)
await finish(back.no, hours(4))
const holder: Actor = {
  ...publicActor,
  kind: 'holder',
  secrets: [secretHash(platform.config.secret, back.no, back.code)],
}
await take('reopen', holder, back.no, hours(30), { statement: '還是不亮', photos: [] })
const mistake = await file(monday)
await take('annul', supervisor, mistake.no, hours(1), { reason: '重複登錄' })
await file(weeks(1))

const days = { from: '2020-07-06', to: '2020-09-30' }
const now = weeks(30)
const seen = <T>(work: Parameters<typeof read<T>>[3], actor: Actor = supervisor) =>
  read(platform, actor, 'kpi.read', work, { now })

test('the figures of some days say what came, ended, waits, was late and was sent', async () => {
  const { all } = await seen((ctx) => measure(ctx, 'dispatch', days))
  const { received, closed, open, overdue, onTime, reopened, medianDays } = all
  assert.deepEqual(
    { received, closed, open, overdue, onTime, reopened },
    { received: 4, closed: 2, open: 2, overdue: 2, onTime: 0.5, reopened: 0.25 },
  )
  assert.equal(Math.round((medianDays ?? 0) * 24), (2 + 56 * 24) / 2)
})

test('where nothing came, shares and medians are unknown rather than nought', async () => {
  const before = { from: '2020-01-01', to: '2020-03-31' }
  const { all } = await seen((ctx) => measure(ctx, 'dispatch', before))
  assert.deepEqual(
    [all.received, all.closed, all.onTime, all.medianDays, all.reopened],
    [0, 0, null, null, null],
  )
})

test('each count is the number of rows of the list it leads to', async () => {
  await seen(async (ctx) => {
    const { all } = await measure(ctx, 'dispatch', days)
    const rowsOf = async (filter: Filters) =>
      (await listCases(ctx, 'dispatch', { counted: true, ...filter })).length
    assert.equal(await rowsOf({ closed: 'all', ...days }), all.received)
    assert.equal(
      await rowsOf({ closed: true, closedFrom: days.from, closedTo: days.to }),
      all.closed,
    )
    assert.equal(await rowsOf({}), all.open)
    assert.equal(await rowsOf({ overdue: true }), all.overdue)
  })
})

test('parts and weeks add up to what the register holds', async () => {
  const { n } = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ n: number }>`select count(*) as n from cases.register where kind = 'dispatch'
        and recorded_to is null and received_at >= ${monday} and received_at < ${weeks(4)}`,
    ),
  )
  const kpis = await seen((ctx) => measure(ctx, 'dispatch', days))
  const sum = (parts: readonly { received: number }[]) =>
    parts.reduce((all, part) => all + part.received, 0)
  for (const dimension of dimensions) assert.equal(sum(kpis[dimension]), n, dimension)
  const weeksSeen = await seen((ctx) => weekly(ctx, 'dispatch', days))
  assert.deepEqual(weeksSeen.slice(0, 3), [
    { from: '2020-07-06', received: 3, closed: 1 },
    { from: '2020-07-13', received: 1, closed: 0 },
    { from: '2020-07-20', received: 0, closed: 0 },
  ])
  assert.equal(sum(weeksSeen), n)
})

test('who has no right to figures is refused', async () => {
  const asked = async () => seen((ctx) => measure(ctx, 'dispatch', days), officer)
  await assert.rejects(asked, { code: 'forbidden' })
})
