import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { demoPassword } from '../../src/kernel/identity/seed.ts'
import { deliverLogout } from '../../src/protocols/oidc/logout.ts'
import { authenticatorOf } from '../accounts.ts'
import { freePort, openTestApp, testBrowser } from '../browser.ts'
import { relyingSystem } from '../relying.ts'

/*
 * Systems that others wrote sign people in: Apache with mod_auth_openidc, and a client in Python
 * over Authlib. `npm test` installs both from Debian.
 */

const { url, platform } = await openTestApp()
const browser = await testBrowser()

/** Signs in where the browser stands. */
async function enter(page: Page): Promise<void> {
  await page.locator('input[name=login]').fill('crew-maintenance')
  await page.locator('input[name=password]').fill(demoPassword)
  await page.locator('main .way button.primary').first().click()
  await agree(page)
}

/** Lets the system know what it asks to know: refresh tokens are given to nobody without it. */
const agree = (page: Page) => page.getByRole('button', { name: '同意', exact: true }).click()

/** Proves more, by a code of an app: a new one each time, for no code counts twice. */
async function stepUp(page: Page): Promise<void> {
  const code = await authenticatorOf(platform, 'crew-maintenance')
  await page.locator('input[name=code]').first().fill(code())
  await page
    .locator('.way', { has: page.locator('input[name=code]') })
    .first()
    .getByRole('button')
    .click()
  await agree(page)
}

/** Ends a program with the tests, however they end. */
function endsWithUs(child: ChildProcess): void {
  const stop = () => child.kill()
  after(stop)
  process.once('exit', stop)
}

async function apache() {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const relying = await relyingSystem(platform, 'behind-apache', {
    redirectUris: [`${origin}/signed-in`],
    postLogoutUris: [`${origin}/left/`],
    backchannelUri: `${origin}/signed-in?logout=backchannel`,
    grants: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'offline_access'],
  })
  const folder = mkdtempSync(join(tmpdir(), 'takao-apache-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  for (const path of ['', 'high', 'left']) {
    mkdirSync(join(folder, 'www', path), { recursive: true })
    writeFileSync(join(folder, 'www', path, 'index.html'), `<p>${path || 'open'}</p>`)
  }
  const root = process.getuid?.() === 0 ? ['-D', 'ROOT'] : []
  const child = spawn(
    'apache2',
    ['-D', 'FOREGROUND', ...root, '-f', join(import.meta.dirname, 'apache.conf')],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        ...{ FOLDER: folder, PORT: String(port), ISSUER: `${url}/oidc` },
        ...{ CLIENT: relying.id, SECRET: relying.secret ?? '' },
        PASSPHRASE: randomBytes(24).toString('hex'),
      },
    },
  )
  endsWithUs(child)
  for (let i = 0; i < 100; i++) {
    if (await fetch(`${origin}/left/index.html`).catch(() => undefined)) break
    await wait(100)
  }
  return { origin, folder }
}

const { origin } = await apache()
const page = await (await browser.newContext({ locale: 'zh-TW' })).newPage()

/** What the module holds of the session: tokens, claims. Nothing when there is no session. */
async function held() {
  const answer = await page.goto(`${origin}/signed-in?info=json`)
  return answer?.status() === 200 ? JSON.parse(await answer.text()) : undefined
}

test('Apache signs a person in by mod_auth_openidc, and learns name and level', async () => {
  await page.goto(`${origin}/index.html`)
  await enter(page)
  await page.waitForURL(`${origin}/index.html`)
  const { id_token: claims, userinfo } = await held()
  assert.equal(claims.acr, 'aal1')
  assert.equal(userinfo.name, '陳大文')
})

test('Apache sends who comes with less to prove more, and then lets them in', async () => {
  await authenticatorOf(platform, 'crew-maintenance')
  await page.goto(`${origin}/high/index.html`)
  await page.waitForURL(`${url}/**`)
  await stepUp(page)
  await page.waitForURL(`${origin}/high/index.html`)
  assert.equal(await page.locator('p').textContent(), 'high')
  assert.equal((await held()).id_token.acr, 'aal2')
})

test('Apache renews its access token, and the refresh token is another one each time', async () => {
  const before = await held()
  const back = encodeURIComponent(`${origin}/index.html`)
  await page.goto(`${origin}/signed-in?refresh=${back}&access_token=${before.access_token}`)
  assert.equal(page.url(), `${origin}/index.html`)
  const renewed = await held()
  assert.notEqual(renewed.access_token, before.access_token)
  assert.notEqual(renewed.refresh_token, before.refresh_token)
})

test('a sign-out at Apache ends the sign-in at the city too', async () => {
  await page.goto(`${origin}/signed-in?logout=${encodeURIComponent(`${origin}/left/`)}`)
  await page.getByRole('button', { name: '全部登出' }).click()
  await page.waitForURL(`${origin}/left/`)
  assert.equal(await held(), undefined)
  await page.goto(`${origin}/index.html`)
  await page.waitForURL(/\/sign-in\//)
})

test('a sign-out at the city ends the session at Apache, by its notice', async () => {
  await page.goto(`${origin}/index.html`)
  await enter(page)
  await page.waitForURL(`${origin}/index.html`)
  await page.goto(`${url}/sign-in`)
  const menu = page.locator('details', { has: page.locator('[data-sign-out]') })
  await menu.locator('summary').click()
  await menu.getByRole('button', { name: '登出' }).click()
  await page.getByRole('button', { name: '全部登出' }).click()
  await page.waitForURL(`${url}/`)
  for (const id of await waitingNotices()) await deliverLogout.run(platform, { id })
  assert.equal(await held(), undefined)
})

const waitingNotices = async () =>
  (
    await platform.database.owner.query<{ id: string }>(
      'select id::text from oidc.logout where delivered_at is null',
    )
  ).rows.map(({ id }) => id)

/** The system in Python: each step is a line to it, and a line back. */
async function python() {
  const relying = await relyingSystem(platform, 'in-python', {
    grants: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'offline_access'],
  })
  const child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'client.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  endsWithUs(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const say = (what: object) => child.stdin.write(`${JSON.stringify(what)}\n`)
  const { id, secret, redirectUri, origin: home } = relying
  say({ issuer: `${url}/oidc`, client_id: id, client_secret: secret, redirect_uri: redirectUri })
  const step = async (what: string, more: object = {}) => {
    say({ do: what, ...more })
    return JSON.parse(String((await lines.next()).value))
  }
  return { step, home, redirectUri }
}

test('a system over Authlib signs a person in, steps up, renews and signs out', async () => {
  const { step, home, redirectUri } = await python()
  const visitor = await (await browser.newContext({ locale: 'zh-TW' })).newPage()
  const asked = await step('ask', { prompt: 'consent' })
  await visitor.goto(asked.url)
  await enter(visitor)
  await visitor.waitForURL(`${redirectUri}?**`)
  const traded = await step('trade', { url: visitor.url() })
  assert.equal(traded.claims?.acr, 'aal1', JSON.stringify(traded))
  assert.equal(traded.refreshable, true)

  const more = await step('ask', { prompt: 'consent', acr_values: 'aal2' })
  await visitor.goto(more.url)
  await stepUp(visitor)
  await visitor.waitForURL(`${redirectUri}?**`)
  const raised = await step('trade', { url: visitor.url() })
  assert.equal(raised.claims?.acr, 'aal2', JSON.stringify(raised))

  const renewed = await step('refresh')
  assert.deepEqual([renewed.renewed, renewed.info?.name], [true, '陳大文'], JSON.stringify(renewed))
  const left = await step('leave', { back: `${home}/` })
  await visitor.goto(left.url)
  await visitor.getByRole('button', { name: '全部登出' }).click()
  await visitor.waitForURL(`${home}/`)
  const silent = await step('ask', { prompt: 'none' })
  await visitor.goto(silent.url)
  assert.equal(new URL(visitor.url()).searchParams.get('error'), 'login_required')

  // What it may do while the person is away outlives the sign-in, until it gives that back.
  assert.equal((await step('opened')).status, 200)
  assert.equal((await step('revoke')).status, 200)
  assert.equal((await step('opened')).status, 401)
})
