import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { staffOf, testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { rows } from '../../../core/db.ts'
import { operation, perform, read } from '../../../core/operation.ts'
import {
  identityLevelOf,
  keepLook,
  letCount,
  takesPlaceOf,
} from '../../../kernel/identity/proofing.ts'
import { codeMinutes, digitsOf } from './code.ts'
import {
  confirmLook,
  declineLook,
  findByCode,
  listWaitingLooks,
  ownProofings,
  recordLook,
  showCode,
} from './operations.ts'

const platform = await testCity()
const first = staffOf(platform, 'identity-desk-1')
const second = staffOf(platform, 'identity-desk-2')
const clerk = systemActor('test')
const start = new Date('2026-03-02T09:00:00+08:00')
const later = (minutes: number) => ({ now: new Date(+start + minutes * 60_000) })
const seen = { document: 'id-card', lastFour: '6789', same: true }

let made = 0
const citizen = async () =>
  asCitizen((await citizenOf(platform, `p${++made}@example.org`, 'a long pass phrase')).id)

/** A first look by an officer, at a minute. */
async function looked(who: ReturnType<typeof asCitizen>, officer = first, minute = 0) {
  const { code } = await perform(platform, showCode, who, {}, later(minute))
  const found = await perform(platform, findByCode, officer, { code }, later(minute + 1))
  assert.ok('name' in found)
  return perform(platform, recordLook, officer, { code, ...seen }, later(minute + 2))
}

const ownOf = (who: ReturnType<typeof asCitizen>) => perform(platform, ownProofings, who, {})

test('two officers who saw the document make it level 2, and its owner is told', async () => {
  const who = await citizen()
  const { id } = await looked(who)
  assert.equal((await ownOf(who)).level, 1, 'one look does not count')
  await perform(platform, confirmLook, second, { id }, later(5))
  const { level, proofings } = await ownOf(who)
  assert.equal(level, 2)
  assert.equal(proofings.length, 1)
  const [one] = proofings
  assert.deepEqual(one?.evidence, { document: 'id-card', lastFour: '6789' })
  assert.equal(one?.first_by, first.id)
  assert.equal(one?.second_by, second.id)
  assert.ok(!('subject' in one!))
  const { events, letters } = await read(platform, clerk, 'test', async (ctx) => ({
    events: await rows(
      ctx.db,
      sql<{ type: string; data: object }>`select type, data from core.event
        where record = ${who.id} order by seq`,
    ),
    letters: await rows(
      ctx.db,
      sql<{ subject: string }>`select subject from messages.message where about = ${who.id}`,
    ),
  }))
  const types = events.map(({ type }) => type)
  for (const type of ['looked', 'confirmed'])
    assert.equal(types.filter((each) => each === `identity.proofing-${type}`).length, 1)
  assert.ok(types.includes('identity.proofed'))
  assert.doesNotMatch(JSON.stringify(events), /6789|王小明/)
  assert.deepEqual(
    letters.map(({ subject }) => subject),
    ['您的身分已在服務台查驗'],
  )
})

test('the officer of the first look cannot make the second', async () => {
  const { id } = await looked(await citizen())
  const refusal = { code: 'identity.second-look' }
  await assert.rejects(perform(platform, confirmLook, first, { id }, later(3)), refusal)
  await assert.rejects(perform(platform, declineLook, first, { id }, later(3)), refusal)
  await perform(platform, confirmLook, second, { id }, later(4))
  await assert.rejects(perform(platform, confirmLook, second, { id }, later(5)), {
    code: 'not-found',
  })
})

test('of two who confirm at once, one does', async () => {
  const who = await citizen()
  const { id } = await looked(who)
  const tries = [0, 1, 2].map(() => perform(platform, confirmLook, second, { id }, later(3)))
  const done = await Promise.allSettled(tries)
  assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await ownOf(who)).proofings.length, 1)
})

test('nobody looks at their own account', async () => {
  const own = { ...first, level: 1 }
  const { code } = await perform(platform, showCode, own, {}, later(0))
  const found = await perform(platform, findByCode, first, { code }, later(0))
  assert.ok('refused' in found)
  await assert.rejects(perform(platform, recordLook, first, { code, ...seen }, later(0)), {
    code: 'identity.proofing-code',
  })
  const { id } = await looked(own as never, second)
  await assert.rejects(perform(platform, confirmLook, first, { id }, later(3)), {
    code: 'identity.second-look',
  })
})

test('another permission opens nothing of it', async () => {
  const { id } = await looked(await citizen())
  const other = staffOf(platform, 'supervisor-works')
  const refusal = { code: 'forbidden' }
  await assert.rejects(perform(platform, findByCode, other, { code: '12345678' }), refusal)
  await assert.rejects(perform(platform, recordLook, other, { code: '12345678', ...seen }), refusal)
  await assert.rejects(perform(platform, listWaitingLooks, other, {}), refusal)
  await assert.rejects(perform(platform, confirmLook, other, { id }), refusal)
  await assert.rejects(perform(platform, confirmLook, await citizen(), { id }), refusal)
})

test('a code counts for ten minutes, once, and for the officer who typed it first', async () => {
  const who = await citizen()
  const old = await perform(platform, showCode, who, {}, later(0))
  const find = (code: string, minute: number, officer = first) =>
    perform(platform, findByCode, officer, { code }, later(minute))
  assert.ok('refused' in (await find(old.code, codeMinutes)))
  const { code } = await perform(platform, showCode, who, {}, later(20))
  assert.ok('refused' in (await find(old.code, 21)), 'a new code ends the old one')
  assert.ok('name' in (await find(` ${code.slice(0, 4)} ${code.slice(4)}`, 21)))
  assert.ok('refused' in (await find(code, 22, second)))
  await assert.rejects(perform(platform, recordLook, second, { code, ...seen }, later(22)), {
    code: 'identity.proofing-code',
  })
  await perform(platform, recordLook, first, { code, ...seen }, later(35))
  await assert.rejects(perform(platform, recordLook, first, { code, ...seen }, later(36)), {
    code: 'identity.proofing-code',
  })
})

test('an officer who guesses must rest, and every miss is an event', async () => {
  const who = await citizen()
  const guesser = staffOf(platform, 'identity-desk-2')
  const { code } = await perform(platform, showCode, who, {}, later(100))
  for (let n = 0; n < 5; n++)
    await perform(platform, findByCode, guesser, { code: `0000000${n}` }, later(101))
  const found = await perform(platform, findByCode, guesser, { code }, later(102))
  assert.ok('refused' in found && /五次/.test(found.refused.zh))
  assert.ok('name' in (await perform(platform, findByCode, first, { code }, later(102))))
  const misses = await read(platform, clerk, 'test', (ctx) =>
    rows(
      ctx.db,
      sql`select 1 from core.event where record = ${guesser.id}
        and type = 'identity.proofing-not-found' and at >= ${later(101).now}`,
    ),
  )
  assert.equal(misses.length, 6)
})

test('only four characters of a number are taken, and only where the person agrees', async () => {
  const who = await citizen()
  const { code } = await perform(platform, showCode, who, {}, later(200))
  await perform(platform, findByCode, first, { code }, later(200))
  const record = (given: object) =>
    perform(platform, recordLook, first, { code, ...seen, ...given }, later(201))
  for (const lastFour of ['', '123', 'A123456789', '12 4', '１２３'])
    await assert.rejects(record({ lastFour }), { code: 'invalid' }, lastFour)
  await assert.rejects(record({ same: false }), { code: 'invalid' })
  await assert.rejects(record({ document: 'library-card' }), { code: 'invalid' })
  await record({ lastFour: ' ａ12b' })
  const [one] = (await ownOf(who)).proofings
  assert.deepEqual(one?.evidence, { document: 'id-card', lastFour: 'A12B' })
})

test('a declined look and one of yesterday count nothing and stay in the history', async () => {
  const who = await citizen()
  const declined = await looked(who, first, 300)
  await perform(platform, declineLook, second, { id: declined.id }, later(305))
  const late = await looked(who, first, 310)
  await assert.rejects(perform(platform, confirmLook, second, { id: late.id }, later(310 + 1450)), {
    code: 'not-found',
  })
  const again = await looked(who, first, 2000)
  await perform(platform, confirmLook, second, { id: again.id }, later(2005))
  const { level, proofings } = await ownOf(who)
  assert.equal(level, 2)
  assert.deepEqual(
    proofings.map(({ ended_why }) => ended_why),
    [null, 'late', 'declined'],
  )
})

const byCertificate = operation({
  name: 'test.proof-by-certificate',
  title: { zh: '測試', en: 'A test' },
  permission: 'test',
  input: Type.Object({ account: Type.String() }),
  run: async (ctx, { account }) => {
    const standing = { status: 'unknown' } as const
    const evidence = { chain: [], issuer: 'x', policy: '1', notAfter: '', standing }
    await letCount(ctx, await keepLook(ctx, { account, how: 'certificate', evidence }))
  },
})

test('a weaker check does not lower the level nor end the stronger one', async () => {
  const who = await citizen()
  await perform(platform, byCertificate, clerk, { account: who.id }, later(3000))
  const { id } = await looked(who, first, 3001)
  await perform(platform, confirmLook, second, { id }, later(3005))
  const { level, proofings } = await ownOf(who)
  assert.equal(level, 3)
  assert.deepEqual(
    proofings.map((one) => [one.how, one.ended_why]),
    [
      ['counter', null],
      ['certificate', null],
    ],
  )
})

test('a stronger check takes the place of a weaker one, which stays to be read', async () => {
  const who = await citizen()
  const { id } = await looked(who, first, 4000)
  await perform(platform, confirmLook, second, { id }, later(4005))
  await perform(platform, byCertificate, clerk, { account: who.id }, later(4010))
  const { level, proofings } = await ownOf(who)
  assert.equal(level, 3)
  assert.equal(proofings[1]?.ended_why, 'replaced')
  assert.equal(proofings[1]?.replaced_by, proofings[0]?.id)
})

const levels = fc.array(fc.constantFrom<2 | 3>(2, 3), { maxLength: 12 })

test('whatever is checked in whatever order, the level never sinks and is the strongest', () => {
  fc.assert(
    fc.property(levels, (all) => {
      let before = identityLevelOf([])
      let held: { level: 2 | 3 }[] = []
      for (const level of all) {
        held = [...held.filter((one) => !takesPlaceOf({ level }, one)), { level }]
        const now = identityLevelOf(held)
        assert.ok(now >= before)
        before = now
      }
      assert.equal(before, Math.max(1, ...all))
    }),
  )
})

test('a code is eight digits however it is typed, and nothing else is one', () => {
  assert.equal(digitsOf(' 1234-5678 '), '12345678')
  assert.equal(digitsOf('１２３４５６７８'), '12345678')
  for (const typed of ['', '1234567', '123456789', '1234567a']) assert.equal(digitsOf(typed), null)
})
