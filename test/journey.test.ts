import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { row, transact } from '../src/core/db.ts'
import { openTestApp, signIn, testBrowser } from './browser.ts'

const { url, platform } = await openTestApp()
const browser = await testBrowser()

const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

/** A telephone: 360 px wide, with or without JavaScript. */
async function phone(javaScriptEnabled: boolean): Promise<BrowserContext> {
  const viewport = { width: 360, height: 740 }
  const context = await browser.newContext({ viewport, javaScriptEnabled })
  context.setDefaultTimeout(8000)
  return context
}

const photograph = async (name: string, background: string) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .withExif({
      IFD0: { Make: 'Telephone' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '22/1 37/1 38/1' },
    })
    .jpeg()
    .toBuffer(),
})

const broken = await photograph('broken.jpg', '#223344')
const mended = await photograph('mended.jpg', '#eedd88')

const press = (within: Page | Locator, name: string) =>
  within.getByRole('button', { name, exact: true }).click()

const textOf = async (part: Locator): Promise<string> => (await part.textContent()) ?? ''

/** The form of a step on a case's page, opened when it is folded. */
async function stepForm(page: Page, name: string): Promise<Locator> {
  const form = page.locator('details.step').filter({
    has: page.locator('summary', { hasText: name }),
  })
  // Steps that are seldom taken stand behind one more fold.
  const more = page.locator('details.more-steps:not([open])').filter({ has: form })
  if ((await more.count()) > 0) await more.locator('> summary').click()
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click()
  return form
}

async function reportLamp(page: Page): Promise<{ no: string; code: string }> {
  await page.goto(url)
  await page.locator('.doors a[href="/report"]').click()
  const group = page.locator('details', { has: page.locator('button[value=streetlight-out]') })
  await group.locator('summary').click()
  await group.locator('button[value=streetlight-out]').click()
  await page.waitForURL('**/report/where')
  await page.getByLabel('地址、路口或地標').fill('中正一路 100 號前')
  await press(page, '繼續')
  await page.waitForURL('**/report/what')
  await page.getByLabel('補充說明').fill('巷口路燈整晚不亮')
  await page.getByLabel('照片').setInputFiles(broken)
  await press(page, '繼續')
  // What is wrong with it was not answered: refused, and nothing is lost.
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('補充說明').inputValue(), '巷口路燈整晚不亮')
  assert.equal(await page.locator('.kept img[src^="/files/draft/"]').count(), 1)
  await answer(page, 'fault', 'out')
  await press(page, '繼續')
  await page.waitForURL('**/report/contact')
  await press(page, '繼續')
  await page.waitForURL('**/report/check')
  assert.match(await textOf(page.locator('main')), /巷口路燈整晚不亮/)
  await press(page, '送出')
  await page.waitForURL(/\/follow\/D/)
  return { no: page.url().split('/').at(-1)!, code: await textOf(page.locator('code.code')) }
}

/** Answers a question of an item, whether it is drawn as a list or as buttons. */
async function answer(page: Page, name: string, value: string): Promise<void> {
  const list = page.locator(`select[name=${name}]`)
  if ((await list.count()) > 0) await list.selectOption(value)
  else await page.locator(`input[name=${name}][value=${value}]`).check()
}

async function repairLamp(context: BrowserContext, no: string): Promise<void> {
  const page = await signIn(context, url, 'officer-maintenance')
  await page.goto(`${url}/desk/dispatch`)
  await page.getByRole('link', { name: no }).click()
  await page.waitForURL(`**/desk/dispatch/${no}`)
  await press(await stepForm(page, '我來處理'), '我來處理')
  await page.locator('.flash.done').waitFor()
  const finish = await stepForm(page, '完工回報')
  await finish.getByLabel('處理情形').fill('已更換燈泡')
  await press(finish, '完工回報')
  // Without a photograph it is refused, and the words stay.
  await page.getByRole('alert').waitFor()
  assert.match(await textOf(page.getByRole('alert')), /照片/)
  const again = await stepForm(page, '完工回報')
  assert.equal(await again.getByLabel('處理情形').inputValue(), '已更換燈泡')
  await again.getByLabel('完工照片').setInputFiles(mended)
  await press(again, '完工回報')
  await page.locator('.flash.done').waitFor()
  assert.match(await textOf(page.locator('main')), /已完工/)
}

async function confirmRepair(page: Page, no: string): Promise<string> {
  await page.goto(`${url}/follow/${no}`)
  const proof = page.locator('.timeline li', { hasText: '已更換燈泡' })
  const picture = (await proof.locator('.photos a').getAttribute('href'))!
  const served = await page.request.get(url + picture)
  assert.equal(served.status(), 200)
  const { format, exif } = await sharp(await served.body()).metadata()
  assert.deepEqual({ format, exif }, { format: 'jpeg', exif: undefined })
  await press(await stepForm(page, '確認修好了'), '確認修好了')
  await page.locator('.flash.done').waitFor()
  assert.match(await textOf(page.locator('.timeline')), /通報人確認修好了/)
  return picture
}

async function followElsewhere(context: BrowserContext, no: string, code: string) {
  const page = await context.newPage()
  await page.goto(`${url}/follow`)
  const ask = async (given: string) => {
    await page.getByLabel('案號', { exact: true }).fill(no)
    await page.getByLabel('查詢碼').fill(given)
    await press(page.locator('main'), '查進度')
  }
  await ask(code === '22222222' ? '33333333' : '22222222')
  await page.getByRole('alert').waitFor()
  assert.match(await textOf(page.getByRole('alert')), /對不起來/)
  assert.equal(await page.getByLabel('案號', { exact: true }).inputValue(), no)
  await ask(code.toLowerCase())
  await page.waitForURL(`**/follow/${no}`)
  assert.match(await textOf(page.locator('main')), /已更換燈泡/)
}

async function seeNothing(context: BrowserContext, no: string, picture: string) {
  assert.equal((await context.request.get(url + picture)).status(), 404)
  const page = await context.newPage()
  await page.goto(`${url}/follow/${no}`)
  assert.equal(new URL(page.url()).pathname, '/follow')
  assert.doesNotMatch(await textOf(page.locator('main')), /路燈/)
}

const isRegistered = (no: string) =>
  transact(platform.database.app, everything, (db) =>
    row(db, sql<{ item: string }>`select item from cases.register where no = ${no}`),
  )

for (const script of [true, false]) {
  const manner = script ? 'with JavaScript' : 'without JavaScript'

  test(`a broken lamp is reported, mended with proof and confirmed, ${manner}`, async () => {
    const citizen = await phone(script)
    const page = await citizen.newPage()
    const { no, code } = await reportLamp(page)
    assert.match(code, /^[A-Z0-9]{8}$/)
    const officer = await phone(script)
    await repairLamp(officer, no)
    const picture = await confirmRepair(page, no)
    const other = await phone(script)
    await followElsewhere(other, no, code)
    const stranger = await phone(script)
    await seeNothing(stranger, no, picture)
    assert.deepEqual(await isRegistered(no), { item: 'streetlight-out' })
    for (const context of [citizen, officer, other, stranger]) await context.close()
  })
}

async function filePetition(page: Page): Promise<string> {
  await page.goto(`${url}/petition`)
  await page.locator('input[name=item][value=social-welfare]').check()
  await press(page, '繼續')
  await page.waitForURL('**/petition/words')
  await page.getByLabel('主旨').fill('請增設長者送餐據點')
  await page.getByLabel('內容').fill('社區裡獨居長者很多，最近的據點要走半小時。')
  await press(page, '繼續')
  await page.waitForURL('**/petition/contact')
  await page.getByLabel('稱呼').fill('林小姐')
  await press(page, '繼續')
  // No way to reply was given: refused, and the name stays.
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('稱呼').inputValue(), '林小姐')
  await page.getByLabel('電子郵件').fill('lin@mail.example')
  await press(page, '繼續')
  await page.waitForURL('**/petition/check')
  await press(page, '送出')
  await page.waitForURL(/\/follow\/P/)
  return page.url().split('/').at(-1)!
}

/** Opens a case on the desk and takes one step with the words of its form. */
async function takeStep(page: Page, path: string, step: string, words: Record<string, string>) {
  await page.goto(url + path)
  const form = await stepForm(page, step)
  for (const [label, said] of Object.entries(words)) await form.getByLabel(label).fill(said)
  const officer = form.locator('select[name=assignee]')
  if ((await officer.count()) > 0) await officer.selectOption({ index: 1 })
  await press(form, step)
  await page.locator('.flash.done').waitFor()
}

for (const script of [true, false]) {
  const manner = script ? 'with JavaScript' : 'without JavaScript'

  test(`a petition is completed, answered and accepted, ${manner}`, async () => {
    const citizen = await phone(script)
    const page = await citizen.newPage()
    const no = await filePetition(page)
    const office = await phone(script)
    const desk = await signIn(office, url, 'officer-social')
    const path = `/desk/petitions/${no}`
    await takeStep(desk, path, '收案並分派', {})
    await takeStep(desk, path, '請陳情人補正', { 要補什麼: '請告訴我們社區的名稱' })
    assert.match(await textOf(desk.locator('.clocks')), /暫停/)
    await page.reload()
    const main = page.locator('main')
    assert.match(await textOf(main), /請告訴我們社區的名稱/)
    assert.match(await textOf(main.locator('.due-line').first()), /暫停/)
    await takeStep(page, `/follow/${no}`, '送出補充資料', { 補充內容: '在前鎮區的社區' })
    await takeStep(desk, path, '答覆', { 答覆內容: '已選定新據點，下個月開辦。' })
    await page.reload()
    assert.match(await textOf(main), /已選定新據點/)
    await takeStep(page, `/follow/${no}`, '滿意，結案', {})
    assert.match(await textOf(main.locator('.timeline')), /陳情人接受答覆，結案/)
    assert.deepEqual(await isRegistered(no), { item: 'social-welfare' })
    await citizen.close()
    await office.close()
  })
}
