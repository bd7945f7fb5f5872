import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import sharp from 'sharp'
import { staffOf, testCity } from '../../../test/city.ts'
import { type Actor, publicActor } from '../../core/context.ts'
import { row, rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { secretHash } from '../../core/number.ts'
import { perform } from '../../core/operation.ts'
import { stepOf } from '../../kernel/cases/operations.ts'
import { dispatchCase } from './dispatch.ts'
import { report } from './operations.ts'

const platform = await testCity()
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
  name: '王小明',
}

const step = (name: string) => stepOf(dispatchCase, name)

const refusedWith = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

async function photo(): Promise<string> {
  const content = await sharp({
    create: { width: 40, height: 30, channels: 3, background: '#445566' },
  })
    .withExif({ IFD0: { Artist: 'someone' }, IFD3: { GPSLatitude: '22/1 37/1 0/1' } })
    .jpeg()
    .toBuffer()
  const file = await transact(platform.database.app, everything, (db) =>
    platform.files.keep(db, content),
  )
  return platform.files.token(file.sha256)
}

const holderOf = ({ no, code }: { no: string; code: string }): Actor => ({
  ...publicActor,
  kind: 'holder',
  secrets: [secretHash(platform.config.secret, no, code)],
})

test('a report goes to its owner, is repaired with proof and confirmed', async () => {
  const opened = await perform(platform, report, publicActor, lamp)
  assert.match(opened.no, /^D1\d\d-\d{6}-\d$/)
  const agency = await transact(platform.database.app, everything, (db) =>
    row(db, sql<{ agency: string }>`select agency from cases.case where no = ${opened.no}`),
  )
  const crew = staffOf(platform, 'officer-maintenance')
  assert.equal(agency?.agency, crew.agency)
  await perform(platform, step('start'), crew, { case: opened.no })
  const photos = [await photo()]
  const done = { case: opened.no, statement: '已更換燈泡', photos }
  await perform(platform, step('finish'), crew, done)
  await perform(platform, step('confirm'), holderOf(opened), { case: opened.no })
  const events = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ type: string; data: string }>`select type, data::text from core.event
        where record = ${opened.id} order by seq`,
    ),
  )
  assert.deepEqual(
    events.map(({ type }) => type),
    ['dispatch.opened', 'dispatch.start', 'dispatch.finish', 'dispatch.confirm'],
  )
  assert.ok(!events.some(({ data }) => data.includes('王小明') || data.includes('路燈不亮')))
})

test('a finish without a photograph is refused and changes nothing', async () => {
  const opened = await perform(platform, report, publicActor, lamp)
  const crew = staffOf(platform, 'officer-maintenance')
  await assert.rejects(
    perform(platform, step('finish'), crew, { case: opened.no, statement: '好了', photos: [] }),
    refusedWith('case.photo-missing'),
  )
  const found = await transact(platform.database.app, everything, (db) =>
    row(db, sql<{ state: string }>`select state from cases.case where no = ${opened.no}`),
  )
  assert.equal(found?.state, 'received')
})

test('another agency cannot find the case, nor can anyone without the code', async () => {
  const opened = await perform(platform, report, publicActor, lamp)
  const other = staffOf(platform, 'officer-environment')
  await assert.rejects(
    perform(platform, step('start'), other, { case: opened.no }),
    refusedWith('not-found'),
  )
  await assert.rejects(
    perform(platform, step('confirm'), publicActor, { case: opened.no }),
    refusedWith('not-found'),
  )
})

test('a report without a place, or outside the city, says what to mend', async () => {
  const { lat: _, lon: __, ...nowhere } = lamp
  await assert.rejects(perform(platform, report, publicActor, nowhere), (error: Refused) =>
    Boolean(error.fields.place?.zh),
  )
  await assert.rejects(
    perform(platform, report, publicActor, { ...lamp, lat: 25.04, lon: 121.5 }),
    (error: Refused) => Boolean(error.fields.lat?.en),
  )
})

test('the same key gives the same case; for other input it is refused', async () => {
  const key = { idempotencyKey: 'a-key-of-sixteen-letters' }
  const first = await perform(platform, report, publicActor, lamp, key)
  const again = await perform(platform, report, publicActor, lamp, key)
  assert.equal(again.no, first.no)
  await assert.rejects(
    perform(platform, report, publicActor, { ...lamp, body: '別的' }, key),
    refusedWith('idempotency-key'),
  )
})
