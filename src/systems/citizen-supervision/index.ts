import { settleJob } from '../../kernel/cases/sweep.ts'
import { defineSystem } from '../../system.ts'
import { supervisionFigures } from './figures.ts'
import { supervisionMigrations } from './migrations.ts'
import { reportWork, reportWorkFor } from './operations.ts'
import { supervisionPages } from './pages.tsx'
import { seedItems } from './seed.ts'
import { reopenDays } from './steps.ts'
import { supervisionCase } from './supervision.ts'

/** S17 全民督工: citizens watch public works, and are answered. Section 四(二). */
export const citizenSupervision = defineSystem({
  name: 'citizen-supervision',
  title: { zh: '全民督工', en: 'Citizen supervision' },
  section: '4.2',
  permissions: {
    'supervision.read': { zh: '查看督工通報', en: 'See reports about works' },
    'supervision.triage': { zh: '分派督工通報', en: 'Assign reports about works' },
    'supervision.work': { zh: '查驗與回覆', en: 'Inspect and answer' },
    'supervision.approve': { zh: '核准督工展期', en: 'Approve more time for works' },
    'supervision.file-for': { zh: '代民眾通報工程', en: 'Report a work for someone' },
    'supervision.decide': { zh: '裁示督工權責爭議', en: 'Decide disputes about works' },
    'supervision.annul': { zh: '撤銷督工誤登', en: 'Annul mistaken reports of works' },
  },
  migrations: supervisionMigrations,
  seeds: [seedItems],
  cases: [supervisionCase],
  operations: [reportWork, reportWorkFor],
  figures: supervisionFigures,
  jobs: [settleJob(supervisionCase, ['done'], reopenDays)],
  pages: supervisionPages,
  menu: [
    {
      href: '/desk/supervision',
      label: { zh: '全民督工', en: 'Works supervision' },
      permission: 'supervision.read',
    },
  ],
})
