import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { projectFolder } from '../src/core/config.ts'
import { launchChromium, signIn } from '../test/browser.ts'
import { ownCity } from './own-city.ts'

/*
 * Pictures of the main pages on a telephone and on a desk, for looking at and for the documentation:
 * `npm run screenshots` starts a city of its own; with BASE_URL it looks at one that runs.
 */

const folder = join(projectFolder, 'docs/screenshots')
mkdirSync(folder, { recursive: true })

const city = process.env.BASE_URL ? null : await ownCity()
const url = process.env.BASE_URL ?? city!.url
const browser = await launchChromium()

for (const width of [360, 1280]) {
  const viewport = { width, height: width === 360 ? 740 : 900 }
  const citizen = await browser.newContext({ viewport })
  await citizenPictures(await citizen.newPage(), width)
  await citizen.close()
  const desk = await browser.newContext({ viewport })
  await deskPictures(desk, width)
  await desk.close()
  const council = await browser.newContext({ viewport })
  await reportPictures(council, width)
  await council.close()
}
await browser.close()
await city?.close()

async function citizenPictures(page: Page, width: number): Promise<void> {
  await page.goto(url)
  await shot(page, 'home', width)
  await page.goto(`${url}/report/kind`)
  await page
    .locator('details', { has: lampOf(page) })
    .locator('summary')
    .click()
  await shot(page, 'report-kind', width)
  await lampOf(page).click()
  await page.waitForURL('**/report/where')
  await page.getByLabel('地址、路口或地標').fill('公園北側的步道入口')
  await page.locator('[data-map-canvas] path').first().waitFor()
  await shot(page, 'report-where', width)
  await page.locator('main button.primary').click()
  await page.waitForURL('**/report/what')
  await answer(page, 'fault', 'out')
  await page.getByLabel('補充說明').fill('連續三盞都不亮，晚上很暗。')
  await shot(page, 'report-what', width)
  await page.locator('main button.primary').click()
  await page.waitForURL('**/report/contact')
  await page.locator('main button.primary').click()
  await page.waitForURL('**/report/check')
  await shot(page, 'report-check', width)
  await page.goto(`${url}/follow`)
  await shot(page, 'follow', width)
  await page.goto(`${url}/dispatch`)
  await shot(page, 'dispatch', width)
}

function lampOf(page: Page) {
  return page.locator('button[value=streetlight-out]')
}

async function answer(page: Page, name: string, value: string): Promise<void> {
  const list = page.locator(`select[name=${name}]`)
  if ((await list.count()) > 0) await list.selectOption(value)
  else await page.locator(`input[name=${name}][value=${value}]`).check()
}

async function deskPictures(context: BrowserContext, width: number): Promise<void> {
  const page = await signIn(context, url, 'supervisor-works')
  await shot(page, 'desk', width)
  await page.goto(`${url}/desk/dispatch`)
  await shot(page, 'inbox', width)
  const first = await page.locator('main a[data-open]').first().getAttribute('href')
  if (first) {
    await page.goto(url + first)
    await shot(page, 'case', width)
  }
  await page.goto(`${url}/desk/search?q=${encodeURIComponent('路燈')}`)
  await shot(page, 'search', width)
  await shotWhere(page, '/desk/kpi', 'kpi', width)
  await context.clearCookies()
  const operator = await signIn(context, url, 'operator-1')
  await shotWhere(operator, '/desk/1999', '1999', width)
}

/** The council's report, and the rows behind its first figure. */
async function reportPictures(context: BrowserContext, width: number): Promise<void> {
  const page = await context.newPage()
  if (!(await shotWhere(page, '/reports', 'reports', width))) return
  const report = page.locator('main a[href*="/reports/"]').first()
  if ((await report.count()) === 0) return
  await page.goto(url + (await report.getAttribute('href')))
  await shot(page, 'report', width)
  const figure = page.locator('main a[href*="figure"], main a[data-inspect]').first()
  if ((await figure.count()) === 0) return
  await figure.click()
  await page.waitForTimeout(800)
  await shot(page, 'inspector', width)
}

/** A picture of a page that may not exist in this city. */
async function shotWhere(page: Page, path: string, name: string, width: number): Promise<boolean> {
  const response = await page.goto(url + path)
  if (response?.status() !== 200) return false
  await shot(page, name, width)
  return true
}

async function shot(page: Page, name: string, width: number): Promise<void> {
  const path = join(folder, `${name}-${width}.png`)
  // Playwright's way to hide the caret is an inline style, which the page's policy refuses.
  await page.screenshot({ path, caret: 'initial', fullPage: false })
  console.log(path)
}
