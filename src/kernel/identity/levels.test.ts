import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  acrOf,
  amrOf,
  counting,
  levelOf,
  levelOfAcr,
  type Method,
  methodNames,
  type Proof,
  type Requirement,
  raised,
  unmet,
} from './levels.ts'

const now = new Date('2020-10-01T00:00:00Z')
const proof = (method: Method, facts = {}, at = now): Proof => ({
  method,
  credential: method,
  at,
  facts,
})

const anyProof = fc
  .record({
    method: fc.constantFrom(...(Object.keys(methodNames) as Method[])),
    facts: fc.record({ bound: fc.boolean(), verified: fc.boolean(), fresh: fc.boolean() }),
    age: fc.integer({ min: 0, max: 100_000 }),
  })
  .map(({ method, facts, age }) => proof(method, facts, new Date(+now - age * 1000)))

const requirement: Requirement = { level: 1, identity: 1, maxAge: null, methods: null }

test('each method has the level that the rule gives it', () => {
  assert.equal(levelOf([]), 0)
  assert.equal(levelOf([proof('password')]), 1)
  assert.equal(levelOf([proof('line')]), 1)
  assert.equal(levelOf([proof('totp')]), 0)
  assert.equal(levelOf([proof('password'), proof('totp')]), 2)
  assert.equal(levelOf([proof('google'), proof('recovery')]), 2)
  assert.equal(levelOf([proof('password'), proof('line')]), 1)
  assert.equal(levelOf([proof('device', { verified: true })]), 2)
  assert.equal(levelOf([proof('passkey', { verified: true })]), 2)
  assert.equal(levelOf([proof('passkey', { verified: true, bound: true })]), 3)
  assert.equal(levelOf([proof('passkey', { bound: true })]), 1)
  assert.equal(levelOf([proof('certificate', { fresh: true })]), 4)
  assert.equal(levelOf([proof('certificate')]), 2)
})

test('another proof never lowers the level', () => {
  fc.assert(
    fc.property(fc.array(anyProof), anyProof, (proofs, more) => {
      assert.ok(levelOf([...proofs, more]) >= levelOf(proofs))
    }),
  )
})

test('a request only ever raises what a system requires', () => {
  const held = fc.record({
    level: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
    identity: fc.constantFrom(1 as const, 2 as const, 3 as const),
    maxAge: fc.option(fc.integer({ min: 0, max: 90_000 })),
    methods: fc.constant(null),
  })
  const asked = fc.record({
    level: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const, 4 as const),
    maxAge: fc.integer({ min: 0, max: 90_000 }),
  })
  fc.assert(
    fc.property(held, asked, fc.array(anyProof), (needs, wishes, proofs) => {
      const more = raised(needs, wishes)
      if (unmet(more, proofs, 3, now) === null) assert.equal(unmet(needs, proofs, 3, now), null)
    }),
  )
})

test('old proofs and methods that are not allowed do not count', () => {
  const old = proof('certificate', { fresh: true }, new Date(+now - 3600_000))
  assert.equal(counting([old], { ...requirement, maxAge: 3600 }, now).length, 1)
  assert.equal(counting([old], { ...requirement, maxAge: 3599 }, now).length, 0)
  assert.equal(
    unmet({ ...requirement, methods: ['certificate'] }, [proof('password')], 3, now),
    'level',
  )
  assert.equal(unmet({ ...requirement, identity: 2 }, [proof('password')], 1, now), 'identity')
})

test('acr values name the four levels in their order, and amr what was done', () => {
  assert.deepEqual(
    ([1, 2, 3, 4] as const).map((level) => levelOfAcr(acrOf(level))),
    [1, 2, 3, 4],
  )
  assert.equal(levelOfAcr('gold'), 0)
  assert.deepEqual(amrOf([proof('password'), proof('totp')]), ['pwd', 'otp', 'mfa'])
  assert.deepEqual(amrOf([proof('passkey', { bound: true, verified: true })]), ['hwk', 'user'])
})
