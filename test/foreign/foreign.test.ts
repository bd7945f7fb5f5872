import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { demoPassword } from '../../src/kernel/identity/seed.ts'
import { freePort, openTestApp, testBrowser } from '../browser.ts'
import { relyingSystem } from '../relying.ts'

/*
 * Systems that others wrote sign people in: Apache with mod_auth_openidc, and a client in Python
 * over Authlib. `npm test` installs both from Debian.
 */

const { url, platform } = await openTestApp()
const browser = await testBrowser()

/** Signs in where the browser stands, and allows what the system asks to know. */
async function enter(page: Page, login = 'crew-maintenance'): Promise<void> {
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill(demoPassword)
  await page.locator('main .way button.primary').first().click()
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
  const stop = () => child.kill()
  after(stop)
  process.once('exit', stop)
  for (let i = 0; i < 100; i++) {
    if (await fetch(`${origin}/left/index.html`).catch(() => undefined)) break
    await wait(100)
  }
  return { origin, folder }
}

test('Apache signs a person in, and lets nobody to the high part with a password alone', async () => {
  const { origin } = await apache()
  const page = await (await browser.newContext({ locale: 'zh-TW' })).newPage()
  await page.goto(`${origin}/index.html`)
  await enter(page)
  await page.waitForURL(`${origin}/index.html`)
  const shown = await page.reload()
  console.log(await shown?.allHeaders())
  await page.goto(`${origin}/high/index.html`)
  console.log(page.url(), await page.locator('body').innerText())
})
