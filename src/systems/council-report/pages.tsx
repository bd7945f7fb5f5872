import type { Page } from '../../web/pages.ts'
import { factsJson } from './pages-facts.ts'
import { figurePage } from './pages-figure.tsx'
import { rowsCsv, rowsNdjson } from './pages-rows.ts'

const at = '/reports/:period'

/** The report's pages, open to anyone; freezing and correcting are for editors. */
export const reportPages: readonly Page[] = [
  { method: 'GET', path: `${at}/facts.json`, permission: 'public', run: factsJson },
  { method: 'GET', path: `${at}/figures/:id`, permission: 'public', run: figurePage },
  { method: 'GET', path: `${at}/figures/:id/rows.csv`, permission: 'public', run: rowsCsv },
  { method: 'GET', path: `${at}/figures/:id/rows.ndjson`, permission: 'public', run: rowsNdjson },
]
