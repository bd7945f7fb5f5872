import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCity } from '../../../../test/city.ts'
import { clearCertificates, makeChallenge, takeChallenge } from './challenge.ts'

const platform = await testCity()
const now = new Date('2021-03-04T05:06:07Z')
const later = (minutes: number) => new Date(+now + minutes * 60_000)
const at = (when: Date) => ({ db: platform.database.app, now: when, config: platform.config })
const mine = { purpose: 'sign-in', session: 'a' }
const refusal = { code: 'certificate.challenge' }

test('a challenge names the city and its purpose, and none is like another', async () => {
  const [one, two] = [await makeChallenge(at(now), mine), await makeChallenge(at(now), mine)]
  assert.match(one.text, /^http\S+ sign-in [\w-]{43}$/)
  assert.notEqual(one.text, two.text)
})

test('a challenge is used once', async () => {
  const { id, text } = await makeChallenge(at(now), mine)
  assert.equal(await takeChallenge(at(later(4)), id, mine), text)
  await assert.rejects(takeChallenge(at(later(4)), id, mine), refusal)
})

test('of eight that use one challenge at once, one may', async () => {
  const { id } = await makeChallenge(at(now), mine)
  const tries = Array.from({ length: 8 }, () => takeChallenge(at(now), id, mine))
  const done = await Promise.allSettled(tries)
  assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a challenge of another session or purpose, or after five minutes, is refused', async () => {
  const { id } = await makeChallenge(at(now), mine)
  await assert.rejects(takeChallenge(at(now), id, { ...mine, session: 'b' }), refusal)
  await assert.rejects(takeChallenge(at(now), id, { ...mine, purpose: 'bind' }), refusal)
  await assert.rejects(takeChallenge(at(later(5)), id, mine), refusal)
  await assert.rejects(takeChallenge(at(now), 'nonsense', mine), refusal)
  assert.ok(await takeChallenge(at(now), id, mine))
})

test('what ran out is cleared', async () => {
  const { id } = await makeChallenge(at(now), mine)
  await clearCertificates(platform.database.app, later(6))
  await assert.rejects(takeChallenge(at(now), id, mine), refusal)
})
