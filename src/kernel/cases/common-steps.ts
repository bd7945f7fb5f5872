import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'
import { type Transition, transition } from './define.ts'
import type { DeskSteps } from './desk-steps.ts'
import { agency, assignee, photos, reason, text, words } from './fields.ts'

/** What a kind of case says of its end. */
export type Ending = {
  readonly kind: string
  /** The states in which it waits for the person's word, then closes by itself. */
  readonly settles: readonly [string, ...string[]]
  /** Days in which it can be taken up again, and after which it closes by itself. */
  readonly days: number
  /** The state to which it goes back. */
  readonly first: string
  /** The clocks that run anew, with their first budgets: an extension was for the work before. */
  readonly clocks: readonly string[]
  readonly reopen: { readonly title: Text; readonly ask?: Text; readonly sentence: Text }
}

/** Notes among staff, taking up again, closing by itself, annulling. */
export const endingSteps = (ending: Ending): Readonly<Record<string, Transition>> => ({
  note: note(ending),
  reopen: reopen(ending),
  settle: settle(ending),
  annul: annul(ending),
})

const note = ({ kind }: Ending) =>
  transition({
    title: { zh: '加註', en: 'Add a note' },
    internal: true,
    from: 'any',
    by: `${kind}.work`,
    input: Type.Object({ note: words('內部備註', 'Note among staff') }),
    sentence: () => ({ zh: '內部備註。', en: 'A note among staff.' }),
  })

const reopen = ({ settles, days, first, clocks, reopen: own }: Ending) =>
  transition({
    title: own.title,
    from: [...settles, 'closed'],
    to: first,
    by: 'reporter',
    input: Type.Object({
      statement: own.ask ? words(own.ask.zh, own.ask.en) : reason(),
      photos,
    }),
    refuse: (file, _, { now }) =>
      file.row.closed_at && +now - +file.row.closed_at > days * 86_400_000
        ? new Refused('case.reopen-late', 409, {
            zh: `已經超過 ${days} 天，不能再退回。請重新提出一件。`,
            en: `More than ${days} days have passed. Please file it anew.`,
          })
        : undefined,
    clocks: (file) =>
      file.clocks
        .filter(({ kind }) => clocks.includes(kind))
        .map(({ kind, unit, budget, extended }) => ({
          start: { kind, unit, budget: budget - extended },
        })),
    sentence: () => own.sentence,
  })

const settle = ({ settles, days }: Ending) =>
  transition({
    title: { zh: '逾期自動結案', en: 'Close by itself' },
    from: settles,
    to: 'closed',
    by: 'system',
    input: Type.Object({}),
    sentence: () => ({
      zh: `${days} 天沒有意見，自動結案。`,
      en: `Closed: nothing more was said for ${days} days.`,
    }),
  })

const annul = ({ kind }: Ending) =>
  transition({
    title: { zh: '撤銷誤登', en: 'Annul a mistaken entry' },
    hint: {
      zh: '統計不再計入；凍結過的報告會顯示差異。',
      en: 'It no longer counts; frozen reports show the difference.',
    },
    from: 'any',
    to: 'annulled',
    by: `${kind}.annul`,
    input: Type.Object({ reason: reason() }),
    register: (input) => ({ end: input.reason }),
    refuse: (file) =>
      file.row.state === 'annulled'
        ? new Refused('case.annulled', 409, { zh: '已經撤銷。', en: 'It is annulled already.' })
        : undefined,
    sentence: () => ({ zh: '這筆登錄有誤，已撤銷。', en: 'The entry was annulled as a mistake.' }),
  })

/** Names who does it. `to` is left out where the state stays; `stops` is the clock that ends. */
export const assignStep = (
  { kind, working }: DeskSteps,
  own: {
    readonly title?: Text
    readonly to?: string
    readonly stops?: string
    readonly sentence: Text
  },
): Transition =>
  transition({
    title: own.title ?? { zh: '分派人員', en: 'Assign' },
    from: working,
    ...(own.to && { to: own.to, primary: true }),
    by: `${kind}.triage`,
    input: Type.Object({ assignee, note: Type.Optional(words('內部備註', 'Note among staff')) }),
    patch: (_, input) => ({ assignee: input.assignee }),
    clocks: () => (own.stops ? [{ stop: own.stops }] : []),
    data: (input) => ({ assignee: input.assignee }),
    sentence: () => own.sentence,
  })

/** Sends it on to another agency of the city, and tells the person where it went. */
export const sendOnStep = (
  { kind, working }: DeskSteps,
  own: Partial<Pick<Transition, 'title' | 'hint' | 'clocks'>> = {},
): Transition =>
  transition({
    title: { zh: '改分其他機關', en: 'Send to another agency' },
    ...own,
    from: [...working, 'returned'],
    to: working[0],
    by: `${kind}.triage`,
    input: Type.Object({ agency, statement: reason() }),
    refuse: (file, input) =>
      file.row.agency === input.agency
        ? new Refused('case.same-agency', 422, {
            zh: '案件已經在這個機關。請選其他機關。',
            en: 'The case is with this agency already. Choose another.',
          })
        : undefined,
    patch: (_, input) => ({ agency: input.agency, assignee: null }),
    sentence: (data, names) => ({
      zh: `改由${names.agency(text(data.agency)).zh}辦理，並通知民眾。`,
      en: `Sent on to ${names.agency(text(data.agency)).en}; the person was told.`,
    }),
    tell: (file, { statement }) => ({
      subject: {
        zh: `${file.row.no} 改由其他機關辦理`,
        en: `${file.row.no} went to another agency`,
      },
      body: { zh: statement, en: statement },
    }),
  })

/** Refuses work that is not shown: the issue is proof, not trust. */
export const withoutProof = (given: readonly string[]): Refused | undefined =>
  given.length > 0
    ? undefined
    : new Refused(
        'case.photo-missing',
        422,
        { zh: '請附現場照片。', en: 'Add a photograph of the place.' },
        { photos: { zh: '請附至少一張照片。', en: 'Add at least one photograph.' } },
      )
