import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { testCity } from '../../../../test/city.ts'
import { type Said, softwareKey } from '../../../../test/passkey.ts'
import { systemActor } from '../../../core/context.ts'
import { perform } from '../../../core/operation.ts'
import { levelOfProof } from '../../../kernel/identity/levels.ts'
import { handleOf } from '../../../kernel/identity/methods/passkey.ts'
import { prepare, prove } from '../../../kernel/identity/prove.ts'
import { endWay, listWays } from './operations.ts'
import { addPasskey } from './passkeys.ts'
import { sealPending } from './pending.ts'

const platform = await testCity({ origin: 'https://city.example' })
const site = platform.config.origin
const door = systemActor('test')

type Waits = { passkey: { options: { challenge: string; allowCredentials?: unknown[] } } }

async function enrolled(email: string, counter = 0) {
  const { id } = await citizenOf(platform, email, 'a long pass phrase')
  const key = softwareKey(site)
  const now = new Date()
  const challenge = Buffer.from(randomUUID()).toString('base64url')
  const pending = sealPending(platform.config, 'passkey', id, challenge, now)
  const given = { pending, answer: key.made(challenge, { counter }), label: '鑰匙圈' }
  await perform(platform, addPasskey, asCitizen(id), given)
  return { id, key }
}

async function challengeOf(attempt: string, account: string | null = null) {
  const given = { fields: {}, device: '', address: '127.0.0.1' }
  const asked = { attempt, account, methods: ['passkey'], given }
  return (await perform(platform, prepare, door, asked)) as Waits
}

const answer = (attempt: string, answer: string, account: string | null = null) =>
  perform(platform, prove, door, {
    ...{ attempt, account, method: 'passkey' },
    given: { fields: { answer }, device: 'd', address: '127.0.0.1' },
  })

/** A whole sign-in by a key, with what it says. */
async function use(key: ReturnType<typeof softwareKey>, said: Said = {}, now?: string | null) {
  const attempt = randomUUID()
  const { passkey } = await challengeOf(attempt, now ?? null)
  return answer(attempt, key.used(passkey.options.challenge, said), now)
}

test('a key that stays in its device signs its owner in at level 3, without a name', async () => {
  const { id, key } = await enrolled('key-bound@example.org')
  const outcome = await use(key, { handle: handleOf(id) })
  assert.ok('credential' in outcome)
  assert.equal(outcome.account, id)
  assert.equal(levelOfProof({ method: 'passkey', facts: outcome.facts }), 3)
})

test('an answer counts once, and in its own attempt only', async () => {
  const { key } = await enrolled('key-replay@example.org')
  const [mine, other] = [randomUUID(), randomUUID()]
  const { passkey } = await challengeOf(mine)
  await challengeOf(other)
  const given = key.used(passkey.options.challenge)
  assert.ok('refused' in (await answer(other, given)))
  assert.ok('credential' in (await answer(mine, given)))
  assert.ok('refused' in (await answer(mine, given)))
  assert.ok('refused' in (await answer(randomUUID(), given)))
})

test('a wrong answer uses the challenge up', async () => {
  const { key } = await enrolled('key-once@example.org')
  const attempt = randomUUID()
  const { challenge } = (await challengeOf(attempt)).passkey.options
  assert.ok('refused' in (await answer(attempt, softwareKey(site).used(challenge))))
  assert.ok('refused' in (await answer(attempt, key.used(challenge))))
})

test('an answer for another origin, another site or an unchecked user is refused', async () => {
  const { id, key } = await enrolled('key-origin@example.org')
  const bad: Said[] = [
    { origin: 'https://city.example.evil' },
    { rpId: 'evil.example' },
    { verified: false },
    { handle: handleOf(randomUUID()) },
  ]
  for (const said of bad) assert.ok('refused' in (await use(key, said)), JSON.stringify(said))
  assert.ok('credential' in (await use(key, { handle: handleOf(id) })))
})

test('someone else’s key does not raise a session', async () => {
  const mine = await enrolled('key-mine@example.org')
  const theirs = await enrolled('key-theirs@example.org')
  assert.ok('refused' in (await use(theirs.key, {}, mine.id)))
  assert.ok('credential' in (await use(mine.key, {}, mine.id)))
})

test('a counter that goes back rests the key for good, and its owner sees it', async () => {
  const { id, key } = await enrolled('key-counter@example.org', 5)
  assert.ok('credential' in (await use(key, { counter: 6 })))
  assert.ok('refused' in (await use(key, { counter: 6 })))
  assert.ok('refused' in (await use(key, { counter: 9 })))
  const ways = await perform(platform, listWays, asCitizen(id), {})
  assert.equal(ways.find(({ method }) => method === 'passkey')?.flagged, true)
})

test('a removed key opens nothing', async () => {
  const { id, key } = await enrolled('key-ended@example.org')
  const owner = asCitizen(id, 3)
  const ways = await perform(platform, listWays, owner, {})
  const held = ways.find(({ method }) => method === 'passkey')!
  await perform(platform, endWay, owner, { id: held.id })
  assert.ok('refused' in (await use(key)))
})

test('without a name the page tells no keys; with one, only its own', async () => {
  const { id } = await enrolled('key-list@example.org')
  const open = await challengeOf(randomUUID())
  assert.deepEqual(open.passkey.options.allowCredentials ?? [], [])
  const known = await challengeOf(randomUUID(), id)
  assert.equal(known.passkey.options.allowCredentials?.length, 1)
})

test('a key made for another challenge, site or account is not added, nor one twice', async () => {
  const { id } = await citizenOf(platform, 'key-add@example.org', 'a long pass phrase')
  const other = await citizenOf(platform, 'key-add-2@example.org', 'a long pass phrase')
  const key = softwareKey(site)
  const challenge = Buffer.from('a challenge of this page').toString('base64url')
  const pending = sealPending(platform.config, 'passkey', id, challenge, new Date())
  const add = (answer: string, who = id) =>
    perform(platform, addPasskey, asCitizen(who, 2), { pending, answer, label: '' })
  await assert.rejects(add(key.made(Buffer.from('another one').toString('base64url'))))
  await assert.rejects(add(key.made(challenge, { origin: 'https://evil.example' })))
  await assert.rejects(add(key.made(challenge, { verified: false })))
  await assert.rejects(add(key.made(challenge), other.id), { code: 'account.enrolment-expired' })
  await assert.rejects(add('not an answer'))
  await add(key.made(challenge))
  await assert.rejects(add(key.made(challenge)), { code: 'invalid' })
  const theirs = sealPending(platform.config, 'passkey', other.id, challenge, new Date())
  const given = { pending: theirs, answer: key.made(challenge), label: '' }
  await assert.rejects(perform(platform, addPasskey, asCitizen(other.id, 2), given), {
    code: 'invalid',
  })
})
