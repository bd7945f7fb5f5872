import type { Static, TObject, TProperties } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import type { Refused } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'
import type { ClockPolicy } from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import type { Question } from '../forms/answers.ts'
import type { CaseFile, CaseRow } from './file.ts'
import type { PriorityRule } from './priority.ts'

/** A change to the clocks of a case, made by a transition. */
export type ClockChange =
  | { readonly start: ClockPolicy }
  | { readonly stop: string }
  | { readonly pause: true }
  | { readonly resume: true }
  | { readonly extend: string; readonly by: number }
  /** Counts as if begun then: a merged case brings its earlier receipt with it. */
  | { readonly since: Date }
  /** Takes a stop back: the clock ran all the time. */
  | { readonly revive: readonly string[] }

/** Names for sentences: agencies by id, items by code. */
export type Names = {
  readonly agency: (id: string) => Text
  readonly item: (code: string) => Text
}

/** Who takes a step, when, and what the rules of the city need. */
export type StepBy = {
  readonly now: Date
  readonly actor: string
  readonly calendar: OfficeCalendar
  readonly city: City
}

/**
 * One step of a case. `input` may hold these, which the kernel keeps by itself: `statement` (words
 * to the reporter), `note` (words among staff), `photos` (upload tokens, kept as proof). Words
 * never
 * enter the chain; `data` names what does.
 */
export type Transition<P extends TProperties = TProperties> = {
  readonly title: Text
  readonly hint?: Text
  readonly from: readonly string[] | 'open' | 'any'
  /** The next state; absent when the state stays. */
  readonly to?: string | ((file: CaseFile, input: Static<TObject<P>>) => string)
  /**
   * A permission, `reporter` for who holds the follow-up code, `outside` for a body outside the
   * city with its code, `system` for jobs and other steps.
   */
  readonly by: string
  readonly input: TObject<P>
  /** Whether its form is worth showing; the step itself still refuses what it must. */
  readonly when?: (row: CaseRow) => boolean
  /** An agency that was only asked for its view may take it, too. */
  readonly joint?: true
  readonly refuse?: (file: CaseFile, input: Static<TObject<P>>, by: StepBy) => Refused | undefined
  readonly patch?: (file: CaseFile, input: Static<TObject<P>>, by: StepBy) => Partial<CaseRow>
  readonly clocks?: (file: CaseFile, input: Static<TObject<P>>) => readonly ClockChange[]
  readonly data?: (input: Static<TObject<P>>) => { readonly [key: string]: Json }
  /** What the register does: its line ends, or a new version of it begins. */
  readonly register?: (
    input: Static<TObject<P>>,
  ) => { readonly end: string } | { readonly item: string; readonly reason: string }
  /** The message to the reporter, sent only when there is an address. */
  readonly tell?: (file: CaseFile, input: Static<TObject<P>>) => { subject: Text; body: Text }
  /** The line in the timeline. `data` is the event's. */
  readonly sentence: (data: Readonly<Record<string, Json>>, names: Names) => Text
  readonly effect?: (
    ctx: Ctx,
    file: CaseFile,
    input: Static<TObject<P>>,
    type: CaseType,
  ) => Promise<void>
  /** Among staff: neither told to the reporter nor in the reporter's timeline. */
  readonly internal?: true
  /** The likeliest next step: its button leads. */
  readonly primary?: true
}

/** Declares a transition; keeps the input's type for its functions. */
export const transition = <P extends TProperties>(t: Transition<P>): Transition => t as never

export type State = {
  readonly title: Text
  readonly open: boolean
  /** What the reporter should know while the case is here. */
  readonly means: Text
}

/** A kind of case: its states, its steps and whose it is. */
export type CaseType = {
  readonly kind: string
  readonly title: Text
  /** First letter of its numbers. */
  readonly prefix: string
  readonly states: Readonly<Record<string, State>>
  readonly transitions: Readonly<Record<string, Transition>>
  /** The permission that opens its inbox and case pages. */
  readonly readBy: string
  /** Whether anyone may see that such a case exists, on the map and in lists, without words. */
  readonly public: boolean
  readonly items: (city: City) => readonly CaseItem[]
  readonly opened: (names: Names, data: Readonly<Record<string, Json>>) => Text
}

/** What routing looks at. */
export type Where = {
  readonly district: string | null
  readonly answers: { readonly [key: string]: Json }
}

/** What a case can be about. */
export type CaseItem = {
  readonly code: string
  readonly name: Text
  readonly group: Text
  readonly clocks: readonly ClockPolicy[]
  /** The agency by place and by the answers to its questions. */
  readonly agency: (where: Where) => string
  /** Within what distance and time another open report may be the same. */
  readonly duplicate?: { readonly radiusMetres: number; readonly days: number }
  /** How pressing a new case of it is; normal where the pack says nothing. */
  readonly priority?: PriorityRule
  /** Its further questions, whose answers a case carries by their codes. */
  readonly questions?: readonly Question[]
}

/** The item of a code, or undefined. */
export const itemOf = (type: CaseType, city: City, code: string): CaseItem | undefined =>
  type.items(city).find((item) => item.code === code)

const clockNames: Readonly<Record<string, Text>> = {
  ack: { zh: '收案', en: 'accept' },
  reply: { zh: '答覆', en: 'reply' },
  respond: { zh: '到場', en: 'respond' },
  repair: { zh: '修復', en: 'repair' },
  inspect: { zh: '查驗', en: 'inspect' },
  decide: { zh: '裁示', en: 'decide' },
  joint: { zh: '會辦', en: 'joint view' },
}

/** What a clock measures, in words. */
export const clockTitle = (kind: string): Text => clockNames[kind] ?? { zh: kind, en: kind }
