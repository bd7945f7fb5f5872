import { chromium } from 'playwright-core'
import type { ReportDocument } from './document.ts'
import { footerLine, type ReportMeta } from './facts.ts'
import { printPage } from './print.tsx'

/**
 * The report as a tagged PDF with an outline, printed by Chromium at `executablePath`. Throws where
 * that is no browser. The page is loaded without scripts and may fetch nothing.
 */
export const renderPdf = async (
  document: ReportDocument,
  meta: ReportMeta,
  executablePath: string,
): Promise<Buffer> => {
  const browser = await chromium.launch({ executablePath, args: browserFlags() })
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true })
    const page = await context.newPage()
    await page.setContent(printPage(document, meta))
    return await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: footerTemplate(meta),
      tagged: true,
      outline: true,
    })
  } finally {
    await browser.close()
  }
}

// Chromium's sandbox refuses to run as root, which only containers and build machines do.
const browserFlags = (): string[] => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
]

const footerTemplate = (meta: ReportMeta): string => `
  <div style="width: 100%; margin: 0 24mm; display: flex; justify-content: space-between;
    font: 7.5pt 'Noto Serif CJK TC', serif; color: #444; white-space: pre-wrap">
    <span>${escapeHtml(footerLine(meta))}</span>
    <span><span class="pageNumber"></span> / <span class="totalPages"></span></span>
  </div>`

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
