import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import { type Transition, transition } from '../../kernel/cases/define.ts'
import { competenceSteps, type DeskSteps } from '../../kernel/cases/desk-steps.ts'
import { agency, assignee, photos, proof, reason, text, words } from '../../kernel/cases/fields.ts'
import { joiningSteps } from '../../kernel/cases/joining-steps.ts'

/** A finished report can be sent back, and else closes by itself, after this many days. */
export const reopenDays = 14

const desk: DeskSteps = {
  kind: 'dispatch',
  working: ['received', 'assigned'],
  finished: 'done',
}

/** The steps of a dispatch report. Section 五(二). */
export const dispatchSteps: Readonly<Record<string, Transition>> = {
  ...competenceSteps(desk),
  ...joiningSteps(desk),
  assign: transition({
    title: { zh: '分派人員', en: 'Assign' },
    from: ['received', 'assigned'],
    to: 'assigned',
    by: 'dispatch.triage',
    primary: true,
    input: Type.Object({
      assignee,
      note: Type.Optional(words('內部備註', 'Note among staff')),
    }),
    patch: (_, input) => ({ assignee: input.assignee }),
    clocks: () => [{ stop: 'respond' }],
    data: (input) => ({ assignee: input.assignee }),
    sentence: () => ({ zh: '已分派專人處理。', en: 'Someone was assigned.' }),
  }),
  start: transition({
    title: { zh: '我來處理', en: 'Take it' },
    hint: { zh: '把案件分派給自己。', en: 'Assigns the case to you.' },
    from: ['received'],
    to: 'assigned',
    by: 'dispatch.work',
    input: Type.Object({}),
    patch: (_file, _input, { actor }) => ({ assignee: actor }),
    clocks: () => [{ stop: 'respond' }],
    sentence: () => ({ zh: '工作人員已開始處理。', en: 'Work has begun.' }),
  }),
  reroute: transition({
    title: { zh: '改分其他機關', en: 'Send to another agency' },
    from: ['received', 'assigned', 'returned'],
    to: 'received',
    by: 'dispatch.triage',
    input: Type.Object({
      agency,
      statement: reason(),
    }),
    refuse: (file, input) =>
      file.row.agency === input.agency
        ? new Refused('case.same-agency', 422, {
            zh: '案件已經在這個機關。請選其他機關。',
            en: 'The case is with this agency already. Choose another.',
          })
        : undefined,
    patch: (_, input) => ({ agency: input.agency, assignee: null }),
    sentence: (data, names) => ({
      zh: `改由${names.agency(text(data.agency)).zh}辦理。`,
      en: `Sent on to ${names.agency(text(data.agency)).en}.`,
    }),
    tell: (file, { statement }) => ({
      subject: {
        zh: `${file.row.no} 改由其他機關辦理`,
        en: `${file.row.no} went to another agency`,
      },
      body: { zh: statement, en: statement },
    }),
  }),
  finish: transition({
    title: { zh: '完工回報', en: 'Report it finished' },
    from: ['received', 'assigned'],
    to: 'done',
    by: 'dispatch.work',
    primary: true,
    input: Type.Object({
      statement: words('處理情形', 'What was done', {
        zh: '通報人會看到這段文字。',
        en: 'The reporter reads this.',
      }),
      photos: proof,
    }),
    // Every finished repair is shown; the issue is proof, not trust.
    refuse: (_, input) =>
      input.photos.length === 0
        ? new Refused(
            'dispatch.photo-missing',
            422,
            { zh: '請附完工照片。', en: 'Add a photograph of the finished work.' },
            { photos: { zh: '請附至少一張完工照片。', en: 'Add at least one photograph.' } },
          )
        : undefined,
    clocks: () => [{ stop: 'respond' }, { stop: 'repair' }],
    sentence: () => ({ zh: '機關回報已完工。', en: 'The agency reports it finished.' }),
    tell: (file, { statement }) => ({
      subject: { zh: `${file.row.no} 已完工，請確認`, en: `${file.row.no} is finished` },
      body: {
        zh: `${statement}\n\n請到網站確認，或在 ${reopenDays} 天內退回。`,
        en: `${statement}\n\nConfirm on the site, or send it back within ${reopenDays} days.`,
      },
    }),
  }),
  decline: transition({
    title: { zh: '無法辦理', en: 'Decline' },
    from: ['received', 'assigned'],
    to: 'declined',
    by: 'dispatch.triage',
    input: Type.Object({ statement: reason() }),
    sentence: () => ({ zh: '市府無法辦理，並說明了理由。', en: 'Declined, with the reason.' }),
    tell: (file, { statement }) => ({
      subject: { zh: `${file.row.no} 無法辦理`, en: `${file.row.no} cannot be done` },
      body: { zh: statement, en: statement },
    }),
  }),
  note: transition({
    title: { zh: '加註', en: 'Add a note' },
    internal: true,
    from: 'any',
    by: 'dispatch.work',
    input: Type.Object({ note: words('內部備註', 'Note among staff') }),
    sentence: () => ({ zh: '內部備註。', en: 'A note among staff.' }),
  }),
  confirm: transition({
    title: { zh: '確認修好了', en: 'Confirm the repair' },
    from: ['done'],
    to: 'closed',
    by: 'reporter',
    primary: true,
    input: Type.Object({}),
    sentence: () => ({ zh: '通報人確認修好了。', en: 'The reporter confirmed the repair.' }),
  }),
  reopen: transition({
    title: { zh: '還沒修好，退回', en: 'Not repaired: send back' },
    from: ['done', 'closed'],
    to: 'received',
    by: 'reporter',
    input: Type.Object({ statement: reason(), photos }),
    refuse: (file, _, { now }) =>
      file.row.closed_at && +now - +file.row.closed_at > reopenDays * 86_400_000
        ? new Refused('dispatch.reopen-late', 409, {
            zh: `完工超過 ${reopenDays} 天，請重新通報。`,
            en: `It was finished over ${reopenDays} days ago. Please report it anew.`,
          })
        : undefined,
    clocks: (file) =>
      file.clocks
        .filter(({ kind }) => kind === 'repair')
        .map(({ kind, unit, budget }) => ({ start: { kind, unit, budget } })),
    sentence: () => ({ zh: '通報人表示還沒修好，案件重新處理。', en: 'Sent back: not repaired.' }),
  }),
  settle: transition({
    title: { zh: '逾期自動結案', en: 'Close by itself' },
    from: ['done'],
    to: 'closed',
    by: 'system',
    input: Type.Object({}),
    sentence: () => ({
      zh: `完工後 ${reopenDays} 天沒有回應，自動結案。`,
      en: `Closed ${reopenDays} days after it was finished.`,
    }),
  }),
  annul: transition({
    title: { zh: '撤銷誤登', en: 'Annul a mistaken entry' },
    hint: {
      zh: '統計不再計入；凍結過的報告會顯示差異。',
      en: 'It no longer counts; frozen reports show the difference.',
    },
    from: 'any',
    to: 'annulled',
    by: 'dispatch.annul',
    input: Type.Object({ reason: reason() }),
    register: (input) => ({ end: input.reason }),
    refuse: (file) =>
      file.row.state === 'annulled'
        ? new Refused('case.annulled', 409, { zh: '已經撤銷。', en: 'It is annulled already.' })
        : undefined,
    sentence: () => ({ zh: '這筆登錄有誤，已撤銷。', en: 'The entry was annulled as a mistake.' }),
  }),
}
