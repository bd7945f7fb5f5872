import { Type } from 'typebox'
import {
  assignStep,
  endingSteps,
  sendOnStep,
  withoutProof,
} from '../../kernel/cases/common-steps.ts'
import { type Transition, transition } from '../../kernel/cases/define.ts'
import { competenceSteps, type DeskSteps } from '../../kernel/cases/desk-steps.ts'
import { extensionSteps } from '../../kernel/cases/extension-steps.ts'
import { choice, proof, words } from '../../kernel/cases/fields.ts'
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
  assign: assignStep(desk, {
    sentence: { zh: '已分派專人處理。', en: 'Someone was assigned.' },
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
  reroute: sendOnStep(desk),
  confirm: transition({
    title: { zh: '確認已改善', en: 'Confirm it is mended' },
    from: ['done'],
    to: 'closed',
    by: 'reporter',
    primary: true,
    input: Type.Object({}),
    sentence: () => ({ zh: '通報人確認已改善。', en: 'The reporter confirmed it.' }),
  }),
  ...competenceSteps(desk),
  ...joiningSteps(desk),
  ...extensionSteps(desk),
  ...endingSteps({
    kind: 'supervision',
    settles: ['done'],
    days: reopenDays,
    first: 'received',
    clocks: ['inspect', 'repair'],
    reopen: {
      title: { zh: '還沒改善，退回', en: 'Not mended: send back' },
      sentence: { zh: '通報人表示還沒改善，重新處理。', en: 'Sent back: not mended.' },
    },
  }),
}
