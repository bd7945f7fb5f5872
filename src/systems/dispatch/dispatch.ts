import type { CaseType } from '../../kernel/cases/define.ts'
import { deskStates } from '../../kernel/cases/desk-steps.ts'
import { text } from '../../kernel/cases/fields.ts'
import { dispatchItems } from './items.ts'
import { dispatchSteps, reopenDays } from './steps.ts'

/** 派工通報: a repairable fault, from the report to the reporter's confirmation. Section 五(二). */
export const dispatchCase: CaseType = {
  kind: 'dispatch',
  title: { zh: '派工通報', en: 'Dispatch report' },
  prefix: 'D',
  readBy: 'dispatch.read',
  public: true,
  items: dispatchItems,
  states: {
    received: {
      title: { zh: '已受理', en: 'Received' },
      open: true,
      means: {
        zh: '已送到負責機關，等待分派人員。',
        en: 'The responsible agency has it and will send someone.',
      },
    },
    assigned: {
      title: { zh: '處理中', en: 'In hand' },
      open: true,
      means: { zh: '已有專人處理。', en: 'Someone is working on it.' },
    },
    done: {
      title: { zh: '已完工', en: 'Finished' },
      open: false,
      means: {
        zh: `機關回報已修復。請看照片；若沒修好，${reopenDays} 天內可以退回。`,
        en: `The agency says it is repaired. If it is not, send it back within ${reopenDays} days.`,
      },
    },
    declined: {
      title: { zh: '無法辦理', en: 'Not for us' },
      open: false,
      means: {
        zh: '市府無法處理，理由如下。',
        en: 'The city cannot do this; the reason is below.',
      },
    },
    ...deskStates,
  },
  opened: (names, data) => ({
    zh: `收到通報，送${names.agency(text(data.agency)).zh}辦理。`,
    en: `Report received and sent to ${names.agency(text(data.agency)).en}.`,
  }),
  transitions: dispatchSteps,
}
