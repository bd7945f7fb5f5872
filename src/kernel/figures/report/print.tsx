import { render } from 'preact-render-to-string'
import { languageTag } from '../../../core/i18n.ts'
import type { ReportDocument } from './document.ts'
import type { ReportMeta } from './facts.ts'
import { FactsView, ReportArticle } from './html.tsx'

/** A whole page that prints as the report: no script, nothing fetched from elsewhere. */
export const printPage = (document: ReportDocument, meta: ReportMeta): string => {
  const { locale, href } = meta
  return `<!doctype html>${render(
    <html lang={languageTag(locale)}>
      <head>
        <meta charset="utf-8" />
        <title>{document.title}</title>
        <meta name="author" content={meta.author} />
        <style>{printStyle}</style>
      </head>
      <body>
        <header>
          <p class="title">{document.title}</p>
          <p class="author">{meta.author}</p>
        </header>
        <ReportArticle document={document} locale={locale} href={href} />
        <FactsView document={document} locale={locale} href={href} />
        <p class="root">
          {locale === 'zh' ? '本版雜湊（SHA-256）：' : 'Hash of this version (SHA-256): '}
          <code>{meta.root}</code>
        </p>
      </body>
    </html>,
  )}`
}

// Set like a printed document: 38 full-width characters a line at 12 points need 456 of the 459
// points between the margins.
const printStyle = `
@page { size: A4; margin: 22mm 24mm 24mm }
:root { font: 12pt/1.7 "Noto Serif CJK TC", "Noto Serif TC", "DFKai-SB", "PMingLiU", serif }
body { margin: 0; color: #111; line-break: strict; text-align: justify }
header { text-align: center; margin-bottom: 8mm }
header p { margin: 0 }
.title { font-size: 20pt; font-weight: 700 }
.author { color: #444 }
h1, h2, h3 { font-weight: 700; margin: 6mm 0 2mm; break-after: avoid; text-align: start }
h1 { font-size: 18pt }
h2 { font-size: 15pt }
h3 { font-size: 12.5pt }
p { margin: 0 0 3mm; text-indent: 2em; orphans: 2; widows: 2 }
header p, .root { text-indent: 0 }
ul { list-style: none; margin: 0 0 3mm; padding-inline-start: 2em }
a { color: inherit; text-decoration: none }
a.figure { text-decoration: underline dotted #777 0.6pt; text-underline-offset: 2.5pt }
.not-yet { background: #fff1c2; color: inherit }
.facts { break-before: page }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; line-height: 1.45 }
th, td { border-bottom: 0.4pt solid #999; padding: 1.2mm 1.5mm; text-align: start }
th, td { vertical-align: top; font-weight: 400 }
thead { display: table-header-group }
thead th { font-weight: 700; border-bottom: 0.8pt solid #333; white-space: nowrap }
tr { break-inside: avoid }
td:nth-child(3), td:nth-child(6) { text-align: end; font-variant-numeric: tabular-nums }
th:nth-child(3), th:nth-child(6) { text-align: end }
td:nth-child(3), td:nth-child(4), td:nth-child(6) { white-space: nowrap }
td:nth-child(7) { font: 6.5pt/1.5 "DejaVu Sans Mono", monospace; word-break: break-all }
td:nth-child(7) { width: 33mm }
.root { margin-top: 5mm; font-size: 8.5pt; text-align: start }
.root code { font: 7.5pt "DejaVu Sans Mono", monospace; word-break: break-all }
`
