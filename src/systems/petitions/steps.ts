import { Type } from 'typebox'
import type { Text } from '../../core/i18n.ts'
import { assignStep, endingSteps, sendOnStep } from '../../kernel/cases/common-steps.ts'
import { type Transition, transition } from '../../kernel/cases/define.ts'
import { competenceSteps, type DeskSteps } from '../../kernel/cases/desk-steps.ts'
import { extensionSteps } from '../../kernel/cases/extension-steps.ts'
import { choice, photos, reason, text, words } from '../../kernel/cases/fields.ts'
import { joiningSteps } from '../../kernel/cases/joining-steps.ts'

/** 行政程序法 §173: the three grounds on which a petition need not be dealt with. */
export const refusalGrounds: Readonly<Record<string, Text>> = {
  '173-1': {
    zh: '沒有具體內容，或沒有真實姓名、住址（第 1 款）',
    en: 'No concrete content, or no true name and address (no. 1)',
  },
  '173-2': {
    zh: '同一事由已適當處理並明確答覆，仍一再陳情（第 2 款）',
    en: 'The same matter was dealt with and answered clearly before (no. 2)',
  },
  '173-3': {
    zh: '非主管陳情內容的機關，就同一事由分向各機關陳情（第 3 款）',
    en: 'The same matter was sent to several bodies not competent for it (no. 3)',
  },
}

/** An answered petition can be reopened for this many days. */
export const reopenDays = 30

const desk: DeskSteps = {
  kind: 'petitions',
  working: ['received', 'in-hand'],
  finished: 'replied',
  // All extensions of one petition together, working days.
  extension: { clock: 'reply', most: 30 },
}

/** The steps of a petition. 行政程序法 §§168-173; section 五(二). */
export const petitionSteps: Readonly<Record<string, Transition>> = {
  ...competenceSteps(desk),
  ...joiningSteps(desk),
  ...extensionSteps(desk),
  accept: assignStep(desk, {
    title: { zh: '收案並分派', en: 'Accept and assign' },
    to: 'in-hand',
    stops: 'ack',
    sentence: { zh: '機關已收案，並指派承辦人。', en: 'Accepted; an officer was named.' },
  }),
  transfer: sendOnStep(desk, {
    title: { zh: '移送其他機關', en: 'Transfer' },
    hint: { zh: '依法會通知陳情人（行政程序法 §172）。', en: 'The petitioner is told (APA §172).' },
    clocks: () => [{ start: { kind: 'ack', unit: 'wd', budget: 1 } }],
  }),
  'ask-completion': transition({
    title: { zh: '請陳情人補正', en: 'Ask for completion' },
    hint: { zh: '補正期間時限暫停（§171）。', en: 'The clock rests until it comes (§171).' },
    from: ['received', 'in-hand'],
    to: 'awaiting',
    by: 'petitions.work',
    input: Type.Object({ statement: words('要補什麼', 'What is missing') }),
    clocks: () => [{ pause: true }],
    sentence: () => ({
      zh: '請陳情人補充資料，時限暫停。',
      en: 'More was asked; the clock rests.',
    }),
    tell: (file, input) => ({
      subject: { zh: `陳情 ${file.row.no} 請補充資料`, en: `Petition ${file.row.no}: please add` },
      body: { zh: input.statement, en: input.statement },
    }),
  }),
  complete: transition({
    title: { zh: '送出補充資料', en: 'Send what was missing' },
    from: ['awaiting'],
    to: 'in-hand',
    by: 'reporter',
    primary: true,
    input: Type.Object({ statement: words('補充內容', 'What you add'), photos }),
    clocks: () => [{ resume: true }],
    sentence: () => ({ zh: '陳情人補充了資料，時限繼續。', en: 'Completed; the clock runs on.' }),
  }),
  reply: transition({
    title: { zh: '答覆', en: 'Reply' },
    from: ['in-hand'],
    to: 'replied',
    by: 'petitions.work',
    primary: true,
    input: Type.Object({ statement: words('答覆內容', 'The reply'), photos }),
    sentence: () => ({ zh: '機關已答覆。', en: 'The agency replied.' }),
    tell: (file, input) => ({
      subject: { zh: `陳情 ${file.row.no} 的答覆`, en: `Reply to petition ${file.row.no}` },
      body: { zh: input.statement, en: input.statement },
    }),
  }),
  refuse: transition({
    title: { zh: '不予處理', en: 'Refuse by law' },
    from: ['in-hand'],
    to: 'refused',
    by: 'petitions.approve',
    input: Type.Object({
      ground: choice('依據（行政程序法 §173）', 'Ground (APA §173)', refusalGrounds),
      statement: reason(),
    }),
    data: (input) => ({ ground: String(input.ground) }),
    sentence: (data) => ({
      zh: `依行政程序法 §173 不予處理:${refusalGrounds[text(data.ground)]?.zh ?? ''}。`,
      en: `Refused under APA §173: ${refusalGrounds[text(data.ground)]?.en ?? ''}.`,
    }),
    tell: (file, input) => ({
      subject: { zh: `陳情 ${file.row.no} 不予處理`, en: `Petition ${file.row.no} was refused` },
      body: { zh: input.statement, en: input.statement },
    }),
  }),
  rate: transition({
    title: { zh: '滿意，結案', en: 'Satisfied: close' },
    from: ['replied'],
    to: 'closed',
    by: 'reporter',
    primary: true,
    input: Type.Object({}),
    sentence: () => ({ zh: '陳情人接受答覆，結案。', en: 'The petitioner accepted the reply.' }),
  }),
  withdraw: transition({
    title: { zh: '撤回陳情', en: 'Withdraw' },
    from: 'open',
    to: 'withdrawn',
    by: 'reporter',
    input: Type.Object({}),
    sentence: () => ({ zh: '陳情人撤回。', en: 'Withdrawn by the petitioner.' }),
  }),
  ...endingSteps({
    kind: 'petitions',
    settles: ['replied', 'refused'],
    days: reopenDays,
    first: 'received',
    clocks: ['ack', 'reply'],
    reopen: {
      title: { zh: '對答覆有疑問', en: 'Ask again' },
      ask: { zh: '還有什麼問題', en: 'What is still open' },
      sentence: { zh: '陳情人再次提出疑問。', en: 'The petitioner asked again.' },
    },
  }),
}
