import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as openid from 'openid-client'
import type { Page } from 'playwright-core'
import { openTestApp, testBrowser, violations } from '../../../../test/browser.ts'
import { ask, clientOf, relyingSystem } from '../../../../test/relying.ts'
import { demoPassword } from '../../../kernel/identity/seed.ts'

/*
 * The provider's own pages on a telephone, in the language that the system asks for: a kiosk that
 * signs in by a code, what a system may learn, signing out, and a request that makes no sense.
 */

const browser = await testBrowser()
const { url, platform } = await openTestApp()
const kiosk = await relyingSystem(platform, 'kiosk', {
  ...{ nameZh: '服務台平板', nameEn: 'Desk tablet', redirectUris: [] },
  grants: ['urn:ietf:params:oauth:grant-type:device_code'],
})
const library = await relyingSystem(platform, 'library', {
  ...{ nameZh: '圖書館', nameEn: 'Library', audience: 'both' },
  scopes: ['openid', 'profile', 'email'],
})

const telephone = async (): Promise<Page> => {
  const narrow = { viewport: { width: 360, height: 740 }, locale: 'zh-TW' }
  const context = await browser.newContext(narrow)
  context.setDefaultTimeout(10_000)
  return context.newPage()
}

/** Breaks no rule, fits, and says the sentence. */
async function sound(page: Page, sentence: RegExp): Promise<void> {
  await page.getByText(sentence).first().waitFor()
  assert.deepEqual(await violations(page), [])
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360)
}

async function enter(page: Page): Promise<void> {
  await page.locator('input[name=login]').fill('crew-maintenance')
  await page.locator('input[name=password]').fill(demoPassword)
  await page.locator('main .way button.primary').first().click()
}

test('a kiosk signs somebody in by a code that they type on their phone', async () => {
  const client = await clientOf(url, kiosk)
  const begun = await openid.initiateDeviceAuthorization(client, { scope: 'openid profile' })
  const page = await telephone()
  await page.goto(begun.verification_uri)
  await sound(page, /輸入裝置上的代碼/)
  await page.locator('input[name=user_code]').fill('WRONG-CODE')
  await page.locator('main button.primary').click()
  await sound(page, /代碼不對或已過期/)
  assert.equal(await page.locator('input[name=user_code]').inputValue(), 'WRONG-CODE')
  await page.locator('input[name=user_code]').fill(begun.user_code)
  await page.locator('main button.primary').click()
  await sound(page, /確認裝置上顯示的也是這個代碼/)
  await page.getByText(begun.user_code).waitFor()
  await page.getByRole('button', { name: '是我的裝置，登入' }).click()
  await enter(page)
  await sound(page, /請回到裝置/)
  const tokens = await openid.pollDeviceAuthorizationGrant(client, begun)
  assert.equal(tokens.claims()?.acr, 'aal1')
  await page.context().close()
})

for (const [locale, agree, out] of [
  ['zh-TW', '同意', '全部登出'],
  ['en', 'Agree', 'Sign out everywhere'],
] as const)
  test(`what a system may learn, and signing out, are sound pages in ${locale}`, async () => {
    const client = await clientOf(url, library)
    const page = await telephone()
    const asked = await ask(client, library, { ui_locales: locale, scope: 'openid profile email' })
    await page.goto(asked.url)
    await enter(page)
    await sound(page, locale === 'en' ? /Let “Library” know this/ : /要讓「圖書館」知道這些嗎/)
    await page.getByRole('button', { name: agree, exact: true }).click()
    await page.waitForURL(`${library.redirectUri}**`)
    const end = openid.buildEndSessionUrl(client, {
      post_logout_redirect_uri: `${library.origin}/`,
      ui_locales: locale,
    })
    await page.goto(end.href)
    await sound(page, /圖書館|Library/)
    await page.getByRole('button', { name: out }).click()
    await page.waitForURL(`${library.origin}/`)
    await page.context().close()
  })

test('a request that makes no sense is answered by a page that says so', async () => {
  const page = await telephone()
  const answer = await page.goto(`${url}/oidc/auth?client_id=nobody&response_type=code`)
  assert.equal(answer?.status(), 400)
  await sound(page, /./)
  assert.equal(await page.locator('h1').count(), 1)
  await page.context().close()
})
