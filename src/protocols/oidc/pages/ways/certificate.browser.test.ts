import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { citizenOf } from '../../../../../test/accounts.ts'
import { openTestApp, testBrowser, violations } from '../../../../../test/browser.ts'
import { cardIn, certificateCity } from '../../../../../test/card.ts'
import { openComponent } from '../../../../../test/hipki.ts'

const ca = await certificateCity()
after(() => ca.close())
const component = await openComponent(ca.sign)
after(() => component.close())
const browser = await testBrowser()
const settings = { ...ca.settings, CARD_COMPONENT: component.origin }
const app = await openTestApp('localhost', settings)
const here = cardIn(app.platform, ca)
const issued = await ca.authority.issue({ subject: '0000000200000001' })
const { id: owner } = await citizenOf(app.platform, 'card@example.org', 'a long pass phrase')
await here.bind(owner, issued)

const inReader = () => ({ issued, pin: '246810', left: 3 })
beforeEach(() => component.set({ card: inReader(), reader: true, trusted: true }))

const signIn = '/sign-in?back=/account'

async function sheet(context: BrowserContext, path = signIn): Promise<Page> {
  const page = await context.newPage()
  await page.goto(app.url + path)
  await page.locator('[data-pin]').waitFor({ state: 'visible' })
  return page
}

const press = async (page: Page, pin: string) => {
  await page.locator('[data-pin]').fill(pin)
  await page.getByRole('button', { name: '用自然人憑證登入' }).click()
}

const fault = (page: Page, key: string) =>
  page.locator(`[data-fault="${key}"]`).waitFor({ state: 'visible' })

test('a card in the reader and its PIN sign in, through the software’s own window', async () => {
  const context = await browser.newContext()
  const page = await sheet(context)
  assert.deepEqual(await violations(page), [])
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  await press(page, '246810')
  await page.waitForURL('**/account')
  await page.getByText('四級').first().waitFor()
  assert.ok(
    sent.every((body) => !body.includes('246810')),
    'the PIN never reaches the city',
  )
  const asked = component.asked.at(-1)
  assert.match(String(asked?.tbs), new RegExp(`^${app.url} sign-in [\\w-]{43}$`))
  await context.close()
})

test('reached by a link the page is loaded whole, so that the window can answer', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${app.url}/follow`)
  await page.getByRole('link', { name: '登入' }).first().click()
  await page.waitForURL('**/sign-in/*')
  await page.locator('[data-pin]').waitFor({ state: 'visible' })
  await press(page, '246810')
  await page.waitForURL('**/account')
  await context.close()
})

test('a wrong PIN says how many tries are left, until the card is locked', async () => {
  const context = await browser.newContext()
  const page = await sheet(context)
  for (const key of ['pin-2', 'pin-1', 'locked']) {
    await press(page, '000000')
    await fault(page, key)
    assert.equal(await page.locator('[data-fault]:visible').count(), 1)
  }
  assert.deepEqual(await violations(page), [])
  assert.equal(await page.locator('[data-pin]').inputValue(), '')
  await context.close()
})

test('a missing card, reader or PIN and a site not trusted are told, and mended', async () => {
  const context = await browser.newContext()
  const page = await sheet(context)
  const cases = [
    [{ card: null }, 'card'],
    [{ card: inReader(), reader: false }, 'reader'],
    [{ reader: true, trusted: false }, 'site'],
  ] as const
  for (const [manner, key] of cases) {
    component.set(manner)
    await press(page, '246810')
    await fault(page, key)
  }
  await press(page, '')
  await fault(page, 'no-pin')
  component.set({ trusted: true })
  await press(page, '246810')
  await page.waitForURL('**/account')
  await context.close()
})

test('messages of other pages, and of our own, sign nothing', async () => {
  const context = await browser.newContext()
  component.set({ card: null })
  const page = await sheet(context)
  const forged = JSON.stringify({ func: 'sign', ret_code: 0, signature: 'Zm9yZ2Vk' })
  await page.evaluate((data) => {
    const open = window.open
    window.open = (...given) => {
      const made = open.apply(window, given)
      postMessage(data, '*')
      return made
    }
  }, forged)
  await press(page, '246810')
  await fault(page, 'card')
  assert.equal(await page.locator('textarea[name=signature]').inputValue(), '')
  await context.close()
})

test('where the software is not installed the page says so and offers the other way', async () => {
  const context = await browser.newContext()
  const page = await sheet(context)
  await page.evaluate(() => {
    const island = document.querySelector<HTMLElement>('[data-component]')
    if (island) island.dataset.component = 'http://localhost:9'
  })
  await press(page, '246810')
  await fault(page, 'silent')
  await page.getByText('用其他程式簽章', { exact: true }).click()
  await page.locator('#card-challenge').waitFor({ state: 'visible' })
  await context.close()
})

test('without script a person signs the challenge elsewhere and pastes the signature', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(app.url + signIn)
  assert.ok(await page.locator('[data-pin]').isHidden())
  const submit = page.getByRole('button', { name: '用自然人憑證登入' })
  await page.locator('textarea[name=signature]').fill('this is no signature')
  await submit.click()
  await page.locator('#f-signature-error').waitFor()
  const text = await page.locator('#card-challenge').inputValue()
  const pasted = (await ca.sign(text, issued)).toString('base64').replace(/.{64}/g, '$&\n')
  await page.locator('textarea[name=signature]').fill(pasted)
  await submit.click()
  await page.waitForURL('**/account')
  await context.close()
})

test('a signature is taken from a file too', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(app.url + signIn)
  const text = await page.locator('#card-challenge').inputValue()
  const body = (await ca.sign(text, issued)).toString('base64')
  const buffer = Buffer.from(`-----BEGIN CMS-----\n${body}\n-----END CMS-----\n`)
  const file = { name: 'signed.pem', mimeType: 'application/x-pem-file', buffer }
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: '用自然人憑證登入' }).click()
  await page.waitForURL('**/account')
  await context.close()
})

test('the content policy is what it is elsewhere: no other source is let in', async () => {
  const policyOf = async (path: string) => {
    const { headers } = await fetch(app.url + path, { redirect: 'manual' })
    return headers
  }
  const elsewhere = await policyOf('/follow')
  assert.equal(elsewhere.get('cross-origin-opener-policy'), 'same-origin')
  const context = await browser.newContext()
  const page = await context.newPage()
  const response = await page.goto(app.url + signIn)
  const policy = response?.headers()['content-security-policy'] ?? ''
  assert.ok(!policy.includes(component.origin))
  assert.equal(response?.headers()['cross-origin-opener-policy'], 'same-origin-allow-popups')
  await context.close()
})
