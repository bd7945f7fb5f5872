import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { publicActor } from '../src/core/context.ts'
import { rows, transact } from '../src/core/db.ts'
import { perform } from '../src/core/operation.ts'
import { stepOf } from '../src/kernel/cases/operations.ts'
import { shortlistOf } from '../src/kernel/cases/round.ts'
import { dispatchCase } from '../src/systems/dispatch/dispatch.ts'
import { report } from '../src/systems/dispatch/operations.ts'
import { openTestApp, signIn, testBrowser, violations } from './browser.ts'
import { staffOf } from './city.ts'
import { everything, lamp, uploaded } from './records.ts'

const { url, platform } = await openTestApp()
const browser = await testBrowser()
const crew = staffOf(platform, 'crew-maintenance')
const officer = staffOf(platform, 'officer-maintenance')

/** A report on the crew's round. */
async function onRound(more: object = {}): Promise<string> {
  const photos = [await uploaded(platform)]
  const given = { ...lamp, phone: '0912345678', photos, ...more }
  const { no } = await perform(platform, report, publicActor, given)
  await perform(platform, shortlistOf(dispatchCase), crew, { case: no })
  return no
}

const notesOf = (no: string) =>
  transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ text: string; photos: number }>`select s.text,
        (select count(*)::int from cases.attachment a where a.case_id = c.id and a.seq = s.seq)
          as photos
        from cases.case c join cases.statement s on s.case_id = c.id
        where c.no = ${no} and s.audience = 'staff'`,
    ),
  )

/** A telephone of the crew with the round kept on it. */
async function telephone(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  context.setDefaultTimeout(10_000)
  const page = await signIn(context, url, 'crew-maintenance')
  await page.goto(`${url}/desk/round`)
  await page.getByText('已存在這台裝置').waitFor()
  return { context, page }
}

const card = (page: Page, no: string) => page.locator(`[data-stop="${no}"]`)

/** Writes a visit into the form of a stop. */
async function writeVisit(page: Page, no: string, words: string, photo?: Buffer): Promise<void> {
  const stop = card(page, no)
  await stop.getByText('記錄現勘', { exact: true }).first().click()
  await stop.getByLabel('現場看到什麼').fill(words)
  if (photo)
    await stop
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'site.jpg', mimeType: 'image/jpeg', buffer: photo })
  await stop.getByRole('button', { name: '記錄現勘' }).click()
}

const picture = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#654' } })
    .jpeg()
    .toBuffer()

test('without a network the round opens with its photographs and takes notes that are sent later', async () => {
  const no = await onRound()
  const { context, page } = await telephone()
  assert.deepEqual(await violations(page), [])
  assert.ok(!(await page.content()).includes('0912345678'), 'no contact is kept')
  assert.ok(!(await page.content()).includes(lamp.email))
  await context.setOffline(true)
  await page.reload()
  await page.getByText('沒有網路。這是').waitFor()
  await card(page, no).getByText(lamp.body).waitFor()
  const image = card(page, no).locator('.photos img').first()
  await image.scrollIntoViewIfNeeded()
  assert.ok(
    await image.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth)),
  )
  await writeVisit(page, no, '燈桿鏽蝕，需換新', await picture())
  await page.getByText('還沒送出：').waitFor()
  await page.getByText('附 1 張照片').waitFor({ state: 'attached' })
  // A telephone that restarts has lost nothing.
  await page.reload()
  await page.getByText('還沒送出：').waitFor()
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(await notesOf(no), [])
  await context.setOffline(false)
  await page.getByText('已送出。').waitFor()
  const [note, ...more] = await notesOf(no)
  assert.match(note?.text ?? '', /^燈桿鏽蝕，需換新\n（現場記下：/)
  assert.equal(note?.photos, 1)
  assert.equal(more.length, 0)
  await page.reload()
  assert.equal(await page.locator('[data-round-queue]').isVisible(), false)
  await context.close()
})

test('a note on a case that was closed meanwhile is refused with its words kept', async () => {
  const no = await onRound()
  const { context, page } = await telephone()
  await context.setOffline(true)
  await page.reload()
  await writeVisit(page, no, '現場已經修好了')
  await page.getByText('還沒送出：').waitFor()
  const statement = '重複的通報，不再辦理'
  await perform(platform, stepOf(dispatchCase, 'decline'), officer, { case: no, statement })
  await context.setOffline(false)
  const line = page.locator('[data-outcome=refused]')
  await line.getByText('沒有收下').waitFor()
  assert.match((await line.textContent()) ?? '', /無法辦理.*現場已經修好了/s)
  assert.deepEqual(await violations(page), [])
  await page.reload()
  await line.getByText('沒有收下').waitFor()
  page.once('dialog', (dialog) => dialog.accept())
  await line.getByRole('button', { name: '刪除' }).click()
  await line.waitFor({ state: 'detached' })
  assert.deepEqual(await notesOf(no), [])
  await context.close()
})

test('a note sent twice with one key is noted once', async () => {
  const no = await onRound()
  const { context, page } = await telephone()
  const send = () =>
    page.evaluate(async (no) => {
      const body = new FormData()
      const all = { kind: 'dispatch', no, step: 'visit', note: '看過了', writtenAt: '2020-01-01' }
      for (const [name, value] of Object.entries(all)) body.append(name, value)
      const headers = { 'idempotency-key': 'the-same-key-of-one-device' }
      return (await fetch('/desk/round/send.json', { method: 'POST', body, headers })).status
    }, no)
  assert.deepEqual([await send(), await send()], [200, 200])
  assert.deepEqual(
    (await notesOf(no)).map(({ text }) => text),
    ['看過了'],
  )
  await context.close()
})

test('signing out asks about unsent notes and leaves nothing of the round on the device', async () => {
  const no = await onRound()
  const { context, page } = await telephone()
  await context.setOffline(true)
  await page.reload()
  await writeVisit(page, no, '還沒送出的話')
  await page.getByText('還沒送出：').waitFor()
  await page.route('**/send.json', (route) => route.abort())
  await context.setOffline(false)
  const said: string[] = []
  page.once('dialog', (dialog) => {
    said.push(dialog.message())
    dialog.dismiss()
  })
  const leave = async () => {
    await page.locator('.person summary').click()
    await page.getByRole('button', { name: '登出' }).click()
  }
  await leave()
  await page.getByText('還沒送出：').waitFor()
  assert.match(said[0] ?? '', /還有 1 筆/)
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: '登出' }).click()
  await page.getByRole('button', { name: '全部登出' }).click()
  await page.waitForURL(`${url}/`)
  const kept = await page.evaluate(async () => ({
    caches: await caches.keys(),
    bases: (await indexedDB.databases()).map(({ name }) => name),
  }))
  assert.ok(!kept.caches.includes('takao-round-1'))
  assert.ok(!kept.bases.includes('takao-round'))
  await context.setOffline(true)
  await page.goto(`${url}/desk/round`)
  await page.getByText('這台裝置上沒有存巡查單').waitFor()
  await context.close()
})

test('another member of staff on the same device sees nothing of the first', async () => {
  const no = await onRound()
  const { context, page } = await telephone()
  await page.route('**/send.json', (route) => route.abort())
  await writeVisit(page, no, '第一位同仁寫的')
  await page.getByText('還沒送出：').waitFor()
  await context.clearCookies()
  await page.unroute('**/send.json')
  const other = await signIn(context, url, 'officer-environment')
  assert.equal(await other.evaluate(() => caches.has('takao-round-1')), false)
  await other.goto(`${url}/desk/round`)
  await other.getByText('巡查單是空的').waitFor()
  await other.getByText('已存在這台裝置').waitFor()
  assert.equal(await other.locator('[data-round-queue]').isVisible(), false)
  assert.deepEqual(await notesOf(no), [])
  await context.close()
})

test('a round older than a day does not open', async () => {
  await onRound()
  const { context, page } = await telephone()
  await page.evaluate(async () => {
    const cache = await caches.open('takao-round-1')
    const kept = await cache.match('/desk/round')
    const headers = new Headers(kept?.headers)
    headers.set('x-kept-at', String(Date.now() - 25 * 3_600_000))
    await cache.put('/desk/round', new Response(await kept?.text(), { headers }))
  })
  await context.setOffline(true)
  await page.goto(`${url}/desk/round`)
  await page.getByText('已超過 24 小時').waitFor()
  await context.close()
})

test('a session that has ended keeps what was written until its writer signs in again', async () => {
  const no = await onRound()
  const { context, page } = await telephone()
  await context.setOffline(true)
  await page.reload()
  await writeVisit(page, no, '離線很久才送的')
  await page.getByText('還沒送出：').waitFor()
  await context.clearCookies()
  await context.setOffline(false)
  await page.getByText('登入已過期').waitFor()
  await page.getByRole('link', { name: '重新登入' }).click()
  await page.locator('input[name=login]').fill('crew-maintenance')
  await page.locator('input[name=password]').fill('takao-demo-109')
  await page.locator('main button.primary').click()
  await page.waitForURL('**/desk/round')
  await page.getByText('已送出。').waitFor()
  assert.equal((await notesOf(no)).length, 1)
  await context.close()
})
