import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { openTestApp, signIn, testBrowser, violations } from '../../../../test/browser.ts'
import { demoPassword } from '../../../kernel/identity/seed.ts'

const browser = await testBrowser()
const app = await openTestApp('localhost')

/** A phone on which someone signed in and registered it. */
async function registeredPhone(login: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await signIn(context, app.url, login)
  await register(page)
  return page
}

/** Registers this browser; confirms by a passkey first where there is one. */
async function register(page: Page, byPasskey = false): Promise<void> {
  await page.goto(`${app.url}/account/methods/device`)
  if (byPasskey) await page.getByRole('button', { name: '用通行密鑰登入' }).click()
  await page.getByRole('button', { name: '登記這支手機' }).waitFor()
  assert.deepEqual(await violations(page), [])
  await page.locator('input[name=label]').fill('我的手機')
  await page.getByRole('button', { name: '登記這支手機' }).click()
  await page.waitForURL('**/account/methods')
  await page.getByRole('link', { name: '我的手機' }).waitFor()
}

/** A computer elsewhere, which asks the phone; answers the number that it shows. */
async function asking(context: BrowserContext, login: string) {
  const page = await context.newPage()
  await page.goto(`${app.url}/sign-in?level=aal2&back=/account/methods`)
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill(demoPassword)
  await page.locator('main button.primary').click()
  await page.getByRole('button', { name: '傳送到我的手機' }).click()
  const shown = page.locator('.stat .value')
  await shown.waitFor()
  assert.deepEqual(await violations(page), [])
  return { page, number: (await shown.textContent()) ?? '' }
}

test('the number chosen on the phone lets the other page go on by itself', async () => {
  const phone = await registeredPhone('editor-1')
  const { page, number } = await asking(await browser.newContext(), 'editor-1')
  await phone.goto(`${app.url}/account/approve`)
  assert.deepEqual(await violations(phone), [])
  assert.equal(await phone.locator('button[name=press]').count(), 3)
  await phone.getByRole('button', { name: number, exact: true }).click()
  await phone.getByText('已同意').waitFor()
  await page.waitForURL('**/account/methods')
  await page.context().close()
  await phone.context().close()
})

test('another number denies, and a browser that is not registered can only deny', async () => {
  const phone = await registeredPhone('supervisor-works')
  const { page, number } = await asking(await browser.newContext(), 'supervisor-works')
  const other = await signIn(await browser.newContext(), app.url, 'supervisor-works')
  await other.goto(`${app.url}/account/approve`)
  await other.getByRole('button', { name: number, exact: true }).click()
  await other.getByText('這個瀏覽器沒有登記').waitFor()
  await phone.goto(`${app.url}/account/approve`)
  await phone.locator(`button[name=press]:not([value="${number}"])`).first().click()
  await phone.getByText('已拒絕').waitFor()
  await page.getByText('手機上拒絕了這次登入').first().waitFor()
  for (const one of [page, other, phone]) await one.context().close()
})

test('the page on the phone says when someone asks, and its key cannot be read out', async () => {
  const phone = await registeredPhone('crew-maintenance')
  await phone.goto(`${app.url}/account/approve`)
  await phone.getByText('現在沒有人要登入').waitFor()
  const { page } = await asking(await browser.newContext(), 'crew-maintenance')
  await phone.getByRole('link', { name: /更新/ }).click()
  await phone.getByText('是您在登入嗎').waitFor()
  const read = await phone.evaluate(async () => {
    const opened = indexedDB.open('takao-device', 1)
    await new Promise((done) => {
      opened.onsuccess = done
    })
    const asked = opened.result.transaction('keys').objectStore('keys').getAll()
    await new Promise((done) => {
      asked.onsuccess = done
    })
    const { privateKey } = asked.result[0]
    return crypto.subtle.exportKey('jwk', privateKey).then(
      () => 'read',
      () => 'kept',
    )
  })
  assert.equal(read, 'kept')
  await phone.getByRole('button', { name: '不是我，拒絕' }).click()
  await phone.getByText('已拒絕').waitFor()
  await page.getByText('手機上拒絕了這次登入').first().waitFor()
  for (const one of [page, phone]) await one.context().close()
})

test('the user counts as checked only where a passkey of the phone answered', async () => {
  const phone = await signIn(await browser.newContext(), app.url, 'operator-1')
  const cdp = await phone.context().newCDPSession(phone)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', ctap2Version: 'ctap2_1' },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      automaticPresenceSimulation: true,
    },
  })
  await phone.goto(`${app.url}/account/methods/passkey`)
  await phone.locator('input[name=label]').fill('手機的鑰匙')
  await phone.locator('main button.primary').click()
  await phone.waitForURL('**/account/methods')
  await register(phone, true)
  const { owner } = app.platform.database
  const verified = async () => {
    const { rows } = await owner.query<{ verified: boolean }>(
      `select verified from identity.approval where answer = 'approved' order by answered_at desc`,
    )
    return rows[0]?.verified
  }
  const approve = async (unlock: boolean) => {
    const { page, number } = await asking(await browser.newContext(), 'operator-1')
    await phone.goto(`${app.url}/account/approve`)
    if (unlock) await phone.getByLabel('也用這支手機的通行密鑰確認').check()
    await phone.getByRole('button', { name: number, exact: true }).click()
    await phone.getByText('已同意').waitFor()
    await page.waitForURL('**/account/methods')
    await page.context().close()
  }
  await approve(false)
  assert.equal(await verified(), false)
  await approve(true)
  assert.equal(await verified(), true)
  await phone.context().close()
})
