import { Refused } from '../../core/errors.ts'
import type { NewEvent } from '../../core/event.ts'
import {
  type Clock,
  countSince,
  extendClock,
  pauseClock,
  resumeClock,
  reviveClock,
  startClock,
  stopClock,
} from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import type { CaseType, ClockChange, StepBy, Transition } from './define.ts'
import { type CaseFile, type CaseRow, nextDue, type Statement } from './file.ts'

export type StepInput = {
  readonly statement?: string
  readonly note?: string
  /** Addresses of kept files, already checked. */
  readonly photos?: readonly string[]
}

/** Takes one step. Refuses when the state forbids it or the transition does. Pure. */
export function advance(
  type: CaseType,
  file: CaseFile,
  name: string,
  input: StepInput,
  by: StepBy,
): CaseFile {
  const { now, calendar } = by
  const step = type.transitions[name]
  if (!step) throw new Error(`${type.kind} has no transition ${name}`)
  if (!isPossible(type, file.row.state, step)) throw wrongState(type, file.row.state, step)
  const refused = step.refuse?.(file, input as never, by)
  if (refused) throw refused
  const seq = file.seq + 1
  const to = typeof step.to === 'function' ? step.to(file, input as never) : step.to
  const state = to ?? file.row.state
  const open = type.states[state]!.open
  const changes = step.clocks?.(file, input as never) ?? []
  const clocks = changes.reduce<readonly Clock[]>(
    (all, change) => changeClocks(all, change, calendar, now),
    open ? file.clocks : file.clocks.map((clock) => stopClock(calendar, clock, now)),
  )
  const patch = step.patch?.(file, input as never, by)
  const moved = patch?.agency !== undefined && patch.agency !== file.row.agency
  const row: CaseRow = {
    ...file.row,
    ...(moved && { assigned_at: now, visited_at: null }),
    ...patch,
    state,
    open,
    closed_at: open ? null : (file.row.closed_at ?? now),
    next_due: nextDue(clocks),
  }
  return { ...file, row, clocks, seq, added: additions(type, file, name, input, row, seq, now) }
}

function additions(
  type: CaseType,
  file: CaseFile,
  name: string,
  input: StepInput,
  row: CaseRow,
  seq: number,
  now: Date,
): CaseFile['added'] {
  const step = type.transitions[name]!
  const photos = input.photos ?? []
  const words = [input.statement ?? null, input.note ?? null]
  const event: NewEvent = {
    record: row.id,
    type: `${type.kind}.${name}`,
    agency: row.agency,
    data: {
      ...step.data?.(input as never),
      ...(row.state !== file.row.state && { state: row.state }),
      ...(row.agency !== file.row.agency && { from: file.row.agency, agency: row.agency }),
      ...(photos.length > 0 && { photos: [...photos] }),
    },
    ...(words.some((text) => text !== null) && { personal: words }),
  }
  const change = step.register?.(input as never)
  const line = change && 'item' in change ? [nextLine(row, change, now)] : []
  return {
    events: [...file.added.events, event],
    statements: [...file.added.statements, ...statementsOf(input, seq)],
    attachments: [
      ...file.added.attachments,
      ...photos.map((sha256) => ({ seq, sha256, purpose: 'proof' as const })),
    ],
    register: [...file.added.register, ...line],
    grams: file.added.grams,
    endsRegister: change ? ('end' in change ? change.end : change.reason) : file.added.endsRegister,
  }
}

/** A corrected line; `store.ts` gives it the version after the one that it ends. */
const nextLine = (row: CaseRow, change: { item: string; reason: string }, now: Date) => ({
  version: 0,
  item: change.item,
  agency: row.agency,
  recorded_from: now,
  recorded_to: null,
  reason: null,
})

function statementsOf(input: StepInput, seq: number): Statement[] {
  const said: Statement[] = []
  if (input.statement) said.push({ seq, audience: 'reporter', text: input.statement })
  if (input.note) said.push({ seq, audience: 'staff', text: input.note })
  return said
}

/** Whether a step can be taken from a state. */
export function isPossible(type: CaseType, state: string, step: Transition): boolean {
  if (step.from === 'any') return true
  if (step.from === 'open') return type.states[state]?.open === true
  return step.from.includes(state)
}

function changeClocks(
  clocks: readonly Clock[],
  change: ClockChange,
  calendar: OfficeCalendar,
  now: Date,
): readonly Clock[] {
  if ('start' in change) {
    const others = clocks.filter((clock) => clock.kind !== change.start.kind)
    return [...others, startClock(calendar, change.start, now)]
  }
  return clocks.map((clock) => {
    if ('stop' in change)
      return clock.kind === change.stop ? stopClock(calendar, clock, now) : clock
    if ('revive' in change)
      return change.revive.includes(clock.kind) ? reviveClock(calendar, clock) : clock
    if (clock.stoppedAt) return clock
    if ('since' in change) return countSince(calendar, clock, change.since)
    if ('pause' in change) return pauseClock(calendar, clock, now)
    if ('resume' in change) return resumeClock(calendar, clock, now)
    return clock.kind === change.extend ? extendClock(calendar, clock, change.by, now) : clock
  })
}

function wrongState(type: CaseType, state: string, step: Transition): Refused {
  const now = type.states[state]?.title ?? { zh: state, en: state }
  return new Refused('case.wrong-state', 409, {
    zh: `案件目前是「${now.zh}」，不能「${step.title.zh}」。請重新整理後再看一次。`,
    en: `The case is “${now.en}”, so “${step.title.en}” is not possible. Reload and look again.`,
  })
}
