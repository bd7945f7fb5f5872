import type { Json } from '../../core/event.ts'
import { type Locale, pick, type Text } from '../../core/i18n.ts'

/** A further question of a category, in the terms of Open311's service definitions. */
export type Question = {
  readonly code: string
  readonly datatype:
    | ('string' | 'number' | 'datetime' | 'text')
    | ('singlevaluelist' | 'multivaluelist')
  readonly required: boolean
  readonly order: number
  readonly description: Text
  readonly values?: readonly { readonly key: string; readonly name: Text }[] | undefined
}

/**
 * The questions as a JSON Schema whose properties carry titles for the form: one schema shows the
 * form, describes the API and checks the answers.
 */
export function schemaOf(questions: readonly Question[]) {
  const sorted = [...questions].sort((a, b) => a.order - b.order)
  return {
    type: 'object' as const,
    properties: Object.fromEntries(sorted.map((q) => [q.code, propertyOf(q)])),
    required: sorted.filter((q) => q.required).map((q) => q.code),
  }
}

function propertyOf(question: Question) {
  const title = question.description
  const options = (question.values ?? []).map(({ key, name }) => ({ const: key, title: name }))
  switch (question.datatype) {
    case 'number':
      return { type: 'number', title, widget: 'number' }
    case 'text':
      return { type: 'string', maxLength: 1000, title, widget: 'textarea' }
    case 'datetime':
      return { type: 'string', maxLength: 40, title, widget: 'datetime' }
    case 'singlevaluelist':
      return { anyOf: options, title, widget: options.length > 6 ? 'select' : 'radio' }
    case 'multivaluelist':
      return { type: 'array', items: { anyOf: options }, title, widget: 'checkboxes' }
    default:
      return { type: 'string', maxLength: 200, title, widget: 'text' }
  }
}

/**
 * The problems of answers given as text, by field. Unknown codes are dropped by `cleanAnswers`;
 * a list answer must be one of its keys.
 */
export function answerProblems(
  questions: readonly Question[],
  given: Readonly<Record<string, Json>>,
): Record<string, Text> {
  const problems: Record<string, Text> = {}
  for (const question of questions) {
    const problem = problemOf(question, given[question.code])
    if (problem) problems[question.code] = problem
  }
  return problems
}

function problemOf(question: Question, answer: Json | undefined): Text | undefined {
  const empty = answer === undefined || answer === null || answer === ''
  if (empty || (Array.isArray(answer) && answer.length === 0))
    return question.required ? { zh: '這一題必答。', en: 'Answer this question.' } : undefined
  const keys = question.values?.map(({ key }) => key) ?? []
  const chosen = (Array.isArray(answer) ? answer : [answer]).map(String)
  if (question.datatype.endsWith('list') && !chosen.every((key) => keys.includes(key)))
    return { zh: '請從選項中選。', en: 'Choose among the options.' }
  if (question.datatype === 'number' && !Number.isFinite(Number(answer)))
    return { zh: '請填數字。', en: 'Give a number.' }
  if (question.datatype === 'datetime' && Number.isNaN(Date.parse(String(answer))))
    return { zh: '日期格式不對，例如 2020-11-27。', en: 'Write the date like 2020-11-27.' }
  if (chosen.join('').length > 1000)
    return { zh: '最多 1000 個字。', en: 'At most 1000 characters.' }
  return undefined
}

/** The answers to known questions only, without empty ones. */
export const cleanAnswers = (
  questions: readonly Question[],
  given: Readonly<Record<string, Json>>,
): Record<string, Json> =>
  Object.fromEntries(
    questions.flatMap(({ code }) => {
      const answer = given[code]
      return answer === undefined || answer === '' || answer === null ? [] : [[code, answer]]
    }),
  )

/** An answer in words: the names of chosen keys, or what was typed. */
export function answerText(question: Question, answer: Json | undefined, locale: Locale): string {
  const all = Array.isArray(answer) ? answer : [answer ?? '']
  return all
    .map((one) => {
      const name = question.values?.find(({ key }) => key === one)?.name
      return name ? pick(name, locale) : String(one)
    })
    .join(locale === 'zh' ? '、' : ', ')
}
