import { type Static, Type } from 'typebox'
import type { Json } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'

/** How soon a case should be looked at, most pressing first. It moves no clock. */
export const priorities = ['urgent', 'high', 'normal'] as const
export type Priority = (typeof priorities)[number]

/** The priorities in words, in the order in which an inbox lists them. */
export const priorityTitles: Readonly<Record<Priority, Text>> = {
  urgent: { zh: '危及安全', en: 'Danger to safety' },
  high: { zh: '急件', en: 'Pressing' },
  normal: { zh: '普通', en: 'Normal' },
}

const Level = Type.Union([Type.Literal('urgent'), Type.Literal('high'), Type.Literal('normal')])

/**
 * What an item of the city pack says of its priority: `default` for every case of it, and what an
 * answer to one of its questions raises it to.
 */
export const PriorityRule = Type.Object({
  default: Type.Optional(Level),
  rules: Type.Optional(
    Type.Array(Type.Object({ question: Type.String(), answer: Type.String(), priority: Level })),
  ),
})
export type PriorityRule = Static<typeof PriorityRule>

/** The priority a new case begins with: the most pressing of the default and what answers say. */
export function firstPriority(
  rule: PriorityRule | undefined,
  answers: { readonly [key: string]: Json },
): Priority {
  const raised = (rule?.rules ?? []).filter(({ question, answer }) => answers[question] === answer)
  const said = [rule?.default ?? 'normal', ...raised.map(({ priority }) => priority)]
  return priorities.find((level) => said.includes(level)) ?? 'normal'
}

/** The priority that a word names; undefined where it names none, as an address may. */
export const priorityIn = (given: string | undefined): Priority | undefined =>
  priorities.find((level) => level === given)
