import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { publicActor } from '../src/core/context.ts'
import { row, transact } from '../src/core/db.ts'
import { perform } from '../src/core/operation.ts'
import { report } from '../src/systems/dispatch/operations.ts'
import { openTestApp, signIn, testBrowser, violations } from './browser.ts'
import { everything, lamp } from './records.ts'

const { url, platform } = await openTestApp()
const browser = await testBrowser()

const sign = async (event: string, callId: string, more: Record<string, string> = {}) => {
  const body = new URLSearchParams({ event, callId, ...more })
  const answer = await fetch(`${url}/cti/demo`, { method: 'POST', body })
  assert.equal(answer.status, 200)
}
const ring = (callId: string, from = '0912345678') =>
  sign('newCall', callId, { from, direction: 'in', queue: 'general', 'user[]': 'operator-1' })

const ask = <T>(query: string) =>
  transact(platform.database.app, everything, (db) => row(db, sql<T>`${sql.raw(query)}`))

const desk = async (javaScriptEnabled = true): Promise<Page> => {
  const context = await browser.newContext({ javaScriptEnabled })
  const page = await signIn(context, url, 'operator-1')
  await page.goto(`${url}/desk/calls`)
  return page
}

const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? ''

const lampOf = await perform(platform, report, publicActor, { ...lamp, phone: '0912-345-678' })

test('a call pops up with its caller, is noted by keys alone, and is wrapped up', async () => {
  const page = await desk()
  assert.match(await textOf(page, 'main'), /現在沒有來電/)
  await ring('one')
  await page.locator('.call-card').waitFor()
  const card = await textOf(page, '.call-card')
  assert.match(card, /來電中/)
  assert.match(card, /尾碼 678/)
  assert.ok((await textOf(page, 'main')).includes(lampOf.no), 'the case of this number is shown')
  assert.deepEqual(await violations(page), [])
  await sign('answer', 'one', { user: 'operator-1' })
  await page.locator('.call-card', { hasText: '通話中' }).waitFor()

  // An enquiry: the key of the form, a digit, Tab, the question, Enter.
  const keys = ['Alt+1', '3', 'Tab']
  for (const key of keys) await page.keyboard.press(key)
  await page.keyboard.type('垃圾車幾點來')
  await page.keyboard.press('Enter')
  await page.locator('[data-say]', { hasText: '已記下諮詢' }).waitFor()
  assert.equal(keys.length + 1, 4, 'four keys beside the question itself')
  const noted = await ask(`select topic, channel, question from enquiries.enquiry`)
  assert.deepEqual(noted, { topic: 'waste-collection', channel: 'phone', question: '垃圾車幾點來' })

  await sign('hangup', 'one', { cause: 'normalClearing' })
  await page.locator('.call-card', { hasText: '已掛斷' }).waitFor()
  await page.locator('#wrap-up ~ form').waitFor()
  await page.keyboard.press('Alt+4')
  await page.keyboard.press('Space')
  await page.locator('[name=notes]').fill('問垃圾車')
  assert.deepEqual(await violations(page), [])
  await page.locator('main form button.primary').click()
  await page.locator('main', { hasText: '現在沒有來電' }).waitFor()
  const wrapped = await ask(`select codes, notes from call_centre.wrap_up`)
  assert.deepEqual(wrapped, { codes: ['answered'], notes: '問垃圾車' })
  assert.match(await textOf(page, '.call-state'), /值機中/)
  await page.context().close()
})

test('what an operator types is not lost when the call ends meanwhile', async () => {
  const page = await desk()
  await ring('two')
  await page.locator('.call-card').waitFor()
  await page.locator('#f-question').fill('還沒打完')
  await sign('answer', 'two', { user: 'operator-1' })
  await sign('hangup', 'two')
  await page.locator('.call-card', { hasText: '已掛斷' }).waitFor()
  assert.equal(await page.locator('#f-question').inputValue(), '還沒打完')
  await page.context().close()
})

test('a report from the call is joined to it', async () => {
  const page = await desk()
  const href = await page.locator('[data-hotkey="2"]').getAttribute('href')
  const via = (await ask<{ id: string }>(
    `select interaction as id from call_centre.call where source_id = 'two'`,
  ))!.id
  assert.equal(href, `/report?via=${via}`)
  await page.context().close()
})

test('without JavaScript the desk shows the call, and a mistake loses nothing', async () => {
  const page = await desk(false)
  assert.match(await textOf(page, '.call-card'), /已掛斷/)
  await page.locator('[name=notes]').fill('沒有選結果')
  await page.locator('main details summary').click()
  await page.locator('[name="callBack.name"]').fill('王小姐')
  await page.locator('main form button.primary').click()
  assert.match(await textOf(page, '.errors'), /需要修改/)
  assert.equal(await page.locator('[name=notes]').inputValue(), '沒有選結果')
  assert.equal(await page.locator('[name="callBack.name"]').inputValue(), '王小姐')
  await page.locator('[name="callBack.name"]').fill('')
  await page.locator('[name=codes]').first().check()
  await page.locator('main form button.primary').click()
  assert.match(await textOf(page, 'main'), /現在沒有來電/)
  await page.context().close()
})

test('a file of call records is imported once, and its bad lines are named', async () => {
  const page = await signIn(await browser.newContext(), url, 'call-supervisor-1')
  const lines = [
    'calldate,src,dcontext,duration,billsec,disposition,uniqueid',
    '2020-09-01 09:00:00,0912345678,general,95,80,ANSWERED,a-1',
    'some day,0912345678,general,95,80,ANSWERED,a-2',
  ]
  const file = { name: 'cdr.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) }
  const send = async (source: string) => {
    await page.goto(`${url}/desk/calls/import`)
    await page.locator('[name=source]').fill(source)
    await page.locator('[name=file]').setInputFiles(file)
    await page.locator('main form button.primary').click()
    await page.locator('.notice, .errors').first().waitFor()
    return textOf(page, 'main')
  }
  const first = await send('main-pbx')
  assert.match(first, /匯入 1 通，0 通之前就有，1 列沒有匯入/)
  assert.match(first, /看不懂開始時間/)
  assert.match(await send('main-pbx'), /匯入 0 通，1 通之前就有/)
  assert.match(await send('Main PBX'), /小寫英文/)
  const kept = await ask(`select count(*) as n from call_centre.call where source = 'main-pbx'`)
  assert.deepEqual(kept, { n: 1 })
  await page.context().close()
})

test('an exchange is connected on a page that shows its address once', async () => {
  const page = await signIn(await browser.newContext(), url, 'admin-1')
  await page.goto(`${url}/desk/calls/exchanges`)
  await page.locator('[name=name]').fill('main-pbx')
  await page.locator('main form button.primary').last().click()
  const token = (await textOf(page, '.proof code')).split('/').at(-1) ?? ''
  const body = new URLSearchParams({ event: 'newCall', callId: 'x' })
  const answer = await fetch(`${url}/cti/${token}`, { method: 'POST', body })
  assert.equal(answer.status, 200)
  await page.goto(`${url}/desk/calls/exchanges`)
  assert.ok(!(await textOf(page, 'main')).includes(token))
  await page.locator('td form button').click()
  await page.locator('td', { hasText: '已停用' }).waitFor()
  const refused = await fetch(`${url}/cti/${token}`, { method: 'POST', body })
  assert.equal(refused.status, 403)
  await page.context().close()
})

test('the board changes by itself when a call waits', async () => {
  const page = await signIn(await browser.newContext(), url, 'call-supervisor-1')
  await page.goto(`${url}/desk/calls/board`)
  const line = page.locator('tr', { hasText: '派工通報' }).first()
  assert.equal(await line.locator('td').nth(1).textContent(), '0')
  await sign('newCall', 'waits', { direction: 'in', queue: 'dispatch' })
  await line.locator('td').nth(1).filter({ hasText: '1' }).waitFor()
  assert.equal(await line.locator('td').nth(1).textContent(), '1')
  await page.context().close()
})
