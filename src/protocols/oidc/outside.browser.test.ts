import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { testBrowser, violations } from '../../../test/browser.ts'
import { outsideCity } from '../../../test/outside/city.ts'

const browser = await testBrowser()
const { url, line, google } = await outsideCity()

/** A phone, and what its browser complains of. */
async function phone() {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && /policy/i.test(message.text()))
      complaints.push(message.text())
  })
  return { context, page, complaints }
}

/** Nothing of the page is out of reach: for a reader, a keyboard, or a narrow screen. */
async function fits(page: Page) {
  assert.deepEqual(await violations(page), [])
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(wide <= 360, `${page.url()} is ${wide} px wide`)
}

const agree = (page: Page) => page.getByRole('button', { name: 'agree' }).click()

test('on a phone: register with LINE, link Google, sign in with it, unlink it', async () => {
  line.person = { sub: 'U-phone', name: '林小美' }
  google.person = { sub: 'g-phone', name: 'Mei Lin', email: 'mei@example.org' }
  const { context, page, complaints } = await phone()
  await page.goto(`${url}/sign-in?back=/account/links`)
  await fits(page)
  await page.getByRole('button', { name: '用 LINE 登入' }).click()
  await agree(page)
  await page.waitForURL('**/register')
  await fits(page)
  await page.getByLabel('名字').fill('林美')
  await page.getByRole('button', { name: '建立帳號' }).click()
  await page.waitForURL('**/account/links')
  await fits(page)

  // A change asks to confirm; LINE was proven a moment ago, so nothing is asked again.
  await page.getByRole('link', { name: '連結 Google' }).click()
  await page.getByRole('button', { name: '前往 Google' }).waitFor()
  await fits(page)
  await page.getByRole('button', { name: '前往 Google' }).click()
  await agree(page)
  await page.waitForURL('**/account/links')
  await page.getByText('已連結 Google').waitFor()
  await fits(page)

  await context.clearCookies()
  await page.goto(`${url}/sign-in?fresh=1&back=/account/links`)
  await page.getByRole('button', { name: '用 Google 登入' }).click()
  await agree(page)
  await page.waitForURL('**/account/links')
  await page.getByRole('button', { name: '移除 Google 連結' }).click()
  await page.getByText('已移除連結').waitFor()
  assert.equal(await page.getByText('Mei Lin').count(), 0)
  assert.deepEqual(complaints, [])
})

test('without script, in English: the steps of registering by e-mail', async () => {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    javaScriptEnabled: false,
  })
  const page = await context.newPage()
  await page.goto(`${url}/en/sign-in`)
  await page.getByRole('link', { name: 'Create one' }).click()
  await page.getByLabel('E-mail').fill('not an address')
  await page.getByRole('button', { name: 'Send the code' }).click()
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'not an address')
  await page.getByLabel('E-mail').fill('steps@example.org')
  await page.getByRole('button', { name: 'Send the code' }).click()
  await page.getByText('Step 2 of 3').waitFor()
  await page.getByLabel('Six-digit code').fill('12')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('There is 1 thing to mend').or(page.getByRole('alert')).first().waitFor()
  assert.match(page.url(), /\/en\/sign-in\//)
})
