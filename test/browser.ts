import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { after } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { type App, openApp } from '../src/app.ts'
import type { Config } from '../src/core/config.ts'
import type { Platform } from '../src/core/context.ts'
import { demoPassword } from '../src/kernel/identity/seed.ts'
import type { Page as PageRoute } from '../src/web/pages.ts'
import { testCity } from './city.ts'

const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const usual = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']

/** Starts Chromium: the one CHROMIUM names, else where Debian and its like keep it. */
export const launchChromium = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? usualPaths.find(existsSync) ?? usualPaths[0]!,
    args: [...usual, ...more],
  })

let running: Promise<Browser> | undefined
let files = 0

/** The one browser of the run, to be asked for at the top of a file; it ends with the last one. */
export function testBrowser(): Promise<Browser> {
  files++
  after(async () => {
    files--
    if (files === 0) await (await running)?.close()
  })
  running ??= launchChromium()
  return running
}

export type TestApp = {
  readonly url: string
  readonly platform: Platform
  /** Every page that the city hall serves. */
  readonly pages: readonly PageRoute[]
}

/**
 * The whole city hall over a database of its own, listening on a free port of the loopback. Keys of
 * a browser need a name for it: `localhost`.
 */
export async function openTestApp(
  host = '127.0.0.1',
  settings: Partial<Config> = {},
): Promise<TestApp> {
  let app: App | undefined
  // Before the city's own ending: what listens to the database goes first.
  after(() => app?.close())
  const url = `http://${host}:${await freePort()}`
  const platform = await testCity({ PUBLIC_URL: url, origin: url, ...settings })
  app = await openApp(platform.config, platform, 'test')
  await app.http.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })
  return { url, platform, pages: app.pages }
}

/** A port that nobody listens on: the provider's name holds it before the server does. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}

/** Signs a member of the demo's staff in, in this browser context; returns to `/desk`. */
export async function signIn(context: BrowserContext, url: string, login: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill(demoPassword)
  await page.locator('main button.primary').click()
  await page.waitForURL('**/desk')
  return page
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What a page breaks of WCAG 2.2 A and AA, as far as axe-core can tell: rule and element. */
export async function violations(page: Page): Promise<string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(await axe)
  return await page.evaluate(async () => {
    const run = Reflect.get(globalThis, 'axe').run
    const found = await run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    })
    return found.violations.flatMap((rule: { id: string; nodes: { html: string }[] }) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`),
    )
  })
}
