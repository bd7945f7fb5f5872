import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret, TOTP } from 'otpauth'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { perform } from '../../../core/operation.ts'
import { newTotpSecret, stepOf } from '../../../kernel/identity/methods/totp.ts'
import { prove } from '../../../kernel/identity/prove.ts'
import { addTotp, endWay, listWays } from './operations.ts'
import { sealPending } from './pending.ts'

const platform = await testCity()
const start = new Date('2026-05-04T09:00:10+08:00')
const later = (seconds: number) => new Date(+start + seconds * 1000)
const code = (secret: string, at: Date) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: +at })

async function enrolled(email: string) {
  const { id } = await citizenOf(platform, email, 'a long pass phrase')
  const secret = newTotpSecret()
  const pending = sealPending(platform.config, 'totp', id, secret, start)
  const given = { pending, code: code(secret, start), label: '我的手機' }
  await perform(platform, addTotp, asCitizen(id, 1, start), given, { now: start })
  return { id, secret }
}

const tryCode = (account: string, given: string, now: Date, attempt = `${account}.${+now}`) =>
  perform(
    platform,
    prove,
    systemActor('test'),
    {
      attempt,
      account,
      method: 'totp',
      given: { fields: { code: given }, device: 'd', address: '127.0.0.1' },
    },
    { now },
  )

test('a code counts in its own step, the one before and the one after, and in no other', () => {
  const secret = newTotpSecret()
  fc.assert(
    fc.property(fc.integer({ min: -200, max: 200 }), (off) => {
      const near = Math.abs(Math.floor((10 + off) / 30)) <= 1
      assert.equal(stepOf(secret, code(secret, later(off)), start) !== null, near)
    }),
  )
})

test('an account with an app proves a code, and the same code proves nothing again', async () => {
  const { id, secret } = await enrolled('totp-replay@example.org')
  const now = later(60)
  const right = code(secret, now)
  assert.ok('credential' in (await tryCode(id, right, now)))
  assert.ok('refused' in (await tryCode(id, right, later(61))))
  assert.ok('refused' in (await tryCode(id, code(secret, start), later(29))))
})

test('of two requests with one code at the same time one is let through', async () => {
  const { id, secret } = await enrolled('totp-race@example.org')
  const now = later(90)
  const right = code(secret, now)
  const all = await Promise.all([1, 2, 3, 4].map((n) => tryCode(id, right, now, `race-${n}`)))
  assert.equal(all.filter((outcome) => 'credential' in outcome).length, 1)
})

test('after five wrong codes the right one is refused for a quarter of an hour', async () => {
  const { id, secret } = await enrolled('totp-tries@example.org')
  const now = later(120)
  const wrong = code(secret, now) === '000000' ? '111111' : '000000'
  for (let n = 0; n < 5; n++) await tryCode(id, wrong, now, `wrong-${n}`)
  assert.ok('refused' in (await tryCode(id, code(secret, now), now)))
  const rested = later(120 + 16 * 60)
  assert.ok('credential' in (await tryCode(id, code(secret, rested), rested)))
})

test('another account’s code, and a code with nobody known, prove nothing', async () => {
  const mine = await enrolled('totp-mine@example.org')
  const theirs = await enrolled('totp-theirs@example.org')
  const now = later(150)
  assert.ok('refused' in (await tryCode(mine.id, code(theirs.secret, now), now)))
  const nobody = {
    ...{ attempt: 'nobody', method: 'totp' },
    given: { fields: { code: code(mine.secret, now) }, device: 'd', address: '127.0.0.1' },
  }
  const outcome = await perform(platform, prove, systemActor('test'), nobody, { now })
  assert.ok('refused' in outcome)
})

test('an enrolment is for its own account, and needs a fresh confirmation', async () => {
  const { id } = await citizenOf(platform, 'totp-enrol@example.org', 'a long pass phrase')
  const other = await citizenOf(platform, 'totp-other@example.org', 'a long pass phrase')
  const secret = newTotpSecret()
  const given = {
    pending: sealPending(platform.config, 'totp', other.id, secret, start),
    code: code(secret, start),
    label: '',
  }
  const manner = { now: start }
  const add = (actor: Parameters<typeof perform>[2]) =>
    perform(platform, addTotp, actor, given, manner)
  await assert.rejects(add(asCitizen(id, 1, start)), { code: 'account.enrolment-expired' })
  await assert.rejects(add(asCitizen(other.id, 1, null)), { code: 'account.confirm' })
  await assert.rejects(add(asCitizen(other.id, 1, later(-601))), { code: 'account.confirm' })
  await add(asCitizen(other.id, 1, start))
  // From now on a password alone is too little to change anything.
  await assert.rejects(add(asCitizen(other.id, 1, start)), { code: 'account.confirm' })
})

test('a removed app proves nothing, and the last way in cannot be removed', async () => {
  const { id, secret } = await enrolled('totp-end@example.org')
  const owner = asCitizen(id, 2, start)
  const ways = await perform(platform, listWays, owner, {})
  const app = ways.find(({ method }) => method === 'totp')!
  const password = ways.find(({ method }) => method === 'password')!
  const end = (actor: typeof owner, way: string) =>
    perform(platform, endWay, actor, { id: way }, { now: start })
  const { id: stranger } = await citizenOf(platform, 'totp-else@example.org', 'a pass phrase')
  await assert.rejects(end(asCitizen(stranger, 2, start), app.id), { code: 'not-found' })
  await assert.rejects(end(owner, password.id), { code: 'account.last-way' })
  await end(owner, app.id)
  const now = later(180)
  assert.ok('refused' in (await tryCode(id, code(secret, now), now)))
})
