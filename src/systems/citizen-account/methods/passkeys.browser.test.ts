import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { openTestApp, signIn, testBrowser, violations } from '../../../../test/browser.ts'

const browser = await testBrowser()
const app = await openTestApp('localhost')

/** An authenticator of Chromium's own, within the device or synced between devices. */
async function withKeys(context: BrowserContext, page: Page, synced: boolean) {
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', ctap2Version: 'ctap2_1' },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      ...{ defaultBackupEligibility: synced, defaultBackupState: synced },
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

/** Opens a page of a change and confirms by the password, if asked. */
async function confirmInto(page: Page, path: string) {
  await page.goto(app.url + path)
  if (page.url().includes('/sign-in/')) {
    await page.locator('input[name=password]').fill('takao-demo-109')
    await page.locator('main button.primary').click()
  }
  await page.waitForURL(app.url + path)
}

for (const synced of [false, true])
  test(`a ${synced ? 'synced' : 'bound'} passkey signs in without a name, and ends`, async () => {
    const context = await browser.newContext()
    const login = synced ? 'supervisor-works' : 'editor-1'
    const page = await signIn(context, app.url, login)
    const { cdp, authenticatorId } = await withKeys(context, page, synced)
    await confirmInto(page, '/account/methods/passkey')
    assert.deepEqual(await violations(page), [])
    await page.locator('input[name=label]').fill('我的筆電')
    await page.locator('main button.primary').click()
    await page.waitForURL('**/account/methods')
    await page.getByRole('link', { name: '我的筆電' }).waitFor()
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
    assert.equal(credentials.length, 1)

    // Out, and in again by the key alone: no name is typed.
    await context.clearCookies()
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
    const level = synced ? 'aal2' : 'aal3'
    await page.goto(`${app.url}/sign-in?level=${level}&back=/account/methods`)
    assert.deepEqual(await violations(page), [])
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true })
    await page.getByRole('button', { name: '用通行密鑰登入' }).click()
    await page.waitForURL('**/account/methods')

    // The key ends; the browser still has it, and it opens nothing.
    await page.getByRole('link', { name: '我的筆電' }).click()
    await page.getByRole('button', { name: '移除' }).click()
    // The sign-in was not for a change: it is confirmed, here by the key a minute ago.
    await page.getByRole('button', { name: '儲存名稱' }).waitFor()
    await page.getByRole('button', { name: '移除' }).click()
    await page.waitForURL('**/account/methods')
    assert.equal(await page.getByRole('link', { name: '我的筆電' }).count(), 0)
    await context.clearCookies()
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
    await page.goto(`${app.url}/sign-in`)
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true })
    await page.getByRole('button', { name: '用通行密鑰登入' }).click()
    await page.getByText('這把通行密鑰不能用來登入').first().waitFor()
    await context.close()
  })
