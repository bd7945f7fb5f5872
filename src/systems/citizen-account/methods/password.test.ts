import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { staffOf, testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { Refused } from '../../../core/errors.ts'
import { perform } from '../../../core/operation.ts'
import { prove } from '../../../kernel/identity/prove.ts'
import { demoPassword } from '../../../kernel/identity/seed.ts'
import { changePassword } from './password.ts'

const platform = await testCity()
const day = 24 * 60 * 60_000
let attempts = 0

const signsIn = async (login: string, password: string) => {
  const outcome = await perform(platform, prove, systemActor('test'), {
    ...{ attempt: `password-${attempts++}`, account: null, method: 'password' },
    given: { fields: { login, password }, device: `d${attempts}`, address: '127.0.0.1' },
  })
  return 'credential' in outcome
}

const change = (id: string, password: string, confirmedAt: Date | null = new Date()) =>
  perform(platform, changePassword, asCitizen(id, 1, confirmedAt), { password })

/** What is said beside the box. */
const saidOf = (password: string) => (error: unknown) =>
  error instanceof Refused && new RegExp(password).test(error.fields.password?.en ?? '')

test('the new password signs in and the old one does not', async () => {
  const { id } = await citizenOf(platform, 'change@example.org', 'a long pass phrase')
  await change(id, '港都的風很大 yes')
  assert.equal(await signsIn('change@example.org', 'a long pass phrase'), false)
  assert.equal(await signsIn('change@example.org', '港都的風很大 yes'), true)
})

test('a short one, a leaked one and the present one are refused with what to mend', async () => {
  const { id } = await citizenOf(platform, 'mend@example.org', 'a long pass phrase')
  await assert.rejects(change(id, 'short'), saidOf('3 more'))
  await assert.rejects(change(id, 'iloveyou1'), saidOf('leaked'))
  await assert.rejects(change(id, 'a long pass phrase'), saidOf('present one'))
  await assert.rejects(change(id, 'my mend is good'), saidOf('Leave your name'))
  assert.equal(await signsIn('mend@example.org', 'a long pass phrase'), true)
})

test('without a fresh confirmation nothing changes', async () => {
  const { id } = await citizenOf(platform, 'unconfirmed@example.org', 'a long pass phrase')
  const refused = { code: 'account.confirm' }
  await assert.rejects(change(id, 'another long phrase', null), refused)
  await assert.rejects(change(id, 'another long phrase', new Date(Date.now() - 601_000)), refused)
})

test('staff wait a day between changes, and their last three do not come again', async () => {
  const actor = { ...staffOf(platform, 'editor-1'), level: 1 }
  const start = Date.now()
  const at = (days: number, password: string) => {
    const now = new Date(start + days * day)
    return perform(platform, changePassword, { ...actor, confirmedAt: now }, { password }, { now })
  }
  await at(2, 'Bridges hum at 12')
  await assert.rejects(at(2.5, 'Bridges hum at 13'), { code: 'account.password-too-new' })
  await at(4, 'Bridges hum at 13')
  await at(6, 'Bridges hum at 14')
  await assert.rejects(at(8, 'Bridges hum at 12'), saidOf('last 3'))
  await at(8, 'Bridges hum at 15')
  // Four changes ago: it may come again.
  await at(10, 'Bridges hum at 12')
  assert.equal(await signsIn('editor-1', demoPassword), false)
  assert.equal(await signsIn('editor-1', 'Bridges hum at 12'), true)
})
