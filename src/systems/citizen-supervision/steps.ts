import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import { type Transition, transition } from '../../kernel/cases/define.ts'
import { competenceSteps, type DeskSteps } from '../../kernel/cases/desk-steps.ts'
import { extensionSteps } from '../../kernel/cases/extension-steps.ts'
import {
  agency,
  assignee,
  choice,
  photos,
  proof,
  reason,
  text,
  words,
} from '../../kernel/cases/fields.ts'
import { joiningSteps } from '../../kernel/cases/joining-steps.ts'

/** An answered report can be reopened, and else closes by itself, after this many days. */
export const reopenDays = 14

const desk: DeskSteps = {
  kind: 'supervision',
  working: ['received', 'inspected'],
  finished: 'done',
  extension: { clock: 'repair', most: 30 },
}

const findings = {
  defect: { zh: '有缺失，要求改善', en: 'Defect: to be mended' },
  none: { zh: '沒有發現缺失', en: 'No defect found' },
}

/** The steps of a report about a public work. Section 四(二). */
export const supervisionSteps: Readonly<Record<string, Transition>> = {
  assign: transition({
    title: { zh: '分派人員', en: 'Assign' },
    from: ['received', 'inspected'],
    by: 'supervision.triage',
    input: Type.Object({ assignee, note: Type.Optional(words('內部備註', 'Note among staff')) }),
    patch: (_, input) => ({ assignee: input.assignee }),
    data: (input) => ({ assignee: input.assignee }),
    sentence: () => ({ zh: '已分派專人處理。', en: 'Someone was assigned.' }),
  }),
  inspect: transition({
    title: { zh: '到場查驗', en: 'Inspect' },
    hint: { zh: '查驗結果與照片會給通報人看。', en: 'The reporter sees findings and pictures.' },
    from: ['received'],
    to: 'inspected',
    by: 'supervision.work',
    primary: true,
    input: Type.Object({
      finding: choice('查驗結果', 'Finding', findings),
      statement: words('看到什麼、要求什麼', 'What was found and asked for'),
      photos: proof,
    }),
    refuse: (_, input) => withoutProof(input.photos),
    patch: (file, _input, { actor, now }) => ({
      visited_at: now,
      assignee: file.row.assignee ?? actor,
    }),
    clocks: () => [{ stop: 'inspect' }],
    data: (input) => ({ finding: String(input.finding) }),
    sentence: (data) =>
      data.finding === 'defect'
        ? { zh: '到場查驗，發現缺失並要求改善。', en: 'Inspected: a defect, to be mended.' }
        : { zh: '到場查驗，沒有發現缺失。', en: 'Inspected: no defect was found.' },
  }),
  finish: transition({
    title: { zh: '改善完成，回覆通報人', en: 'Mended: answer the reporter' },
    from: ['inspected'],
    to: 'done',
    by: 'supervision.work',
    primary: true,
    input: Type.Object({
      statement: words('怎麼改善的', 'What was done', {
        zh: '通報人會收到這段文字。',
        en: 'The reporter gets these words.',
      }),
      photos: proof,
    }),
    refuse: (_, input) => withoutProof(input.photos),
    clocks: () => [{ stop: 'repair' }],
    sentence: () => ({ zh: '改善完成，已回覆通報人。', en: 'Mended, and the reporter answered.' }),
    tell: (file, { statement }) => ({
      subject: { zh: `${file.row.no} 已改善`, en: `${file.row.no} is mended` },
      body: { zh: statement, en: statement },
    }),
  }),
  reroute: transition({
    title: { zh: '改分其他機關', en: 'Send to another agency' },
    from: ['received', 'inspected', 'returned'],
    to: 'received',
    by: 'supervision.triage',
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
      zh: `改由${names.agency(text(data.agency)).zh}辦理。`,
      en: `Sent on to ${names.agency(text(data.agency)).en}.`,
    }),
  }),
  note: transition({
    title: { zh: '加註', en: 'Add a note' },
    internal: true,
    from: 'any',
    by: 'supervision.work',
    input: Type.Object({ note: words('內部備註', 'Note among staff') }),
    sentence: () => ({ zh: '內部備註。', en: 'A note among staff.' }),
  }),
  confirm: transition({
    title: { zh: '確認已改善', en: 'Confirm it is mended' },
    from: ['done'],
    to: 'closed',
    by: 'reporter',
    primary: true,
    input: Type.Object({}),
    sentence: () => ({ zh: '通報人確認已改善。', en: 'The reporter confirmed it.' }),
  }),
  reopen: transition({
    title: { zh: '還沒改善，退回', en: 'Not mended: send back' },
    from: ['done', 'closed'],
    to: 'received',
    by: 'reporter',
    input: Type.Object({ statement: reason(), photos }),
    refuse: (file, _, { now }) =>
      file.row.closed_at && +now - +file.row.closed_at > reopenDays * 86_400_000
        ? new Refused('supervision.reopen-late', 409, {
            zh: `回覆超過 ${reopenDays} 天，請重新通報。`,
            en: `It was answered over ${reopenDays} days ago. Please report it anew.`,
          })
        : undefined,
    clocks: (file) =>
      file.clocks
        .filter(({ kind }) => ['inspect', 'repair'].includes(kind))
        .map(({ kind, unit, budget, extended }) => ({
          start: { kind, unit, budget: budget - extended },
        })),
    sentence: () => ({ zh: '通報人表示還沒改善，重新處理。', en: 'Sent back: not mended.' }),
  }),
  settle: transition({
    title: { zh: '逾期自動結案', en: 'Close by itself' },
    from: ['done'],
    to: 'closed',
    by: 'system',
    input: Type.Object({}),
    sentence: () => ({
      zh: `回覆後 ${reopenDays} 天沒有意見，自動結案。`,
      en: `Closed ${reopenDays} days after the answer.`,
    }),
  }),
  ...competenceSteps(desk),
  ...joiningSteps(desk),
  ...extensionSteps(desk),
  annul: transition({
    title: { zh: '撤銷誤登', en: 'Annul a mistaken entry' },
    hint: {
      zh: '統計不再計入；凍結過的報告會顯示差異。',
      en: 'It no longer counts; frozen reports show the difference.',
    },
    from: 'any',
    to: 'annulled',
    by: 'supervision.annul',
    input: Type.Object({ reason: reason() }),
    register: (input) => ({ end: input.reason }),
    refuse: (file) =>
      file.row.state === 'annulled'
        ? new Refused('case.annulled', 409, { zh: '已經撤銷。', en: 'It is annulled already.' })
        : undefined,
    sentence: () => ({ zh: '這筆登錄有誤，已撤銷。', en: 'The entry was annulled as a mistake.' }),
  }),
}

const withoutProof = (given: readonly string[]): Refused | undefined =>
  given.length > 0
    ? undefined
    : new Refused(
        'supervision.photo-missing',
        422,
        { zh: '請附現場照片。', en: 'Add a photograph of the place.' },
        { photos: { zh: '請附至少一張照片。', en: 'Add at least one photograph.' } },
      )
