import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { testCity } from '../../../test/city.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { taipei } from '../../core/format.ts'
import { perform } from '../../core/operation.ts'
import { petition } from '../../systems/petitions/operations.ts'
import { closeOffices } from '../calendar/store.ts'
import { recomputeJobs } from './sweep.ts'

const platform = await testCity()
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

test('a typhoon day moves the due date of an open case, and is an event of it', async () => {
  // Monday 2020-09-07: the one working day for acceptance ends with Tuesday the 8th.
  const monday = new Date(+taipei('2020-09-07') + 10 * 3_600_000)
  const words = {
    subject: '公車誤點的事',
    body: '等了一個小時',
    name: '王小明',
    phone: '07-0000000',
  }
  const filed = await perform(
    platform,
    petition,
    publicActor,
    { item: 'transport', ...words },
    { now: monday },
  )
  const due = () =>
    transact(platform.database.app, everything, (db) =>
      one(
        db,
        sql<{ due: Date }>`select due from cases.clock
          where case_id = ${filed.id} and kind = 'ack'`,
      ),
    )
  assert.equal(+(await due()).due, +taipei('2020-09-09'))
  const closure = { date: '2020-09-08', reasonZh: '颱風停班', reasonEn: 'typhoon' }
  const { revision } = await perform(platform, closeOffices, systemActor('test'), closure)
  await recomputeJobs[0]!.run(platform, { revision })
  assert.equal(+(await due()).due, +taipei('2020-09-10'))
  const events = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ type: string }>`select type from core.event where record = ${filed.id} order by seq`,
    ),
  )
  assert.deepEqual(
    events.map(({ type }) => type),
    ['petitions.opened', 'petitions.clock-recomputed'],
  )
  // A second run finds nothing left to move.
  await recomputeJobs[0]!.run(platform, { revision })
  assert.equal(+(await due()).due, +taipei('2020-09-10'))
})
