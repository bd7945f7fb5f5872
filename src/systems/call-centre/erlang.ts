/*
 * How many operators a line needs: Erlang's formulas for calls that arrive at random, wait as long
 * as they must, and are answered in turn (A. K. Erlang, 1917). `load` is in erlangs: calls that
 * come in a span times the mean time of handling one, over that span.
 */

/** The share of calls lost where nobody waits, 0-1. By recursion: no factorial grows too large. */
export function erlangB(load: number, agents: number): number {
  let lost = 1
  for (let n = 1; n <= agents; n++) lost = (load * lost) / (n + load * lost)
  return lost
}

/** The share of calls that must wait, 0-1; 1 where the load is not below the agents. */
export const erlangC = (load: number, agents: number): number =>
  waiting(load, agents, erlangB(load, agents))

function waiting(load: number, agents: number, lost: number): number {
  if (load <= 0) return 0
  if (load >= agents) return 1
  return (agents * lost) / (agents - load * (1 - lost))
}

/** Calls of one span, and the mean time from answer to the next call, both in seconds. */
export type Demand = {
  readonly calls: number
  readonly handleSeconds: number
  readonly spanSeconds: number
}

/** `share` of calls answered within `seconds`. */
export type Goal = { readonly seconds: number; readonly share: number }

/** Erlangs: how many conversations go on at once on average. */
export const loadOf = ({ calls, handleSeconds, spanSeconds }: Demand): number =>
  (calls * handleSeconds) / spanSeconds

/** The share of calls answered within `seconds` by so many agents, 0-1. */
export const serviceLevel = (demand: Demand, agents: number, seconds: number): number =>
  levelOf(demand, agents, seconds, erlangC(loadOf(demand), agents))

function levelOf(demand: Demand, agents: number, seconds: number, wait: number): number {
  const load = loadOf(demand)
  if (load <= 0) return 1
  if (load >= agents) return 0
  return 1 - wait * Math.exp((-(agents - load) * seconds) / demand.handleSeconds)
}

/** The fewest agents that reach the goal; none where nobody calls. One pass over the recursion. */
export function agentsFor(demand: Demand, goal: Goal): number {
  const load = loadOf(demand)
  if (load <= 0) return 0
  let lost = 1
  for (let n = 1; ; n++) {
    lost = (load * lost) / (n + load * lost)
    if (levelOf(demand, n, goal.seconds, waiting(load, n, lost)) >= goal.share) return n
  }
}
