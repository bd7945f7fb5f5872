import type { CaseType } from '../../kernel/cases/define.ts'
import { deskStates } from '../../kernel/cases/desk-steps.ts'
import { text } from '../../kernel/cases/fields.ts'
import { supervisionItems } from './items.ts'
import { reopenDays, supervisionSteps } from './steps.ts'

/** 全民督工: a citizen reports a public work; it is inspected, mended and answered. Section 四(二). */
export const supervisionCase: CaseType = {
  kind: 'supervision',
  title: { zh: '全民督工', en: 'Citizen supervision' },
  prefix: 'S',
  readBy: 'supervision.read',
  public: true,
  items: supervisionItems,
  states: {
    received: {
      title: { zh: '已受理', en: 'Received' },
      open: true,
      means: { zh: '等待到場查驗。', en: 'Waiting to be inspected.' },
    },
    inspected: {
      title: { zh: '已查驗', en: 'Inspected' },
      open: true,
      means: { zh: '已到場查驗，辦理改善中。', en: 'Inspected; it is being mended.' },
    },
    done: {
      title: { zh: '已改善並回覆', en: 'Mended and answered' },
      open: false,
      means: {
        zh: `機關回覆已改善。若沒有改善，${reopenDays} 天內可以退回。`,
        en: `The agency says it is mended. If not, send it back within ${reopenDays} days.`,
      },
    },
    ...deskStates,
  },
  opened: (names, data) => ({
    zh: `收到督工通報，送${names.agency(text(data.agency)).zh}查驗。`,
    en: `Report received and sent to ${names.agency(text(data.agency)).en}.`,
  }),
  transitions: supervisionSteps,
}
