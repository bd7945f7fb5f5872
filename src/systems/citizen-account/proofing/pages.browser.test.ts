import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { citizenOf } from '../../../../test/accounts.ts'
import { openTestApp, signIn, testBrowser, violations } from '../../../../test/browser.ts'

const browser = await testBrowser()
const app = await openTestApp()

const onPhone = () =>
  browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false })

async function citizen(context: BrowserContext, email: string): Promise<Page> {
  await citizenOf(app.platform, email, 'a long pass phrase')
  const page = await context.newPage()
  await page.goto(`${app.url}/sign-in`)
  await page.locator('input[name=login]').fill(email)
  await page.locator('input[name=password]').fill('a long pass phrase')
  await page.locator('main button.primary').first().click()
  await page.waitForURL('**/account')
  return page
}

async function officer(context: BrowserContext, login: string): Promise<Page> {
  const page = await signIn(context, app.url, login)
  await page.goto(`${app.url}/desk/proofing`)
  return page
}

/** Fits the telephone and breaks no rule. */
async function sound(page: Page) {
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360, page.url())
  assert.deepEqual(await violations(page), [], page.url())
}

test('at a counter: a code, two officers, the history; on a telephone without script', async () => {
  const context = await onPhone()
  const own = await citizen(context, 'counter@example.org')
  await own.getByRole('link', { name: '我的身分查驗' }).click()
  await own.getByText('還沒有查驗過').waitFor()
  await own.getByRole('button', { name: '顯示代碼' }).click()
  const code = (await own.locator('[data-code]').textContent()) ?? ''
  assert.match(code, /^\d{4} \d{4}$/)
  await sound(own)
  assert.ok(!own.url().includes(code.replace(' ', '')))

  const [one, two] = [await onPhone(), await onPhone()]
  const first = await officer(one, 'identity-desk-1')
  await first.locator('input[name=code]').fill('1234')
  await first.getByRole('button', { name: '找帳號' }).click()
  await first.locator('#f-code-error').waitFor()
  assert.equal(await first.locator('input[name=code]').inputValue(), '1234')
  await first.locator('input[name=code]').fill(code)
  await first.getByRole('button', { name: '找帳號' }).click()
  await first.getByText('王小明').waitFor()
  await sound(first)
  await first.locator('input[name=lastFour]').fill('67')
  await first.getByRole('button', { name: '登錄' }).click()
  await first.locator('[role=alert]').first().waitFor()
  assert.equal(await first.locator('input[name=lastFour]').inputValue(), '67')
  await sound(first)
  await first.getByLabel('國民身分證').check()
  await first.locator('input[name=lastFour]').fill('6789')
  await first.locator('input[name=same]').check()
  await first.getByRole('button', { name: '登錄' }).click()
  await first.getByText('請另一位同仁複核').waitFor()
  assert.equal(await first.getByRole('button', { name: '相符' }).count(), 0)

  const second = await officer(two, 'identity-desk-2')
  await sound(second)
  await second.getByRole('button', { name: '相符，確認' }).click()
  await second.getByText('已確認').waitFor()
  await second.getByText('沒有等待複核的查驗').waitFor()

  await own.goto(`${app.url}/account/identity`)
  await own.getByText('第二級：已在服務台查驗').waitFor()
  await own.getByText('國民身分證，末四碼 6789').waitFor()
  await sound(own)
  await own.goto(`${app.url}/en/account/identity`)
  await own.getByText('National identity card, ends in 6789').waitFor()
  for (const each of [context, one, two]) await each.close()
})

test('an officer without the permission does not see the desk', async () => {
  const context = await onPhone()
  const page = await signIn(context, app.url, 'officer-works')
  const response = await page.goto(`${app.url}/desk/proofing`)
  assert.equal(response?.status(), 403)
  await context.close()
})
