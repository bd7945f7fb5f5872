import { defineSystem } from '../../system.ts'
import { healthCounterFigures } from './figures.ts'
import { declareHours } from './hours.ts'
import { healthCounterMigrations } from './migrations.ts'
import { annulService, importServices, tally, undo } from './operations.ts'
import { healthPages } from './pages.tsx'

/** S23 保健服務: the health desk counts with one tap, without a word of anyone. Section 五(四). */
export const healthCounter = defineSystem({
  name: 'health-counter',
  title: { zh: '保健服務', en: 'Health desk' },
  section: '5.4',
  permissions: {
    'health-counter.tally': { zh: '登記保健服務', en: 'Count services of the health desk' },
    'health-counter.manage': { zh: '管理保健服務', en: 'Manage the health desk' },
  },
  migrations: healthCounterMigrations,
  operations: [tally, undo, annulService, declareHours, importServices],
  topics: { 'health-counter': 'health-counter.tally' },
  figures: healthCounterFigures,
  pages: healthPages,
  menu: [
    {
      href: '/desk/health',
      label: { zh: '保健服務', en: 'Health desk' },
      permission: 'health-counter.tally',
    },
  ],
})
