import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import {
  launchChromium,
  openTestApp,
  signIn,
  testBrowser,
  violations,
} from '../../../../test/browser.ts'
import { publicActor } from '../../../core/context.ts'
import { transact } from '../../../core/db.ts'
import { read } from '../../../core/operation.ts'
import { signedList } from './status.ts'

const browser = await testBrowser()
// Keys of a browser need a name that it trusts without a certificate.
const { url, platform } = await openTestApp('localhost')
const narrow = { viewport: { width: 360, height: 740 } }

/** A phone whose owner began a card and put it there. */
async function phoneWithCard(login: string) {
  const context = await browser.newContext(narrow)
  context.setDefaultTimeout(8000)
  const page = await signIn(context, url, login)
  await page.goto(`${url}/account/card`)
  assert.deepEqual(await violations(page), [])
  await page.getByRole('link', { name: '申請虛擬市民卡' }).click()
  await page.getByRole('button', { name: '申請', exact: true }).click()
  await page.getByText('已申請').waitFor()
  await page.getByText('這支手機還沒有放市民卡').waitFor()
  await page.getByRole('link', { name: '把卡放進這支手機' }).click()
  await page.getByRole('button', { name: '放進這支手機' }).waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: '放進這支手機' }).click()
  await page.getByText('這支手機現在可以出示市民卡').waitFor()
  const image = page.locator('.card-shown img[data-text]')
  await image.waitFor()
  assert.deepEqual(await violations(page), [])
  const photograph = () => image.screenshot({ type: 'jpeg', quality: 80 })
  return { page, photograph, shown: async () => (await image.getAttribute('data-text')) ?? '' }
}

/** A shop's device that opened the page once. */
async function verifier(on: Browser = browser) {
  const context = await on.newContext(narrow)
  context.setDefaultTimeout(8000)
  const page = await context.newPage()
  await page.goto(`${url}/verify`)
  await page.getByText('停用名單剛剛更新').waitFor()
  await page.waitForFunction(async () =>
    Boolean(await (await caches.open('takao-forms-1')).match('/verify')),
  )
  const verify = async (text: string) => {
    await page.locator('input[name=text]').fill(text)
    await page.getByRole('button', { name: '查驗', exact: true }).click()
  }
  return { context, page, verify }
}

test('a phone shows its card without a network, an hour later too, until a sign-out', async () => {
  const phone = await phoneWithCard('officer-works')
  const shop = await verifier()
  await phone.page.waitForFunction(async () =>
    Boolean(await (await caches.open('takao-card-1')).match('/account/card')),
  )
  await phone.page.context().setOffline(true)
  const later = new Date(Date.now() + 3_600_000)
  for (const { page } of [phone, shop]) await page.clock.setFixedTime(later)
  await phone.page.goto(`${url}/account/card`)
  await shop.page.reload()
  await shop.verify(await phone.shown())
  await shop.page.getByText('有效', { exact: true }).waitFor()
  await phone.page.context().setOffline(false)
  await phone.page.goto(`${url}/account`)
  await phone.page.locator('details.person summary').click()
  await phone.page.getByRole('button', { name: '登出' }).click()
  await phone.page.getByRole('button', { name: '全部登出' }).waitFor()
  await phone.page.context().setOffline(true)
  await phone.page.goto(`${url}/account/card`)
  await phone.page.getByText('這支手機還沒有存市民卡').waitFor()
  await shop.context.close()
  await phone.page.context().close()
})

test('a card is verified without a network, and refused once its owner stopped it', async () => {
  const phone = await phoneWithCard('editor-1')
  const shop = await verifier()
  assert.deepEqual(await violations(shop.page), [])
  await shop.context.setOffline(true)
  await shop.page.reload()
  await shop.verify(await phone.shown())
  await shop.page.getByText('有效', { exact: true }).waitFor()
  assert.match((await shop.page.locator('[data-name]').first().textContent()) ?? '', /○/)
  assert.deepEqual(await violations(shop.page), [])
  await shop.verify(await phone.shown())
  await shop.page.getByText('剛才掃過了').waitFor()
  const before = await phone.shown()
  await phone.page.locator('button.danger').first().click()
  await phone.page.getByText('已停用').waitFor()
  await shop.context.setOffline(false)
  await shop.page.getByRole('button', { name: '更新名單' }).click()
  await shop.verify(before)
  await shop.page.getByText('無效：已註銷').waitFor()
  await shop.verify('TK1:WRONG')
  await shop.page.getByText('不是市民卡').waitFor()
  await shop.context.close()
  await phone.page.context().close()
})

test('the code changes by itself, and a picture of it is refused after its time', async () => {
  const phone = await phoneWithCard('council-1')
  const shop = await verifier()
  await phone.page.clock.install()
  await phone.page.reload()
  const first = await phone.shown()
  await phone.page.clock.runFor(20_500)
  await phone.page.waitForFunction(
    (text) => document.querySelector('img[data-text]')?.getAttribute('data-text') !== text,
    first,
  )
  await shop.page.clock.install({ time: Date.now() + 45_000 })
  await shop.page.goto(`${url}/verify`)
  await shop.verify(first)
  await shop.page.getByText('無效：QR 碼過期').waitFor()
  await shop.context.close()
  await phone.page.context().close()
})

test('by a list of the day before a good card is unknown, and without a list as well', async () => {
  const phone = await phoneWithCard('commission-1')
  const shop = await verifier()
  await shop.context.setOffline(true)
  const token = await listOf(new Date(Date.now() - 25 * 3_600_000))
  await shop.page.evaluate((old) => {
    const kept = JSON.parse(localStorage.getItem('takao-verifier') ?? '{}')
    for (const uri of Object.keys(kept.tokens)) kept.tokens[uri] = old
    localStorage.setItem('takao-verifier', JSON.stringify(kept))
  }, token)
  await shop.verify(await phone.shown())
  await shop.page.getByText('停用名單超過 24 小時沒有更新').waitFor()
  await shop.page.evaluate(() => localStorage.removeItem('takao-verifier'))
  await shop.verify(await phone.shown())
  await shop.page.getByText('這台裝置沒有停用名單').waitFor()
  await shop.context.close()
  await phone.page.context().close()
})

/** The list as the city signed it at an earlier time, with a key that signed then. */
async function listOf(now: Date): Promise<string> {
  const city = { scope: 'city', person: '', agencies: [], secrets: [] } as const
  await transact(platform.database.app, city, (db) =>
    sql`update citizen_card.signing_key set signs_from = signs_from - interval '2 days'`.execute(
      db,
    ),
  )
  const signed = await read(platform, publicActor, 'public', (ctx) =>
    signedList({ ...ctx, now }, 0),
  )
  return signed ?? ''
}

test('a photograph of the code is read without a network', async () => {
  const phone = await phoneWithCard('operator-1')
  const shop = await verifier()
  await shop.context.setOffline(true)
  const picture = shop.page.locator('input[data-picture]')
  const buffer = await phone.photograph()
  await picture.setInputFiles({ name: 'card.jpg', mimeType: 'image/jpeg', buffer })
  await shop.page.getByText('有效', { exact: true }).waitFor()
  const other = await phone.page.locator('h1').screenshot({ type: 'jpeg' })
  await picture.setInputFiles({ name: 'title.jpg', mimeType: 'image/jpeg', buffer: other })
  await shop.page.getByText('不是市民卡').waitFor()
  await shop.context.close()
  await phone.page.context().close()
})

/** A still of 640 × 480 as YUV4MPEG2, which the browser's camera plays again and again. */
async function filmOf(photograph: Buffer): Promise<Buffer> {
  const size = { width: 640, height: 480, fit: 'contain', background: 'white' } as const
  const light = await sharp(photograph).resize(size).greyscale().raw().toBuffer()
  const head = Buffer.from('YUV4MPEG2 W640 H480 F10:1 Ip C420jpeg\nFRAME\n')
  return Buffer.concat([head, light, Buffer.alloc(light.length / 2, 128)])
}

test('the camera reads the code and is let go', async () => {
  const phone = await phoneWithCard('supervisor-works')
  const folder = mkdtempSync(join(tmpdir(), 'takao-camera-'))
  const film = join(folder, 'card.y4m')
  writeFileSync(film, await filmOf(await phone.photograph()))
  const withCamera = await launchChromium(
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  )
  try {
    const shop = await verifier(withCamera)
    await shop.page.getByRole('button', { name: '用相機掃描' }).click()
    await shop.page.getByText('有效', { exact: true }).waitFor()
    await shop.page.locator('video').waitFor({ state: 'hidden' })
  } finally {
    await withCamera.close()
    rmSync(folder, { recursive: true })
  }
  await phone.page.context().close()
})

test('without script the server shows a card for a minute and verifies it', async () => {
  const phone = await phoneWithCard('auditor-1')
  const plain = await browser.newContext({ ...narrow, javaScriptEnabled: false })
  await plain.addCookies(await phone.page.context().cookies())
  const page = await plain.newPage()
  const answer = await page.goto(`${url}/account/card/show`)
  assert.equal(answer?.headers().refresh, '50')
  const text = await page.locator('img[data-text]').getAttribute('data-text')
  const shop = await plain.newPage()
  await shop.goto(`${url}/en/verify`)
  await shop.locator('input[name=text]').fill(text ?? '')
  await shop.getByRole('button', { name: 'Verify', exact: true }).click()
  await shop.getByText('Valid', { exact: true }).waitFor()
  await shop.locator('input[name=text]').fill('')
  await shop.getByRole('button', { name: 'Verify', exact: true }).click()
  await shop.getByText('Scan or paste what the code says.').first().waitFor()
  await plain.close()
  await phone.page.context().close()
})
