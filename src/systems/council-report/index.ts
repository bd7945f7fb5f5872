import { defineSystem } from '../../system.ts'
import { correctReport, freezeReport } from './operations.ts'
import { reportPages } from './pages.tsx'

/** S51 工作報告: every figure computed from records, frozen with its rows, open to anyone. */
export const councilReport = defineSystem({
  name: 'council-report',
  title: { zh: '工作報告', en: 'Council report' },
  section: '5',
  permissions: {
    'council-report.read-full': { zh: '看完整佐證', en: 'Read the full evidence' },
    'council-report.freeze': { zh: '凍結版本', en: 'Freeze versions' },
    'council-report.correct': { zh: '勘誤', en: 'Correct' },
  },
  operations: [freezeReport, correctReport],
  pages: reportPages,
  menu: [
    {
      href: '/reports/109H2',
      label: { zh: '工作報告', en: 'Council report' },
      permission: 'council-report.read-full',
    },
  ],
})
