import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import { addWorkingDays, dayAt, type OfficeCalendar, startOf } from '../calendar/office-days.ts'
import { type State, type Transition, transition } from './define.ts'
import { agency, choice, outsideBody, photos, reason, text, words } from './fields.ts'
import type { CaseRow } from './file.ts'
import { tellOutside } from './outside.ts'
import { cityProfile } from './pack.ts'
import { prioritiseStep } from './priority-step.ts'

/** What a kind of case gives the steps that all kinds share. */
export type DeskSteps = {
  readonly kind: string
  /** The states in which an agency works on it, the first the one to which it is given anew. */
  readonly working: readonly [string, ...string[]]
  /** The state in which its work is done and the person may still object. */
  readonly finished: string
  /** The clock that an extension moves, and how many of its days at most in all. */
  readonly extension?: { readonly clock: string; readonly most: number }
}

/** Working days within which a wrongly assigned agency hands back, and after a look at the site. */
export const handBackDays = { plain: 1, visited: 2 }

/** The states that the shared steps lead to. */
export const deskStates: Readonly<Record<string, State>> = {
  closed: {
    title: { zh: '已結案', en: 'Closed' },
    open: false,
    means: { zh: '案件已經結束，謝謝您。', en: 'The case is closed. Thank you.' },
  },
  annulled: {
    title: { zh: '誤登撤銷', en: 'Entered by mistake' },
    open: false,
    means: { zh: '這筆登錄有誤，已撤銷。', en: 'This entry was a mistake and was annulled.' },
  },
  returned: {
    title: { zh: '退回改分', en: 'Handed back' },
    open: true,
    means: {
      zh: '原先的機關表示不是它的權責，正在改分。期限照算。',
      en: 'The first agency says it is not competent; the right one is being found. Time runs on.',
    },
  },
  disputed: {
    title: { zh: '權責待裁示', en: 'Competence disputed' },
    open: true,
    means: {
      zh: '機關對由誰辦理有不同意見，由主管裁示。期限照算。',
      en: 'Agencies disagree about who is competent; a supervisor decides. Time runs on.',
    },
  },
  forwarded: {
    title: { zh: '已轉請外部單位', en: 'With a body outside' },
    open: true,
    means: {
      zh: '這件事由市府以外的單位負責，已轉請辦理。',
      en: 'A body outside the city is responsible and was asked to act.',
    },
  },
  merged: {
    title: { zh: '已併案', en: 'Merged' },
    open: false,
    means: {
      zh: '同一件事已有人反映，兩案併在一起；每一步仍會通知您。',
      en: 'The same was reported before and both are one case now; you still hear of each step.',
    },
  },
}

/** Until when the agency may hand a case back; null when a supervisor decided that it stays. */
export function handBackUntil(calendar: OfficeCalendar, row: CaseRow): Date | null {
  if (row.decided || !row.assigned_at) return null
  const plain = endOfDay(calendar, row.assigned_at, handBackDays.plain)
  const visited = row.visited_at
  if (!visited || visited > plain) return plain
  return endOfDay(calendar, row.assigned_at, handBackDays.visited)
}

const endOfDay = (calendar: OfficeCalendar, at: Date, n: number): Date =>
  startOf(addWorkingDays(calendar, dayAt(at), n) + 1)

/** The steps about whose a case is and how pressing: hand-back, dispute, bodies outside. */
export const competenceSteps = (desk: DeskSteps): Readonly<Record<string, Transition>> => ({
  visit: visit(desk),
  comment: comment(),
  prioritise: prioritiseStep(desk.kind),
  'hand-back': handBack(desk),
  dispute: dispute(desk),
  decide: decide(desk),
  forward: forward(desk),
  'outside-reply': outsideReply(desk),
})

const visit = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '記錄現勘', en: 'Note a site visit' },
    hint: {
      zh: `一個工作天內現勘過的案件，可在 ${handBackDays.visited} 個工作天內退回。`,
      en: `Seen within a working day, it can be handed back within ${handBackDays.visited}.`,
    },
    from: working,
    by: `${kind}.work`,
    input: Type.Object({
      note: words('現場看到什麼', 'What was found'),
      photos,
    }),
    patch: (_file, _input, { now }) => ({ visited_at: now }),
    sentence: () => ({ zh: '機關到現場看過了。', en: 'The agency looked at the place.' }),
  })

const comment = () =>
  transition({
    title: { zh: '補充說明', en: 'Add something' },
    from: 'open',
    by: 'reporter',
    input: Type.Object({ statement: words('想補充什麼', 'What you add'), photos }),
    sentence: () => ({ zh: '補充了說明。', en: 'Something was added.' }),
  })

const handBack = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '退回改分', en: 'Hand back' },
    when: ({ decided }) => !decided,
    hint: {
      zh:
        `不是本機關權責時，分到後 ${handBackDays.plain} 個工作天內退回` +
        `（現勘過為 ${handBackDays.visited} 個）。`,
      en: `Within ${handBackDays.plain} working day, ${handBackDays.visited} once visited.`,
    },
    from: working,
    to: 'returned',
    by: `${kind}.triage`,
    input: Type.Object({
      statement: reason({ zh: '說明為什麼、應由誰辦理。', en: 'Say why, and whose it is.' }),
    }),
    refuse: (file, _, by) => {
      if (file.row.decided)
        return new Refused('case.decided', 409, {
          zh: '主管已裁示由本機關辦理，不能再退回。',
          en: 'A supervisor decided that it stays here; it cannot be handed back.',
        })
      const until = handBackUntil(by.calendar, file.row)
      if (until && by.now < until) return undefined
      return new Refused('case.hand-back-late', 409, {
        zh: '已超過退回時限。請先受理，或用「權責爭議」請主管裁示。',
        en: 'The time to hand it back is over. Accept it, or ask for a decision by “Dispute”.',
      })
    },
    patch: (_file, _input, { city }) => ({
      agency: cityProfile(city).coordinator,
      assignee: null,
    }),
    sentence: (data, names) => ({
      zh: `${names.agency(text(data.from)).zh}表示非其權責，退回改分。`,
      en: `${names.agency(text(data.from)).en} is not competent and handed it back.`,
    }),
  })

const dispute = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '權責爭議，請主管裁示', en: 'Dispute: ask for a decision' },
    when: ({ decided }) => !decided,
    from: [...working, 'returned'],
    to: 'disputed',
    by: `${kind}.triage`,
    input: Type.Object({ note: words('爭點與依據', 'The point and its ground') }),
    refuse: (file) =>
      file.row.decided
        ? new Refused('case.decided', 409, {
            zh: '主管已經裁示過。',
            en: 'A supervisor has decided already.',
          })
        : undefined,
    patch: (file) => ({ state_before: file.row.state }),
    clocks: () => [{ start: { kind: 'decide', unit: 'wd', budget: 2 } }],
    sentence: () => ({ zh: '機關間權責有爭議，請主管裁示。', en: 'Agencies ask for a decision.' }),
  })

const decide = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '裁示主辦機關', en: 'Decide whose it is' },
    from: ['disputed'],
    to: working[0],
    by: `${kind}.decide`,
    primary: true,
    input: Type.Object({ agency, statement: reason() }),
    patch: (_, input) => ({ agency: input.agency, assignee: null, decided: true }),
    clocks: () => [{ stop: 'decide' }],
    data: (input) => ({ decided: input.agency }),
    sentence: (data, names) => ({
      zh: `主管裁示由${names.agency(text(data.decided)).zh}辦理。`,
      en: `A supervisor decided: ${names.agency(text(data.decided)).en} handles it.`,
    }),
  })

const forward = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '轉請外部單位', en: 'Forward outside the city' },
    hint: {
      zh: '會告訴民眾轉到哪裡（行政程序法 §172）；對方收到連結與代碼，看不到民眾的聯絡資料。',
      en: 'The person is told (APA §172); the body gets a link and a code, and no contact data.',
    },
    from: [...working, 'returned'],
    to: 'forwarded',
    by: `${kind}.triage`,
    input: Type.Object({ outside: outsideBody, statement: reason() }),
    patch: (file, input, { city }) => ({
      state_before: file.row.state,
      outside: input.outside,
      agency: cityProfile(city).coordinator,
      assignee: null,
    }),
    data: (input) => ({ outside: input.outside }),
    sentence: (data, names) => ({
      zh: `轉請${names.agency(text(data.outside)).zh}辦理。`,
      en: `Forwarded to ${names.agency(text(data.outside)).en}.`,
    }),
    effect: (ctx, file, input) => tellOutside(ctx, file, input.statement),
  })

const outsideReply = ({ finished }: DeskSteps) =>
  transition({
    title: { zh: '回覆市府', en: 'Reply to the city' },
    from: ['forwarded'],
    to: (_, input) => (input.outcome === 'done' ? finished : 'returned'),
    by: 'outside',
    primary: true,
    input: Type.Object({
      outcome: choice('結果', 'Outcome', {
        done: { zh: '已處理', en: 'Done' },
        'not-ours': { zh: '不是我們的權責', en: 'Not ours' },
      }),
      statement: words('處理情形或理由', 'What was done, or why not'),
      photos,
    }),
    patch: () => ({ outside_hash: null }),
    data: (input) => ({ outcome: String(input.outcome) }),
    sentence: (data) =>
      data.outcome === 'done'
        ? { zh: '外部單位回覆已處理。', en: 'The body outside says it is done.' }
        : { zh: '外部單位表示非其權責。', en: 'The body outside says it is not theirs.' },
  })
