import type { Static, TObject, TProperties } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import type { Refused } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'
import type { ClockPolicy } from '../calendar/clock.ts'
import type { Question } from '../forms/answers.ts'
import type { CaseFile, CaseRow } from './file.ts'

/** A change to the clocks of a case, made by a transition. */
export type ClockChange =
  | { readonly start: ClockPolicy }
  | { readonly stop: string }
  | { readonly pause: true }
  | { readonly resume: true }
  | { readonly extend: string; readonly by: number }

/** Names for sentences: agencies by id, items by code. */
export type Names = {
  readonly agency: (id: string) => Text
  readonly item: (code: string) => Text
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
  readonly to?: string
  /** A permission, `reporter` for who holds the follow-up code, `system` for jobs. */
  readonly by: string
  readonly input: TObject<P>
  readonly refuse?: (file: CaseFile, input: Static<TObject<P>>, now: Date) => Refused | undefined
  readonly patch?: (file: CaseFile, input: Static<TObject<P>>, actor: string) => Partial<CaseRow>
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
  readonly effect?: (ctx: Ctx, file: CaseFile, input: Static<TObject<P>>) => Promise<void>
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

/** What a case can be about. */
export type CaseItem = {
  readonly code: string
  readonly name: Text
  readonly group: Text
  readonly clocks: readonly ClockPolicy[]
  readonly agency: (district: string | null) => string
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
}

/** What a clock measures, in words. */
export const clockTitle = (kind: string): Text => clockNames[kind] ?? { zh: kind, en: kind }
