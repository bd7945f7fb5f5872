import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { publicActor, systemActor } from '../src/core/context.ts'
import { row, transact } from '../src/core/db.ts'
import { perform, read } from '../src/core/operation.ts'
import { slotsAhead } from '../src/kernel/bookings/slots.ts'
import { hearCall } from '../src/systems/call-centre/hear.ts'
import { report } from '../src/systems/dispatch/operations.ts'
import { legalAidService } from '../src/systems/legal-aid/legal-aid.ts'
import { openTestApp, signIn, testBrowser, violations } from './browser.ts'
import { everything, lamp } from './records.ts'

const { url, platform } = await openTestApp()
const browser = await testBrowser()

const ring = (callId: string, from: string) =>
  perform(platform, hearCall, systemActor('exchange:demo'), {
    source: 'demo',
    callId,
    event: 'newCall',
    from,
    queue: 'general',
    user: ['operator-1'],
  })

const hangUp = (callId: string) =>
  perform(platform, hearCall, systemActor('exchange:demo'), {
    ...{ source: 'demo', callId, event: 'hangup', user: ['operator-1'] },
  })

type Joined = { case_no: string | null; booking_no: string | null }

/** What came of a call, by the id of its interaction. */
const joinedTo = (callId: string) =>
  transact(platform.database.app, everything, (db) =>
    row(
      db,
      sql<Joined>`select c.no as case_no, b.no as booking_no
        from call_centre.call k join cases.interaction i on i.id = k.interaction
        left join cases.case c on c.id = i.case_id
        left join bookings.booking b on b.id = i.booking
        where k.source_id = ${callId}`,
    ),
  )

const desk = async (): Promise<Page> => {
  const context = await browser.newContext()
  context.setDefaultTimeout(10_000)
  const page = await signIn(context, url, 'operator-1')
  await page.goto(`${url}/desk/calls`)
  return page
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

test('a ringing call pops up, its report is filed to the end, and the case keeps the call', async () => {
  const page = await desk()
  await ring('files-a-case', '0911222333')
  await page.locator('.call-card').waitFor()
  await page.keyboard.press('Alt+2')
  await page.waitForURL('**/report**')
  const group = page.locator('details', { has: page.locator('button[value=streetlight-out]') })
  await group.locator('summary').click()
  await group.locator('button[value=streetlight-out]').click()
  await page.waitForURL('**/report/where')
  await page.getByLabel('地址、路口或地標').fill('中正一路 100 號前')
  await press(page, '繼續')
  await page.waitForURL('**/report/what')
  await page.getByLabel('補充說明').fill('來電說路燈整晚不亮')
  await page.locator('input[name=fault][value=out]').check()
  await press(page, '繼續')
  await page.waitForURL('**/report/contact')
  await page.getByLabel('電話').fill('０９１１－２２２－３３３')
  await press(page, '繼續')
  await page.waitForURL('**/report/check')
  await press(page, '送出')
  await page.waitForURL(/\/follow\/D/)
  const no = page.url().split('/').at(-1)
  assert.ok(no)
  assert.deepEqual(await joinedTo('files-a-case'), { case_no: no, booking_no: null })
  // Whoever works on it sees that it came by telephone.
  const officer = await signIn(await browser.newContext(), url, 'officer-maintenance')
  await officer.goto(`${url}/desk/dispatch/${no}`)
  assert.ok(await officer.locator('summary', { hasText: '來電' }).isVisible())
  await officer.context().close()
  await hangUp('files-a-case')
  await page.context().close()
})

test('a caller’s reports and what is open near the last of them are shown', async () => {
  const phone = '0922-333-444'
  const own = await perform(platform, report, publicActor, { ...lamp, phone })
  const near = await perform(platform, report, publicActor, {
    ...{ ...lamp, item: 'pothole', answers: { size: 'hand' }, body: '路面有坑洞' },
    lat: lamp.lat + 0.0005,
  })
  const far = await perform(platform, report, publicActor, { ...lamp, lat: lamp.lat + 0.05 })
  const page = await desk()
  await ring('asks-again', '+886922333444')
  await page.locator('.call-card').waitFor()
  const table = page.locator('table', { hasText: '上次地點附近未結案' })
  await table.waitFor()
  const listed = (await table.textContent()) ?? ''
  assert.ok(listed.includes(near.no))
  assert.ok(!listed.includes(far.no), 'five kilometres away is not near')
  assert.ok(!listed.includes(own.no), 'the own report is not near itself')
  assert.ok((await page.locator('main').textContent())?.includes(own.no))
  assert.deepEqual(await violations(page), [])
  await hangUp('asks-again')
  await page.context().close()
})

test('legal advice that is booked for a caller is joined to the call', async () => {
  const page = await desk()
  await ring('books-advice', '0933444555')
  await page.locator('.call-card', { hasText: '尾碼 555' }).waitFor()
  await page.getByRole('link', { name: '代約法律諮詢' }).click()
  const slots = await read(platform, publicActor, 'public', (ctx) =>
    slotsAhead(ctx, legalAidService, { venue: 'legal-aid.siwei' }),
  )
  const slot = slots.find(({ free }) => free > 0)
  assert.ok(slot)
  await page.locator('a.door[href*="venue=siwei"]').click()
  await page.locator(`.days a[href*="date=${slot.date}"]`).click()
  await page.locator(`.times button[value="${slot.id}"]`).click()
  await page.waitForURL(/\/legal-aid\/L[^?]+\?via=/)
  // A mistake keeps where it came from.
  await press(page, '確認預約')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('姓名', { exact: true }).fill('林先生')
  await page.getByLabel('電話', { exact: true }).fill('0933-444-555')
  await press(page, '確認預約')
  await page.getByText('預約完成').waitFor()
  const no = /L\d{3}-\d{6}-\d/.exec(page.url())?.[0]
  assert.deepEqual(await joinedTo('books-advice'), { case_no: null, booking_no: no })
  const counter = await signIn(await browser.newContext(), url, 'legal-desk-1')
  await counter.goto(`${url}/desk/legal-aid?no=${no}`)
  const line = counter.locator('tr[data-current]')
  assert.match((await line.textContent()) ?? '', new RegExp(`${no}.*來電`))
  await counter.context().close()
  await page.context().close()
})
