import { Type } from 'typebox'
import {
  assignStep,
  endingSteps,
  sendOnStep,
  withoutProof,
} from '../../kernel/cases/common-steps.ts'
import { type Transition, transition } from '../../kernel/cases/define.ts'
import { competenceSteps, type DeskSteps } from '../../kernel/cases/desk-steps.ts'
import { proof, reason, words } from '../../kernel/cases/fields.ts'
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
  assign: assignStep(desk, {
    to: 'assigned',
    stops: 'respond',
    sentence: { zh: '已分派專人處理。', en: 'Someone was assigned.' },
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
  reroute: sendOnStep(desk),
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
    refuse: (_, input) => withoutProof(input.photos),
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
  confirm: transition({
    title: { zh: '確認修好了', en: 'Confirm the repair' },
    from: ['done'],
    to: 'closed',
    by: 'reporter',
    primary: true,
    input: Type.Object({}),
    sentence: () => ({ zh: '通報人確認修好了。', en: 'The reporter confirmed the repair.' }),
  }),
  ...endingSteps({
    kind: 'dispatch',
    settles: ['done'],
    days: reopenDays,
    first: 'received',
    clocks: ['repair'],
    reopen: {
      title: { zh: '還沒修好，退回', en: 'Not repaired: send back' },
      sentence: { zh: '通報人表示還沒修好，案件重新處理。', en: 'Sent back: not repaired.' },
    },
  }),
}
