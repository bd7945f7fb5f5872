import assert from 'node:assert/strict'
import { test } from 'node:test'
import { citizenOf } from '../../../../test/accounts.ts'
import { testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { perform } from '../../../core/operation.ts'
import { prove } from '../prove.ts'
import { networkOf, triedBy } from './password-tries.ts'

const platform = await testCity()
const start = new Date('2026-05-04T09:00:00+08:00')
const right = 'a long pass phrase'
const minute = 60_000
let attempts = 0

/** Whether a password signs in, from a browser and an address, some minutes after the start. */
async function tries(login: string, password: string, device: string, address: string, at = 0) {
  const given = { fields: { login, password }, device, address }
  const outcome = await perform(
    platform,
    prove,
    systemActor('test'),
    { attempt: `tries-${attempts++}`, account: null, method: 'password', given },
    { now: new Date(+start + at * minute) },
  )
  return 'credential' in outcome
}

const anew = () => `203.0.113.${attempts % 250}`

test('five failures rest an account for strangers for 15 minutes', async () => {
  const name = 'rest@example.org'
  await citizenOf(platform, name, right)
  for (let n = 0; n < 5; n++) assert.equal(await tries(name, 'wrong', `s${n}`, anew()), false)
  assert.equal(await tries(name, right, 'new', anew()), false)
  assert.equal(await tries(name, right, 'new', anew(), 14.9), false)
  assert.equal(await tries(name, right, 'new', anew(), 15.1), true)
})

test('a browser that signed in before is not hindered by failures from elsewhere', async () => {
  const name = 'known@example.org'
  await citizenOf(platform, name, right)
  assert.equal(await tries(name, right, 'mine', '198.51.100.7'), true)
  for (let n = 0; n < 70; n++) await tries(name, 'wrong', `s${n}`, '198.51.100.7')
  assert.equal(await tries(name, right, 'other', anew()), false)
  assert.equal(await tries(name, right, 'mine', '198.51.100.7'), true)
})

test('a known browser is no way to guess: its own five failures rest it', async () => {
  const name = 'stolen@example.org'
  await citizenOf(platform, name, right)
  assert.equal(await tries(name, right, 'laptop', anew()), true)
  for (let n = 0; n < 5; n++) await tries(name, 'wrong', 'laptop', anew())
  assert.equal(await tries(name, right, 'laptop', anew()), false)
  // Others are not hindered by it either.
  assert.equal(await tries(name, right, 'phone', anew()), true)
})

test('a browser known to one account is a stranger to another', async () => {
  const [mine, theirs] = ['mine@example.org', 'theirs@example.org']
  await citizenOf(platform, mine, right)
  await citizenOf(platform, theirs, right)
  assert.equal(await tries(mine, right, 'both', anew()), true)
  for (let n = 0; n < 5; n++) await tries(theirs, 'wrong', `s${n}`, anew())
  assert.equal(await tries(theirs, right, 'both', anew()), false)
})

test('who guesses all day from many addresses has some fifty tries', async () => {
  const name = 'crowd@example.org'
  await citizenOf(platform, name, right)
  const { database } = platform
  const failures = async () => {
    const found = await database.owner.query<{ most: number }>(
      'select coalesce(max(failures), 0)::int as most from identity.tries',
    )
    return found.rows[0]!.most
  }
  await database.owner.query('delete from identity.tries')
  // A try every five minutes for a day: 288 of them, each from an address and browser of its own.
  for (let at = 0; at < 24 * 60; at += 5) await tries(name, 'wrong', `c${at}`, anew(), at)
  const looked = await failures()
  assert.ok(looked >= 20 && looked <= 60, `${looked} were looked at`)
  assert.equal(await tries(name, right, 'late', anew(), 24 * 60), false)
})

test('many names from one network rest it, and names that do not exist rest too', async () => {
  await platform.database.owner.query('delete from identity.tries')
  const name = 'neighbour@example.org'
  await citizenOf(platform, name, right)
  for (let n = 0; n < 60; n++) await tries(`nobody${n}@example.org`, 'x', `n${n}`, '2001:db8::1')
  assert.equal(await tries(name, right, 'nb', '2001:db8::ffff'), false)
  assert.equal(await tries(name, right, 'nb', '2001:db8:1::1'), true)
  const given = { device: 'd', address: '192.0.2.1' }
  assert.equal(triedBy('a', null, given, false).length, triedBy('a', 'id', given, false).length)
})

test('addresses of one household are one network', () => {
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(networkOf('2001:db8:0:7::1'), networkOf('2001:db8::7:ffff:0:0:9'))
  assert.notEqual(networkOf('2001:db8:0:7::1'), networkOf('2001:db8:0:8::1'))
})
