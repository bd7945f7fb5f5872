import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { citizenOf } from '../../../../test/accounts.ts'
import { openTestApp, testBrowser, violations } from '../../../../test/browser.ts'
import { certificateCity } from '../../../../test/card.ts'
import { openComponent } from '../../../../test/hipki.ts'

const ca = await certificateCity()
after(() => ca.close())
const component = await openComponent(ca.sign)
after(() => component.close())
const browser = await testBrowser()
const app = await openTestApp('localhost', {
  ...ca.settings,
  CARD_COMPONENT: component.origin,
})
const issued = await ca.authority.issue({ name: '陳怡君', subject: '0000000500000001' })

test('a card is added through its software’s window, proves who it is, and is ended', async () => {
  const email = 'adds-card@example.org'
  await citizenOf(app.platform, email, 'a long pass phrase')
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  await page.goto(`${app.url}/sign-in`)
  await page.locator('input[name=login]').fill(email)
  await page.locator('input[name=password]').fill('a long pass phrase')
  await page.locator('main button.primary').click()
  await page.waitForURL('**/account')
  await page.goto(`${app.url}/account/methods`)
  await page.getByRole('link', { name: '自然人憑證' }).click()
  // The password of a moment ago is proof enough: it leads there and back by itself.
  await page.waitForURL('**/account/methods/certificate')
  await page.locator('[data-pin]').waitFor({ state: 'visible' })
  assert.deepEqual(await violations(page), [])
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360)

  component.set({ card: { issued, pin: '135790', left: 3 } })
  await page.locator('input[name=label]').fill('我的自然人憑證')
  await page.locator('[data-pin]').fill('000000')
  await page.getByRole('button', { name: '新增憑證' }).click()
  await page.locator('[data-fault="pin-2"]').waitFor({ state: 'visible' })
  assert.equal(await page.locator('input[name=label]').inputValue(), '我的自然人憑證')
  await page.locator('[data-pin]').fill('135790')
  await page.getByRole('button', { name: '新增憑證' }).click()
  await page.waitForURL('**/account/methods')
  await page.getByText('您的身分也已查驗').waitFor()
  await page.getByRole('link', { name: '我的自然人憑證' }).waitFor()

  await page.goto(`${app.url}/account/identity`)
  await page.getByText('第三級：已用自然人憑證查驗').waitFor()
  await page.getByText('陳怡君').first().waitFor()

  await page.goto(`${app.url}/account/methods`)
  await page.getByRole('link', { name: '我的自然人憑證' }).click()
  await page.getByRole('button', { name: '移除' }).click()
  // A second factor is held now, so its end asks for more than the password of before.
  await page.waitForURL('**/sign-in/*')
  await page.locator('[data-pin]').fill('135790')
  await page.getByRole('button', { name: '用自然人憑證登入' }).click()
  await page.getByRole('button', { name: '儲存名稱' }).waitFor()
  await page.getByRole('button', { name: '移除' }).click()
  await page.waitForURL('**/account/methods')
  assert.equal(await page.getByRole('link', { name: '我的自然人憑證' }).count(), 0)
  await context.close()
})

test('a signature that does not hold comes back with what was typed', async () => {
  const email = 'bad-card@example.org'
  await citizenOf(app.platform, email, 'a long pass phrase')
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${app.url}/sign-in?fresh=1&back=/account/methods/certificate`)
  await page.locator('input[name=login]').fill(email)
  await page.locator('input[name=password]').fill('a long pass phrase')
  await page.locator('main button.primary').click()
  await page.waitForURL('**/account/methods/certificate')
  await page.locator('input[name=label]').fill('我的卡')
  await page.locator('textarea[name=signature]').fill('QUJDREVG')
  await page.getByRole('button', { name: '新增憑證' }).click()
  await page.locator('#f-signature-error').waitFor()
  assert.equal(await page.locator('input[name=label]').inputValue(), '我的卡')
  await context.close()
})
