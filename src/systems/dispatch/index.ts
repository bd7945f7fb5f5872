import { settleJob } from '../../kernel/cases/sweep.ts'
import { defineSystem } from '../../system.ts'
import { dispatchCase } from './dispatch.ts'
import { dispatchFigures } from './figures.ts'
import { report, reportFor } from './operations.ts'
import { dispatchPages } from './pages.tsx'
import { reopenDays } from './steps.ts'

/** S20 派工通報: from a fault someone saw to the proof that it is repaired. Section 五(二). */
export const dispatch = defineSystem({
  name: 'dispatch',
  title: { zh: '派工通報', en: 'Dispatch reports' },
  section: '5.2',
  permissions: {
    'dispatch.read': { zh: '查看通報', en: 'See reports' },
    'dispatch.triage': { zh: '分派與改分', en: 'Assign and send on' },
    'dispatch.work': { zh: '處理與回報', en: 'Work and report' },
    'dispatch.file-for': { zh: '代民眾通報', en: 'Report for someone' },
    'dispatch.decide': { zh: '裁示權責爭議', en: 'Decide disputes of competence' },
    'dispatch.annul': { zh: '撤銷誤登', en: 'Annul mistaken entries' },
  },
  cases: [dispatchCase],
  operations: [report, reportFor],
  figures: dispatchFigures,
  jobs: [settleJob(dispatchCase, ['done'], reopenDays)],
  pages: dispatchPages,
  menu: [
    {
      href: '/desk/round',
      label: { zh: '我的巡查', en: 'My round' },
      permission: 'dispatch.work',
    },
    {
      href: '/desk/dispatch',
      label: { zh: '派工通報', en: 'Dispatch' },
      permission: 'dispatch.read',
    },
  ],
})
