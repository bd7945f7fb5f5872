import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { transact } from '../../../core/db.ts'
import { perform } from '../../../core/operation.ts'
import { prove } from '../../../kernel/identity/prove.ts'
import { listWays } from './operations.ts'
import { makeRecoveryCodes } from './recovery.ts'

const platform = await testCity()
let attempts = 0

const tryCode = (account: string, recovery: string) =>
  perform(platform, prove, systemActor('test'), {
    ...{ attempt: `recovery-${attempts++}`, account, method: 'recovery' },
    given: { fields: { recovery }, device: 'd', address: '127.0.0.1' },
  })

async function withCodes(email: string) {
  const { id } = await citizenOf(platform, email, 'a long pass phrase')
  const { codes } = await perform(platform, makeRecoveryCodes, asCitizen(id), {})
  return { id, codes }
}

test('ten codes, each different and each good once, however it is typed', async () => {
  const { id, codes } = await withCodes('codes-once@example.org')
  assert.equal(new Set(codes).size, 10)
  const typed = codes[0]!.toLowerCase().replace('-', ' ')
  assert.ok('credential' in (await tryCode(id, typed)))
  assert.ok('refused' in (await tryCode(id, codes[0]!)))
  const ways = await perform(platform, listWays, asCitizen(id), {})
  assert.equal(ways.find(({ method }) => method === 'recovery')?.left, 9)
})

test('of two requests with one code at the same time one is let through', async () => {
  const { id, codes } = await withCodes('codes-race@example.org')
  const all = await Promise.all([1, 2, 3].map(() => tryCode(id, codes[3]!)))
  assert.equal(all.filter((outcome) => 'credential' in outcome).length, 1)
})

test('a new set ends the old one, and an account’s codes are of no use to another', async () => {
  const { id, codes } = await withCodes('codes-new@example.org')
  const other = await withCodes('codes-other@example.org')
  await perform(platform, makeRecoveryCodes, asCitizen(id), {})
  assert.ok('refused' in (await tryCode(id, codes[0]!)))
  assert.ok('refused' in (await tryCode(id, other.codes[0]!)))
})

test('after five wrong codes a right one is refused as well', async () => {
  const { id, codes } = await withCodes('codes-tries@example.org')
  for (let n = 0; n < 5; n++) await tryCode(id, '22222-22222')
  assert.ok('refused' in (await tryCode(id, codes[0]!)))
})

test('no code is kept in the clear', async () => {
  const { id, codes } = await withCodes('codes-kept@example.org')
  const scope = { scope: 'city', person: '', agencies: [], secrets: [] } as const
  const kept = await transact(platform.database.app, scope, (db) =>
    sql<{ data: object }>`select data from identity.credential where account = ${id}`.execute(db),
  )
  const text = JSON.stringify(kept.rows)
  for (const code of codes) assert.ok(!text.includes(code) && !text.includes(code.slice(0, 5)))
})
