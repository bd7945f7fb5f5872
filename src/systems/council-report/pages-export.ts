import { existsSync } from 'node:fs'
import { notFound, Refused } from '../../core/errors.ts'
import { pick } from '../../core/i18n.ts'
import { versionRoot } from '../../kernel/figures/freeze.ts'
import { renderDocx } from '../../kernel/figures/report/docx.ts'
import type { ReportMeta } from '../../kernel/figures/report/facts.ts'
import { renderOdt } from '../../kernel/figures/report/odt.ts'
import { renderPdf } from '../../kernel/figures/report/pdf.ts'
import { printPage } from '../../kernel/figures/report/print.tsx'
import type { Answer, Visit } from '../../web/pages.ts'
import { editionOf, openFigures } from './opened.ts'
import { readReport, templatesOf } from './operations.ts'
import { editionPath } from './parts.tsx'

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  odt: 'application/vnd.oasis.opendocument.text',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
}

/** `GET /reports/:period/report.(html|odt|docx|pdf)`: the shown edition as a document to keep. */
export async function exportReport(visit: Visit): Promise<Answer> {
  const { params, query, view, platform } = visit
  const format = /^report\.(html|odt|docx|pdf)$/.exec(params.file ?? '')?.[1]
  if (!format) throw notFound({ zh: '這種格式', en: 'this format' })
  const period = params.period ?? ''
  const shown = await visit.read('public', async (ctx) => {
    const edition = await editionOf(ctx, period, query.version)
    const report = await readReport(ctx, period, view.locale, query.version)
    const root =
      edition.version?.root ?? versionRoot(templatesOf(ctx), await openFigures(ctx, edition))
    return { edition, report, root }
  })
  const base = platform.config.origin
  const version = shown.edition.version ? String(shown.edition.version.version) : 'draft'
  const meta: ReportMeta = {
    locale: view.locale,
    author: pick(view.cityName, view.locale),
    version,
    asOf: shown.edition.asOf,
    root: shown.root,
    href: (id) => base + view.href(editionPath(shown.edition, `/figures/${id}`)),
  }
  const { document } = shown.report
  const body = await rendered(format)
  return { body, type: types[format] ?? '', name: `${period}-v${version}.${format}` }

  function rendered(wanted: string): Promise<Buffer> | string {
    if (wanted === 'odt') return renderOdt(document, meta)
    if (wanted === 'docx') return renderDocx(document, meta)
    if (wanted === 'pdf') return renderPdf(document, meta, chromium())
    return printPage(document, meta)
  }
}

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The Chromium that prints, or a refusal that says what to install. */
function chromium(): string {
  const found = [process.env.CHROMIUM ?? '', ...places].find((path) => path && existsSync(path))
  if (found) return found
  throw new Refused('council-report.no-chromium', 503, {
    zh: '這台主機沒有 Chromium，無法產生 PDF。請安裝 chromium，或改下載 ODT、DOCX。',
    en: 'This host has no Chromium to print with. Install chromium, or take ODT or DOCX.',
  })
}
