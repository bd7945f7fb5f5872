import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { agentsFor, type Demand, erlangB, erlangC, loadOf, serviceLevel } from './erlang.ts'

/** The formula as it stands in books: a sum of powers over factorials, exact for small numbers. */
function byTheBook(load: number, agents: number): number {
  let term = 1
  let sum = 0
  for (let k = 0; k < agents; k++) {
    sum += term
    term = (term * load) / (k + 1)
  }
  const queued = (term * agents) / (agents - load)
  return queued / (sum + queued)
}

test('one erlang and two agents: every third call waits', () => {
  assert.ok(Math.abs(erlangC(1, 2) - 1 / 3) < 1e-12)
  assert.ok(Math.abs(erlangB(1, 2) - 1 / 5) < 1e-12)
})

test('a worked example: 100 calls of 3 minutes in half an hour', () => {
  const demand: Demand = { calls: 100, handleSeconds: 180, spanSeconds: 1800 }
  assert.equal(loadOf(demand), 10)
  assert.equal(erlangC(10, 11).toFixed(4), '0.6821')
  assert.equal(erlangC(10, 14).toFixed(4), '0.1741')
  assert.equal((100 * serviceLevel(demand, 14, 20)).toFixed(1), '88.8')
  assert.equal(agentsFor(demand, { seconds: 20, share: 0.8 }), 14)
})

const load = fc.double({ min: 0.01, max: 60, noNaN: true })
const demand = fc.record({
  calls: fc.double({ min: 0.01, max: 400, noNaN: true }),
  handleSeconds: fc.double({ min: 10, max: 1200, noNaN: true }),
  spanSeconds: fc.constant(1800),
})
const goal = fc.record({
  seconds: fc.integer({ min: 0, max: 120 }),
  share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
})

test('the recursion agrees with the formula of the books', () => {
  fc.assert(
    fc.property(load, fc.integer({ min: 1, max: 30 }), (erlangs, more) => {
      const agents = Math.floor(erlangs) + more
      const expected = byTheBook(erlangs, agents)
      assert.ok(Math.abs(erlangC(erlangs, agents) - expected) <= 1e-9 * Math.max(1, expected))
    }),
  )
})

test('with one agent more nobody waits longer', () => {
  fc.assert(
    fc.property(demand, fc.integer({ min: 0, max: 200 }), goal, (given, agents, { seconds }) => {
      const erlangs = loadOf(given)
      assert.ok(erlangC(erlangs, agents + 1) <= erlangC(erlangs, agents) + 1e-12)
      const [few, more] = [agents, agents + 1].map((n) => serviceLevel(given, n, seconds))
      assert.ok(more! >= few! - 1e-12)
    }),
  )
})

test('the agents for a goal reach it, and one fewer does not', () => {
  fc.assert(
    fc.property(demand, goal, (given, wanted) => {
      const agents = agentsFor(given, wanted)
      assert.ok(agents > loadOf(given))
      assert.ok(serviceLevel(given, agents, wanted.seconds) >= wanted.share)
      assert.ok(serviceLevel(given, agents - 1, wanted.seconds) < wanted.share)
    }),
  )
})

test('more calls never need fewer agents', () => {
  fc.assert(
    fc.property(demand, goal, fc.double({ min: 1, max: 3, noNaN: true }), (given, wanted, by) => {
      const busier = { ...given, calls: given.calls * by }
      assert.ok(agentsFor(busier, wanted) >= agentsFor(given, wanted))
    }),
  )
})

test('a load of twenty thousand erlangs stays a number', () => {
  const given = { calls: 200_000, handleSeconds: 180, spanSeconds: 1800 }
  const agents = agentsFor(given, { seconds: 20, share: 0.8 })
  assert.ok(agents > 20_000 && agents < 20_400, `${agents}`)
  const wait = erlangC(loadOf(given), agents)
  assert.ok(wait > 0 && wait < 1)
})

test('where nobody calls nobody is needed', () => {
  const none = { calls: 0, handleSeconds: 0, spanSeconds: 1800 }
  assert.equal(agentsFor(none, { seconds: 20, share: 0.8 }), 0)
  assert.equal(serviceLevel(none, 0, 20), 1)
})
