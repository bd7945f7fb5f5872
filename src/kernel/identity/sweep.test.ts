import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCity } from '../../../test/city.ts'
import { fillCity } from '../../../test/records.ts'
import { identityJobs } from './sessions.ts'

const platform = await testCity()
await fillCity(platform)

test('the sweep ends sessions and codes that ran out, and nothing before', async () => {
  const sweep = identityJobs.find(({ queue }) => queue === 'identity.sweep')!
  const left = async () => {
    const { rows } = await platform.database.owner.query<{ sessions: number; codes: number }>(
      `select (select count(*) from identity.session) as sessions,
        (select count(*) from identity.proofing_code) as codes`,
    )
    return rows[0]!
  }
  const before = await left()
  assert.ok(before.sessions > 0 && before.codes > 0)
  await sweep.run(platform, {})
  assert.deepEqual(await left(), before)
  const inTwoDays = new Date(Date.now() + 48 * 3_600_000)
  await sweep.run({ ...platform, now: () => inTwoDays }, {})
  assert.deepEqual(await left(), { sessions: 0, codes: 0 })
})
