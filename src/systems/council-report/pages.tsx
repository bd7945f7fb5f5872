import type { Page } from '../../web/pages.ts'
import { differencesPage, versionsPage } from './pages-differences.tsx'
import { exportReport } from './pages-export.ts'
import { factsJson } from './pages-facts.ts'
import { figurePage } from './pages-figure.tsx'
import { correctPage, freezePage } from './pages-freeze.tsx'
import { newestReport, reportPage } from './pages-report.tsx'
import { rowsCsv, rowsNdjson } from './pages-rows.ts'

const at = '/reports/:period'

const open = (path: string, run: Page['run']): Page => ({
  method: 'GET',
  path,
  permission: 'public',
  run,
})

const editors = (verb: string, run: Page['run']): Page => ({
  method: 'POST',
  path: `${at}/${verb}`,
  permission: `council-report.${verb}`,
  run,
})

/** The report's pages, open to anyone; freezing and correcting are for editors. */
export const reportPages: readonly Page[] = [
  open('/reports', newestReport),
  open(at, reportPage),
  open(`${at}/facts.json`, factsJson),
  open(`${at}/differences`, differencesPage),
  open(`${at}/versions`, versionsPage),
  open(`${at}/:file`, exportReport),
  open(`${at}/figures/:id`, figurePage),
  open(`${at}/figures/:id/rows.csv`, rowsCsv),
  open(`${at}/figures/:id/rows.ndjson`, rowsNdjson),
  editors('freeze', freezePage),
  editors('correct', correctPage),
]
