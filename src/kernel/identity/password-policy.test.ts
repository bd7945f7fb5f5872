import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { breachedFile, isBreached, writeBreached } from './breached.ts'
import { formFault, isExpired, isTooNew, type PasswordPolicy } from './password-policy.ts'

const policy: PasswordPolicy = {
  ...{ minLength: 12, classes: 3, maxAgeDays: 180, minAgeDays: 1, history: 3 },
}
const day = 24 * 60 * 60_000

test('one character too few is always told, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 11 }), (text) => {
      if ([...text.normalize('NFC')].length < 12) assert.ok(formFault(policy, text, []))
    }),
  )
})

test('kinds of characters count as the policy says, and Han characters are one of them', () => {
  assert.match(formFault(policy, 'abcdefghijkl', [])!.en, /at least 3 of/)
  assert.match(formFault(policy, 'abcdefghijk1', [])!.en, /at least 3 of/)
  assert.equal(formFault(policy, 'abcdefghij 1', []), null)
  assert.equal(formFault(policy, 'Abcdefghij今天', []), null)
  assert.equal(formFault({ ...policy, classes: 0 }, 'abcdefghijkl', []), null)
})

test('a password of few characters, and one with the own name in it, is not taken', () => {
  const easy = { ...policy, classes: 0 }
  assert.ok(formFault(easy, 'abababababab', []))
  assert.ok(formFault(easy, 'xy officer-maintenance', ['officer-maintenance']))
  assert.ok(formFault(easy, 'OFFICER-maintenance!', ['officer-maintenance']))
  // A name of two letters is in many words.
  assert.equal(formFault(easy, 'correct horse battery', ['or']), null)
})

test('a password is too old after its days and too new before them, and never both', () => {
  const since = new Date('2026-01-01T00:00:00Z')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * day }), (age) => {
      const now = new Date(+since + age)
      assert.equal(isExpired(policy, since, now), age > 180 * day)
      assert.equal(isTooNew(policy, since, now), age < day)
    }),
  )
  assert.equal(
    isExpired({ ...policy, maxAgeDays: null }, since, new Date(+since + 9e3 * day)),
    false,
  )
})

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

test('an operator’s list is found again to the last line, and nothing beside it', async () => {
  const config = { TAKAO_DATA: mkdtempSync(join(tmpdir(), 'takao-breached-')) }
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string(), { maxLength: 60 }), async (words) => {
      const lines = words.map((word) => `${sha1(word).toUpperCase()}:3`).sort()
      assert.equal(await writeBreached(Readable.from(lines), breachedFile(config)), words.length)
      for (const word of words) assert.equal(await isBreached(config, word), true)
      assert.equal(await isBreached(config, `${words.join('')} and so much more`), false)
    }),
    { numRuns: 30 },
  )
})

test('a list that is out of order or no list is refused', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'takao-breached-')), 'list')
  const refused = (lines: string[]) => assert.rejects(writeBreached(Readable.from(lines), file))
  await refused([sha1('a'), sha1('a')])
  await refused([sha1('a'), sha1('b')].sort().reverse())
  await refused(['password'])
})

test('without an operator’s list the common passwords are known, in any case', async () => {
  const config = { TAKAO_DATA: mkdtempSync(join(tmpdir(), 'takao-breached-')) }
  assert.equal(await isBreached(config, 'password1234'), true)
  assert.equal(await isBreached(config, 'Password1234'), true)
  assert.equal(await isBreached(config, 'the bridge hums at noon'), false)
  writeFileSync(breachedFile(config), '')
  assert.equal(await isBreached(config, 'the bridge hums at noon'), false)
})
