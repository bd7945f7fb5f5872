import type { CaseType } from '../../kernel/cases/define.ts'
import { deskStates } from '../../kernel/cases/desk-steps.ts'
import { text } from '../../kernel/cases/fields.ts'
import { confirmations } from './confirmations.ts'
import { petitionItems } from './items.ts'
import { petitionSteps, reopenDays } from './steps.ts'

/** 人民陳情: from any channel to a reply within the law's time. Section 五(二). */
export const petitionCase: CaseType = {
  kind: 'petitions',
  title: { zh: '人民陳情', en: 'Petition' },
  prefix: 'P',
  readBy: 'petitions.read',
  public: false,
  items: petitionItems,
  states: {
    received: {
      title: { zh: '已收件', en: 'Received' },
      open: true,
      means: { zh: '已送到主管機關。', en: 'The competent agency has it.' },
    },
    'in-hand': {
      title: { zh: '辦理中', en: 'In hand' },
      open: true,
      means: { zh: '承辦人正在辦理。', en: 'An officer is working on it.' },
    },
    awaiting: {
      title: { zh: '待您補正', en: 'Waiting for you' },
      open: true,
      means: {
        zh: '機關需要您補充資料；補齊前時限暫停。',
        en: 'The agency needs more from you; until then the clock rests.',
      },
    },
    replied: {
      title: { zh: '已答覆', en: 'Answered' },
      open: false,
      means: {
        zh: `機關已答覆。若有疑問，${reopenDays} 天內可再提出。`,
        en: `The agency replied. You can ask again within ${reopenDays} days.`,
      },
    },
    refused: {
      title: { zh: '不予處理', en: 'Refused' },
      open: false,
      means: { zh: '依法不予處理，理由如下。', en: 'Refused by law; the reason is below.' },
    },
    withdrawn: {
      title: { zh: '已撤回', en: 'Withdrawn' },
      open: false,
      means: { zh: '您撤回了這件陳情。', en: 'You withdrew this petition.' },
    },
    ...deskStates,
  },
  opened: (names, data) => {
    const { zh, en } = names.agency(text(data.agency))
    const confirmed = confirmations[text(data.read_back)]
    return {
      zh: `收到陳情，送${zh}辦理。${confirmed ? `紀錄已念給陳情人聽，${confirmed.zh}。` : ''}`,
      en: `Petition received and sent to ${en}.${
        confirmed ? ` The record was read back: ${confirmed.en.toLowerCase()}.` : ''
      }`,
    }
  },
  transitions: petitionSteps,
}
