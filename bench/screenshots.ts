import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { projectFolder } from '../src/core/config.ts'
import { demoPassword } from '../src/kernel/identity/seed.ts'

/*
 * npm run screenshots: pictures of the main pages for the README, from a city that runs.
 * BASE_URL says where; npm start in another terminal is the usual one.
 */

const base = process.env.BASE_URL ?? 'http://localhost:3000'
const folder = join(projectFolder, 'docs/screenshots')

const pages: readonly { name: string; path: string; login?: string }[] = [
  { name: 'home', path: '/' },
  { name: 'report-kind', path: '/report/kind' },
  { name: 'dispatch', path: '/dispatch' },
  { name: 'report', path: '/reports/109H2' },
  { name: 'figure', path: '/reports/109H2/figures/F067' },
  { name: 'desk', path: '/desk', login: 'supervisor-works' },
  { name: 'inbox', path: '/desk/dispatch', login: 'supervisor-works' },
  { name: '1999', path: '/desk/1999', login: 'operator-1' },
  { name: 'kpi', path: '/desk/kpi', login: 'commission-1' },
]

const browser = await launch()
mkdirSync(folder, { recursive: true })
for (const width of [360, 1280]) {
  for (const { name, path, login } of pages) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'zh-TW' })
    const page = await context.newPage()
    if (login) await signIn(page, login)
    await page.goto(base + path)
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), caret: 'initial' })
    await context.close()
    console.log(`${name}-${width}.png`)
  }
}
await browser.close()

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-background-networking', '--no-first-run'],
      `--crash-dumps-dir=${mkdtempSync(join(tmpdir(), 'takao-shots-'))}`,
    ],
  })
}

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto(`${base}/sign-in`)
  await page.fill('input[name=login]', login)
  await page.fill('input[name=password]', demoPassword)
  await page.click('main button.primary')
  await page.waitForURL('**/desk')
}
