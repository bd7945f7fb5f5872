import { secrecyOperations } from '../../kernel/cases/looks.ts'
import { settleJob } from '../../kernel/cases/sweep.ts'
import { defineSystem } from '../../system.ts'
import { petitionFigures } from './figures.ts'
import { petition, petitionFor } from './operations.ts'
import { petitionPages } from './pages.tsx'
import { petitionCase } from './petitions.ts'
import { reopenDays } from './steps.ts'

/** S21 人民陳情: from any channel to a reply in the law's time. Section 五(二). */
export const petitions = defineSystem({
  name: 'petitions',
  title: { zh: '人民陳情', en: 'Petitions' },
  section: '5.2',
  permissions: {
    'petitions.read': { zh: '查看陳情', en: 'See petitions' },
    'petitions.triage': { zh: '收案、分派與移送', en: 'Accept, assign and transfer' },
    'petitions.work': { zh: '辦理與答覆', en: 'Work and reply' },
    'petitions.approve': { zh: '核准展期與不予處理', en: 'Approve extensions and refusals' },
    'petitions.file-for': { zh: '代民眾登錄', en: 'Enter for someone' },
    'petitions.decide': { zh: '裁示權責爭議', en: 'Decide disputes of competence' },
    'petitions.annul': { zh: '撤銷誤登', en: 'Annul mistaken entries' },
  },
  cases: [petitionCase],
  operations: [petition, petitionFor, ...secrecyOperations(petitionCase)],
  figures: petitionFigures,
  jobs: [settleJob(petitionCase, ['replied', 'refused'], reopenDays)],
  pages: petitionPages,
  menu: [
    {
      href: '/desk/petitions',
      label: { zh: '人民陳情', en: 'Petitions' },
      permission: 'petitions.read',
    },
    {
      href: '/desk/petitions/new',
      label: { zh: '登錄陳情', en: 'Enter a petition' },
      permission: 'petitions.file-for',
    },
  ],
})
