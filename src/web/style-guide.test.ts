import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { testBrowser, violations } from '../../test/browser.ts'
import { serveStyleGuide } from './guide/serve.ts'

const browser = await testBrowser()
const { server, url } = await serveStyleGuide()

after(() => {
  server.close()
})

const looks = [
  { path: '/style-guide', width: 1280 },
  { path: '/style-guide', width: 360 },
  { path: '/en/style-guide', width: 360 },
  { path: '/style-guide?staff', width: 1280 },
  { path: '/style-guide?staff', width: 360 },
]

for (const { path, width } of looks)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`${path} at ${width} px in ${colorScheme} breaks no rule of WCAG 2.2 AA`, async () => {
      const page = await open(path, width, colorScheme)
      assert.deepEqual(await violations(page), [])
      await page.close()
    })

for (const { path, width } of looks)
  test(`${path} at ${width} px is never wider than the screen`, async () => {
    const page = await open(path, width, 'light')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${wide} px`)
    await page.close()
  })

test('the pages and their islands keep to the content security policy', async () => {
  const page = await browser.newPage()
  const said: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(error.message))
  await page.goto(`${url}/style-guide`)
  await page.locator('[data-map-canvas] path').first().waitFor()
  await page.locator('.menu a').first().click()
  await page.waitForURL('**/report')
  await page.locator('[data-map-canvas] path').first().waitFor()
  // The guide has no stream of events; the browser says so of a page that is not one.
  assert.deepEqual(
    said.filter((line) => !line.includes('EventSource')),
    [],
  )
  await page.close()
})

test('citizens find targets of at least 44 px for buttons, boxes and choices', async () => {
  const page = await open('/style-guide', 360, 'light')
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('.button, .box, .choice, .menu a, .tabs a')]
      .map((element) => ({
        name: element.outerHTML.slice(0, 80),
        at: element.getBoundingClientRect(),
      }))
      .filter(({ at }) => at.height > 0 && at.height < 44)
      .map(({ name }) => name),
  )
  assert.deepEqual(small, [])
  await page.close()
})

const open = async (path: string, width: number, colorScheme: 'light' | 'dark'): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
  await page.goto(url + path)
  await page.locator('[data-map-canvas] path').first().waitFor()
  // Folded parts are part of the page.
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('main details')) folded.setAttribute('open', '')
  })
  return page
}
