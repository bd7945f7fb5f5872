import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp, testBrowser } from './browser.ts'

const { url } = await openTestApp()
const browser = await testBrowser()

test('without a network a half-written report stays on the telephone and goes on', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  context.setDefaultTimeout(8000)
  const page = await context.newPage()
  await page.goto(`${url}/works/kind`)
  await page.evaluate(() => navigator.serviceWorker.ready)
  const group = page.locator('details', { has: page.locator('button[value=site-fence]') })
  await group.locator('summary').click()
  await group.locator('button[value=site-fence]').click()
  await page.waitForURL('**/works/where')
  await page.getByLabel('地址、路口或地標').fill('某路口')
  await page.getByRole('button', { name: '繼續', exact: true }).click()
  await page.waitForURL('**/works/what')
  // Seen once with the worker in charge, the page is kept.
  await page.reload()
  await context.setOffline(true)
  await page.reload()
  await page.getByLabel('情形').fill('圍籬倒了一半，行人要繞到車道')
  await page.getByRole('button', { name: '繼續', exact: true }).click()
  await page.getByText('目前沒有網路').waitFor()
  await context.setOffline(false)
  await page.goto(`${url}/works/what`)
  const words = page.getByLabel('情形')
  await page.locator('[data-draft-note]').waitFor()
  assert.equal(await words.inputValue(), '圍籬倒了一半，行人要繞到車道')
  await page.getByRole('button', { name: '繼續', exact: true }).click()
  await page.waitForURL('**/works/contact')
  await context.close()
})
