import type { Page } from '../../web/pages.ts'
import { factsJson } from './pages-facts.ts'

const at = '/reports/:period'

/** The report's pages, open to anyone; freezing and correcting are for editors. */
export const reportPages: readonly Page[] = [
  { method: 'GET', path: `${at}/facts.json`, permission: 'public', run: factsJson },
]
