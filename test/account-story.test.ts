import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import * as openid from 'openid-client'
import type { CDPSession, Page } from 'playwright-core'
import { deliverLogout } from '../src/protocols/oidc/logout.ts'
import { testBrowser, violations } from './browser.ts'
import { certificateCity } from './card.ts'
import { openComponent } from './hipki.ts'
import { outsideCity } from './outside/city.ts'
import { clientOf, keysAt, relyingSystem } from './relying.ts'

/*
 * A newcomer's account from its first minute to a lost tablet: each step stands on the one before,
 * as it does for the person who does it.
 */

const ca = await certificateCity()
after(() => ca.close())
const component = await openComponent(ca.sign)
after(() => component.close())
const browser = await testBrowser()
const city = await outsideCity({ ...ca.settings, CARD_COMPONENT: component.origin }, 'localhost')
const { url, platform, line } = city
line.person = { sub: 'U-story', name: '小明' }
const narrow = { viewport: { width: 360, height: 740 }, locale: 'zh-TW' }

const agree = (page: Page) => page.getByRole('button', { name: 'agree' }).click()

const phone = await browser.newContext(narrow)
phone.setDefaultTimeout(10_000)
const page = await phone.newPage()
let authenticator: { cdp: CDPSession; authenticatorId: string }

/** Whether she touches the phone when it asks for her passkey. */
const touching = ({ cdp, authenticatorId }: typeof authenticator, enabled: boolean) =>
  cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })

test('she registers with LINE', async () => {
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: '用 LINE 登入' }).click()
  await agree(page)
  await page.getByLabel('名字').fill('王小明')
  await page.getByRole('button', { name: '建立帳號' }).click()
  await page.waitForURL('**/account')
  await page.getByText('自己填的，還沒有查驗').waitFor()
})

test('she adds a passkey that stays on her phone', async () => {
  const cdp = await phone.newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', ctap2Version: 'ctap2_1' },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      automaticPresenceSimulation: true,
    },
  })
  authenticator = { cdp, authenticatorId }
  await page.goto(`${url}/account/methods/passkey`)
  await page.locator('input[name=label]').fill('我的手機')
  await page.locator('main button.primary').click()
  await page.waitForURL('**/account/methods')
  await page.getByRole('link', { name: '我的手機' }).waitFor()
})

test('she proves who she is by her certificate', async () => {
  const issued = await ca.authority.issue({ name: '王小明', subject: '0000000600000001' })
  component.set({ card: { issued, pin: '135790', left: 3 } })
  await page.goto(`${url}/account/methods/certificate`)
  // A second factor is held by now: a change asks for it.
  await page.getByRole('button', { name: '用通行密鑰登入' }).click()
  await page.waitForURL('**/account/methods/certificate')
  await page.locator('input[name=label]').fill('我的自然人憑證')
  await page.locator('[data-pin]').fill('135790')
  await page.getByRole('button', { name: '新增憑證' }).click()
  await page.getByText('您的身分也已查驗').waitFor()
  await page.goto(`${url}/account/identity`)
  await page.getByText('第三級：已用自然人憑證查驗').waitFor()
})

test('a system of high rating asks for more than LINE, and then knows how sure it is', async () => {
  const keys = await keysAt()
  const system = await relyingSystem(platform, 'household', {
    ...{ audience: 'citizens', rating: 'high', level: 3, identityLevel: 3 },
    ...{ authMethod: 'private_key_jwt', jwksUri: keys.jwksUri, nameZh: '戶籍謄本' },
  })
  const byKey = openid.PrivateKeyJwt({ key: keys.privateKey, kid: keys.kid })
  const client = await clientOf(url, system, byKey)
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const target = await openid.buildAuthorizationUrlWithPAR(client, {
    ...{ redirect_uri: system.redirectUri, scope: 'openid profile', state },
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  await phone.clearCookies()
  await touching(authenticator, false)
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: '用 LINE 登入' }).click()
  await agree(page)
  await page.waitForURL('**/account')

  await page.goto(target.href)
  await page.getByText('三級').first().waitFor()
  await touching(authenticator, true)
  await page.getByRole('button', { name: '用通行密鑰登入' }).click()
  await page.getByRole('button', { name: '同意', exact: true }).click()
  await page.waitForURL(`${system.redirectUri}**`)
  const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair('ES256'))
  const tokens = await openid.authorizationCodeGrant(
    client,
    new URL(page.url()),
    { expectedState: state, pkceCodeVerifier: verifier },
    {},
    { DPoP },
  )
  assert.equal(tokens.claims()?.acr, 'aal3')
  assert.equal(tokens.claims()?.identity_level, 3)
})

test('she shows her card to a shop without a network', async () => {
  const shop = await browser.newContext(narrow)
  const counter = await shop.newPage()
  await counter.goto(`${url}/verify`)
  await counter.getByText('停用名單剛剛更新').waitFor()
  await counter.waitForFunction(async () =>
    Boolean(await (await caches.open('takao-forms-1')).match('/verify')),
  )
  await page.goto(`${url}/account/card/begin`)
  await page.getByRole('button', { name: '申請', exact: true }).click()
  await page.getByRole('link', { name: '把卡放進這支手機' }).click()
  await page.getByRole('button', { name: '放進這支手機' }).click()
  const code = page.locator('.card-shown img[data-text]')
  await code.waitFor()
  await shop.setOffline(true)
  await counter.reload()
  const buffer = await code.screenshot({ type: 'jpeg', quality: 80 })
  const photograph = { name: 'card.jpg', mimeType: 'image/jpeg', buffer }
  await counter.locator('input[data-picture]').setInputFiles(photograph)
  await counter.getByText('有效', { exact: true }).waitFor()
  await counter.getByText('王○明').waitFor()
  await shop.close()
})

test('she is offered the card for a wallet app, with digits that only she sees', async () => {
  await page.goto(`${url}/account/card`)
  await page.getByRole('link', { name: '放進數位皮夾 App' }).click()
  await page.getByRole('link', { name: '放進數位皮夾' }).click()
  await page.getByRole('button', { name: '顯示 QR 碼' }).click()
  await page.getByText(/^\d{6}$/).waitFor()
  assert.deepEqual(await violations(page), [])
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360)
})

test('she ends the sign-in of a lost tablet, and what it had opened ends with it', async () => {
  const system = await relyingSystem(platform, 'library', {
    ...{ audience: 'citizens', nameZh: '圖書館' },
  })
  const client = await clientOf(url, system)
  const asked = openid.buildAuthorizationUrl(client, {
    ...{ redirect_uri: system.redirectUri, scope: 'openid' },
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
  })
  const lost = await browser.newContext({ locale: 'zh-TW' })
  const tablet = await lost.newPage()
  await tablet.goto(`${url}/sign-in`)
  await tablet.getByRole('button', { name: '用 LINE 登入' }).click()
  await agree(tablet)
  await tablet.waitForURL('**/account')
  await tablet.goto(asked.href)
  await tablet.getByRole('button', { name: '同意', exact: true }).click()
  await tablet.waitForURL(`${system.redirectUri}**`)

  await page.goto(`${url}/account/sessions`)
  const found = page.getByRole('listitem').filter({ hasText: '圖書館' })
  await found.getByRole('button', { name: /^結束這個登入/ }).click()
  await page.getByText('已結束那個登入').waitFor()
  await tablet.goto(`${url}/account`)
  await tablet.waitForURL(/\/sign-in/)
  const waiting = await platform.database.owner.query<{ id: string }>(
    'select id::text from oidc.logout where delivered_at is null',
  )
  for (const { id } of waiting.rows) await deliverLogout.run(platform, { id })
  assert.equal(system.notices.length, 1)
  await page.reload()
  assert.equal(new URL(page.url()).pathname, '/account/sessions')
  await lost.close()
  await phone.close()
})
