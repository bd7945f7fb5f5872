import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { citizenOf } from '../../../../test/accounts.ts'
import { openTestApp, testBrowser, violations } from '../../../../test/browser.ts'
import { demoPassword, seedId } from '../../../kernel/identity/seed.ts'
import { sendingReset } from '../../../systems/citizen-account/methods/reset.ts'

const browser = await testBrowser()
const { url, platform } = await openTestApp()
const { owner } = platform.database
const [email, password] = ['pages@example.org', 'a long pass phrase']
const { id } = await citizenOf(platform, email, password)

/** A telephone at an address, in either language. */
async function phoneAt(path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  await page.goto(url + path)
  return page
}

async function enter(page: Page, login: string, word: string): Promise<void> {
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill(word)
  await page.locator('main button.primary').click()
}

/** Breaks no rule, fits, and says the sentence. */
async function sound(page: Page, sentence: RegExp): Promise<void> {
  await page.getByText(sentence).first().waitFor()
  assert.deepEqual(await violations(page), [])
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360)
}

test('the page that asks for a new password is sound, and says what to mend', async () => {
  await owner.query(
    `update identity.credential set created_at = now() - interval '200 days',
      data = data - 'lasting' where account = $1`,
    [seedId('staff:editor-1')],
  )
  const page = await phoneAt('/sign-in')
  await enter(page, 'editor-1', demoPassword)
  await sound(page, /密碼過期/)
  await page.locator('input[name=password]').fill('short')
  await page.locator('main button.primary').click()
  await sound(page, /還差 7 個/)
  await page.context().close()
})

test('a link leads to a sound page for a new password', async () => {
  await sendingReset.run(platform, { account: id })
  const { rows } = await owner.query<{ link: string }>(
    'select link from messages.message where recipient = $1 order by created_at desc',
    [email],
  )
  const page = await phoneAt(rows[0]!.link)
  await sound(page, /設定後/)
  await page.context().close()
})

test('the page to delete an account is sound, with and without an error', async () => {
  const page = await phoneAt('/sign-in')
  await enter(page, email, password)
  await page.waitForURL('**/account')
  await page.goto(`${url}/account/close`)
  await sound(page, /依法保留/)
  await page.goto(`${url}/en/account/close`)
  await page.locator('input[name=words]').fill('perhaps')
  await page.locator('button.danger').click()
  await sound(page, /as it stands/)
  assert.equal(await page.locator('input[name=words]').inputValue(), 'perhaps')
  await page.context().close()
})
