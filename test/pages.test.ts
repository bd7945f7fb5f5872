import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { sql } from 'kysely'
import type { BrowserContext, Page } from 'playwright-core'
import { publicActor, systemActor } from '../src/core/context.ts'
import { rows, transact } from '../src/core/db.ts'
import { isoDate } from '../src/core/format.ts'
import { type Locale, languageTag } from '../src/core/i18n.ts'
import { may, perform, read } from '../src/core/operation.ts'
import { slotsAhead } from '../src/kernel/bookings/slots.ts'
import { upkeepOf } from '../src/kernel/bookings/upkeep.ts'
import { cityStaff } from '../src/kernel/identity/pack.ts'
import { seedArticles } from '../src/kernel/knowledge/seed.ts'
import { cityScope } from '../src/protocols/oidc/policy.ts'
import { hearCall } from '../src/systems/call-centre/hear.ts'
import { say } from '../src/systems/chatbot/talk.ts'
import { addPhysicalCard } from '../src/systems/citizen-account/card/desk-operations.ts'
import { beginCard } from '../src/systems/citizen-account/card/operations.ts'
import {
  confirmLook,
  findByCode,
  recordLook,
  showCode,
} from '../src/systems/citizen-account/proofing/operations.ts'
import { report } from '../src/systems/dispatch/operations.ts'
import { legalAidPack, legalAidService } from '../src/systems/legal-aid/legal-aid.ts'
import { book, common as bookings } from '../src/systems/legal-aid/operations.ts'
import { petition } from '../src/systems/petitions/operations.ts'
import { approveSystem, proposeSystem } from '../src/systems/single-sign-on/operations.ts'
import { openTestApp, signIn, testBrowser, violations } from './browser.ts'
import { fillCalls } from './call-records.ts'
import { certificateCity } from './card.ts'
import { staffOf } from './city.ts'
import { agentOn, enterPassword } from './relying.ts'

const ca = await certificateCity()
after(() => ca.close())
const { url, platform, pages } = await openTestApp('127.0.0.1', ca.settings)
const browser = await testBrowser()

/** A permission is shown by the first of these who holds it. */
const staff = [
  ...['supervisor-works', 'operator-1', 'commission-1', 'editor-1', 'auditor-1', 'admin-1'],
  ...['council-1', 'knowledge-1', 'call-supervisor-1', 'identity-desk-1'],
]

const lamp = await perform(platform, report, publicActor, {
  item: 'streetlight-out',
  body: '路燈不亮',
  place: '中正一路 100 號前',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
  name: '王小明',
  phone: '0900-000-000',
})
const sidewalk = await perform(platform, petition, publicActor, {
  item: 'roads-and-parks',
  subject: '請整修人行道',
  body: '推輪椅過不去。',
  name: '林小姐',
  email: 'lin@mail.example',
})

// Calls: one wrapped up with a promised call-back, one that rings at the operator's desk.
await fillCalls(platform, lamp.id)
await perform(platform, hearCall, systemActor('exchange:pbx-1'), {
  source: 'pbx-1',
  callId: 'rings',
  event: 'newCall',
  from: '0900-000-000',
  queue: 'general',
  user: ['operator-1'],
})

// Bookings: one ahead, one held and not yet confirmed, and a place on the list of a full day.
await perform(platform, upkeepOf(legalAidService).open, systemActor('test'), {})
const qishan = await read(platform, publicActor, 'public', (ctx) =>
  slotsAhead(ctx, legalAidService, { venue: 'legal-aid.qishan' }),
)
const today = isoDate(platform.now())
const fullDay = qishan.find(({ date }) => date > today)?.date ?? ''
const day = qishan.filter(({ date }) => date === fullDay)
const held = await perform(platform, bookings.hold, publicActor, { slot: day[0]?.id })
const booked = await perform(platform, bookings.hold, publicActor, { slot: day[1]?.id })
const own = { no: booked.no, name: '林先生', phone: '0900-000-001', topic: 'family' }
await perform(platform, book, systemActor('test'), own)
for (const { id: slot } of day.slice(2))
  await perform(platform, bookings.hold, publicActor, { slot })
const wish = { venue: 'legal-aid.qishan', date: fullDay, name: '林先生', phone: '0900-000-002' }
const waiting = await perform(platform, bookings.join, publicActor, wish)

await perform(platform, seedArticles, systemActor('seed'), {})
const asked = { key: 'the key of a chat of this test', text: 'a real person, please' }
const { conversation } = await perform(platform, say, publicActor, asked, { locale: 'en' })

// A system that signs people in, with a change that waits, and who has signed in to our own pages.
const system = {
  ...{ id: 'asset-book', agency: 'maintenance-office', nameZh: '財產簿', nameEn: 'Asset book' },
  ...{ purposeZh: '管理財產', purposeEn: 'keep assets', audience: 'staff', rating: 'basic' },
  ...{ level: 1, redirectUris: ['https://assets.example/in'] },
  scimUri: 'https://assets.example/scim',
}
await perform(platform, proposeSystem, staffOf(platform, 'supervisor-works'), system)
await perform(platform, approveSystem, staffOf(platform, 'admin-1'), { id: system.id })
const change = { ...system, level: 2, backchannelUri: 'https://assets.example/ended' }
await perform(platform, proposeSystem, staffOf(platform, 'supervisor-works'), change)
const agent = agentOn(url)
await enterPassword(agent, await agent.get('/sign-in'), 'auditor-1')
const [signedIn] = await transact(platform.database.app, cityScope, (db) =>
  rows(db, sql<{ id: string }>`select id::text from identity.sign_in where agent <> ''`),
)

// Two checked at a counter: one waits for the second look, one is the auditor's own history.
const lookAt = async (login: string): Promise<string> => {
  const { code } = await perform(platform, showCode, staffOf(platform, login), {})
  const officer = staffOf(platform, 'identity-desk-2')
  await perform(platform, findByCode, officer, { code })
  const seen = { document: 'id-card', lastFour: '6789', same: true }
  return (await perform(platform, recordLook, officer, { code, ...seen })).id
}
await lookAt('crew-maintenance')
const confirmed = { id: await lookAt('supervisor-works') }
await perform(platform, confirmLook, staffOf(platform, 'identity-desk-1'), confirmed)

// Their cards: a virtual one to be shown, and a physical one.
const holder = { ...staffOf(platform, 'supervisor-works'), level: 1, confirmedAt: new Date() }
await perform(platform, beginCard, holder, {})
const { code: cardCode } = await perform(platform, showCode, holder, {})
const physical = { code: cardCode, number: '1234 5678 9012 3456' }
await perform(platform, addPhysicalCard, staffOf(platform, 'identity-desk-1'), physical)

/** What the city's own people wrote or are called stays in their own words. */
const ownWords = [
  ...['路燈故障', '路燈', '中正一路 100 號前', '請整修人行道', '垃圾'],
  ...['林先生', '王小姐', '財產簿', '管理財產'],
  ...legalAidPack(platform.city).lawyers.map(({ name }) => name),
  ...cityStaff(platform.city).map(({ name }) => name),
]

type Visited = { readonly path: string; readonly permission: string }

const withoutParameters: readonly Visited[] = pages.filter(
  ({ method, path }) =>
    method === 'GET' &&
    path !== '/sign-in/callback' &&
    !/[:*]|\.(json|csv|ods|xlsx|md|docx|odt|pdf)$/.test(path),
)
const withData: readonly Visited[] = [
  { path: `/follow/${lamp.no}`, permission: 'holder' },
  { path: `/follow/${sidewalk.no}`, permission: 'holder' },
  { path: `/desk/dispatch/${lamp.no}`, permission: 'dispatch.triage' },
  { path: `/desk/petitions/${sidewalk.no}`, permission: 'petitions.approve' },
  { path: `/reported/${lamp.no}`, permission: 'public' },
  { path: `/outside/${lamp.no}`, permission: 'public' },
  { path: '/leave/x', permission: 'public' },
  { path: '/watch/x', permission: 'public' },
  { path: '/desk/dispatch?closed=1&q=路燈', permission: 'dispatch.read' },
  { path: `/desk/search?q=${lamp.no}`, permission: 'staff' },
  { path: '/dispatch?state=closed&item=pothole', permission: 'public' },
  { path: '/legal-aid?venue=siwei', permission: 'public' },
  { path: `/legal-aid?venue=qishan&date=${fullDay}`, permission: 'public' },
  { path: `/legal-aid?date=${fullDay}`, permission: 'public' },
  { path: `/legal-aid/wait?venue=qishan&date=${fullDay}`, permission: 'public' },
  ...[held, booked, waiting].map(({ no }) => ({ path: `/legal-aid/${no}`, permission: 'holder' })),
  { path: `/desk/legal-aid?venue=qishan&date=${fullDay}`, permission: 'legal-aid.desk' },
  { path: '/knowledge?q=垃圾', permission: 'public' },
  { path: '/knowledge?topic=tax', permission: 'public' },
  { path: '/knowledge/env-001', permission: 'public' },
  { path: '/chat?embed=1', permission: 'public' },
  { path: '/desk/knowledge/tra-013', permission: 'knowledge.edit' },
  { path: `/desk/chats/${conversation}`, permission: 'chatbot.serve' },
  { path: '/desk/1999?q=垃圾', permission: 'enquiries.record' },
  {
    path: `/desk/staff/${staffOf(platform, 'crew-maintenance').id}`,
    permission: 'identity.delegate',
  },
  { path: '/desk/staff?q=nobody', permission: 'identity.delegate' },
  { path: '/desk/sign-on/asset-book', permission: 'single-sign-on.approve' },
  { path: '/desk/sign-on/asset-book?by=agency', permission: 'single-sign-on.propose' },
  { path: '/desk/sign-on/asset-book/change', permission: 'single-sign-on.propose' },
  { path: '/desk/sign-on/portal/sign-ins', permission: 'identity.audit' },
  { path: `/desk/sign-on/portal/sign-ins/${signedIn?.id}`, permission: 'identity.audit' },
  { path: `/account/sign-ins/${signedIn?.id}`, permission: 'identity.audit' },
  { path: '/sign-in?level=aal4', permission: 'public' },
  { path: '/no-such-page', permission: 'public' },
]

const contexts = new Map<string, Promise<BrowserContext>>()

/** The browser of whoever may see the page: anyone, who holds the codes, or a member of staff. */
function contextFor(permission: string): Promise<BrowserContext> {
  const login = staff.find((one) => may(staffOf(platform, one), permission))
  const who = ['public', 'holder'].includes(permission) ? permission : login
  assert.ok(who, `none of ${staff} holds ${permission}`)
  const known = contexts.get(who) ?? openContext(who)
  contexts.set(who, known)
  return known
}

async function openContext(who: string): Promise<BrowserContext> {
  const context = await browser.newContext()
  if (who === 'public') return context
  const page = who === 'holder' ? await holdCodes(context) : await signIn(context, url, who)
  await page.close()
  return context
}

async function holdCodes(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  for (const { no, code } of [lamp, sidewalk]) {
    await page.goto(`${url}/follow`)
    await page.locator('input[name=number]').last().fill(no)
    await page.locator('input[name=code]').fill(code)
    await page.locator('main button.primary').click()
    await page.waitForURL(`**/follow/${no}`)
  }
  for (const { no, code } of [held, booked, waiting]) {
    await page.goto(`${url}/legal-aid/find`)
    await page.locator('input[name=number]').last().fill(no)
    await page.locator('input[name=code]').fill(code)
    await page.locator('main button.primary').click()
    await page.waitForURL(`**/legal-aid/${no}`)
  }
  return page
}

type Look = { readonly width: 360 | 1280; readonly locale: Locale; readonly axe: boolean }

// Each page is checked in both languages at both widths; axe, the slow one, sees both languages,
// both widths and both colour schemes in two runs.
const looks: readonly (Look & { readonly colorScheme: 'light' | 'dark' })[] = [
  { width: 360, locale: 'zh', colorScheme: 'light', axe: true },
  { width: 1280, locale: 'zh', colorScheme: 'light', axe: false },
  { width: 360, locale: 'en', colorScheme: 'dark', axe: false },
  { width: 1280, locale: 'en', colorScheme: 'dark', axe: true },
]

type Open = { readonly page: Page; readonly said: string[] }
const idle = new Map<BrowserContext, Open[]>()

/** A page of the context that nobody uses just now: opening one takes as long as visiting one. */
async function openPage(context: BrowserContext): Promise<Open> {
  const known = idle.get(context)?.pop()
  if (known) return known
  const page = await context.newPage()
  return { page, said: listen(page) }
}

// Two at a time: while the browser draws one page, the server makes another.
suite('every page', { concurrency: 2 }, () => {
  for (const visited of [...withoutParameters, ...withData])
    test(`${visited.path} is sound in both languages, on a telephone and on a desk`, async () => {
      const context = await contextFor(visited.permission)
      const open = await openPage(context)
      for (const look of looks)
        assert.deepEqual(
          await faultsOn(open, visited.path, look),
          [],
          `${visited.path} ${told(look)}`,
        )
      idle.set(context, [...(idle.get(context) ?? []), open])
    })
})

const told = ({ locale, width, colorScheme }: (typeof looks)[number]) =>
  `in ${locale} at ${width} px, ${colorScheme}`

async function faultsOn(open: Open, path: string, look: (typeof looks)[number]): Promise<string[]> {
  const { page, said } = open
  await page.setViewportSize({ width: look.width, height: 800 })
  await page.emulateMedia({ colorScheme: look.colorScheme })
  const status = (await page.goto(url + (look.locale === 'en' ? '/en' : '') + path))?.status() ?? 0
  assert.equal(status, path === '/no-such-page' ? 404 : 200)
  await unfold(page)
  return [
    ...(await faultsOf(page, look)),
    ...(look.axe ? await violations(page) : []),
    ...said.splice(0).filter((line) => status === 200 || !line.includes(`${status}`)),
  ]
}

test('a conversation is sound on a telephone, and the panel beside a page', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  const said = listen(page)
  await page.goto(`${url}/chat`)
  for (const text of ['垃圾車幾點來', '補助申請', '路燈壞了']) {
    await page.locator('#say').fill(text)
    await page.locator('button[value=say]').click()
    await page.locator('.turn.citizen').getByText(text, { exact: true }).waitFor()
  }
  const look = { width: 360, locale: 'zh', axe: true } as const
  assert.deepEqual(await faultsOf(page, look), [])
  assert.deepEqual(await violations(page), [])
  await page.goto(`${url}/knowledge`)
  await page.locator('[data-chat-open]').click()
  await page.locator('dialog.chat-panel .turn').first().waitFor()
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(said, [])
  await context.close()
})

test("the officers' menu opens on a telephone and breaks no rule", async () => {
  const context = await contextFor('dispatch.read')
  const page = await context.newPage()
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${url}/desk`)
  await page.locator('.menu-button').click()
  await page.locator('#desk-menu a').first().waitFor({ state: 'visible' })
  assert.deepEqual(await violations(page), [])
  await page.close()
})

/** What the browser complains of: errors, refused sources, missing files. */
function listen(page: Page): string[] {
  const said: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => said.push(`error: ${error.message}`))
  return said
}

/** Folded parts are part of the page. */
const unfold = (page: Page) =>
  page.evaluate(() => {
    for (const folded of document.querySelectorAll('main details')) folded.setAttribute('open', '')
  })

async function faultsOf(page: Page, { width, locale }: Look): Promise<string[]> {
  const seen = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    lang: document.documentElement.lang,
  }))
  const han = locale === 'en' ? await hanIn(page) : []
  return [
    ...(seen.wide > width ? [`${seen.wide} px wide`] : []),
    ...(seen.headings === 1 ? [] : [`${seen.headings} first headings`]),
    ...(/\S - \S/.test(seen.title) ? [] : [`title: ${seen.title}`]),
    ...(seen.lang === languageTag(locale) ? [] : [`lang: ${seen.lang}`]),
    ...han.map((text) => `not English: ${text}`),
  ]
}

/** Chinese in what an English page says by itself; the language switch speaks for itself. */
async function hanIn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const parts = 'header, nav, footer, h1, h2, button, label, legend, summary, th, [aria-label]'
    return [...document.querySelectorAll(parts)].flatMap((part) => {
      const copy = part.cloneNode(true) as Element
      for (const other of copy.querySelectorAll('[lang], option')) other.remove()
      const spoken = ['aria-label', 'placeholder', 'title'].map((name) => part.getAttribute(name))
      return [copy.textContent, ...spoken].filter((text) => text !== null)
    })
  })
  return texts
    .map((text) => ownWords.reduce((rest, word) => rest.replaceAll(word, ''), text).trim())
    .filter((text) => /\p{Script=Han}/u.test(text))
    .map((text) => text.slice(0, 120))
}
