import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { row, transact } from '../src/core/db.ts'
import { openTestApp, signIn, testBrowser } from './browser.ts'
import { projectFolder } from './city.ts'
import { everything } from './records.ts'

/*
 * A telephone call for real: SIPp dials, Kamailio puts it through and tells of it, the operator's
 * page shows who calls. Debian has both: kamailio, kamailio-utils-modules, sip-tester.
 */

const folder = join(projectFolder, 'test/telephony')
const runs = (command: string, ...parameters: string[]): boolean =>
  spawnSync(command, parameters, { stdio: 'ignore', cwd: folder }).error === undefined
const reads = (): boolean =>
  spawnSync('kamailio', ['-c', '-f', 'kamailio.cfg'], { stdio: 'ignore', cwd: folder }).status === 0
const missing = [
  ...(runs('kamailio', '-v') ? (reads() ? [] : ['kamailio-utils-modules']) : ['kamailio']),
  ...(runs('sipp', '-v') ? [] : ['sip-tester']),
]
const skip = missing.length > 0 && `not installed: ${missing.join(', ')}`

const running: ChildProcess[] = []
const stop = (): void => {
  for (const child of running) child.kill()
}
// However the run ends, no exchange outlives it.
after(stop)
process.once('exit', stop)

/** Starts a program in the folder of the scenarios; its exit code, once it ends. */
function start(command: string, parameters: readonly string[], env = {}): Promise<number | null> {
  const child = spawn(command, parameters, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  running.push(child)
  return new Promise((resolve) => child.once('exit', resolve))
}

/** A UDP port of the loopback that is free now. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })

/** Waits until somebody listens: then the port cannot be bound any more. */
async function listening(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const bound = await new Promise<boolean>((resolve) => {
      const socket = createSocket('udp4')
      socket.once('error', () => resolve(false))
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
    })
    if (!bound) return
    await wait(100)
  }
  assert.fail(`nobody listens on ${port}`)
}

const sipp = (scenario: string, port: number, ms: number, ...more: string[]) =>
  start('sipp', [
    ...['-sf', `${scenario}.xml`, '-i', '127.0.0.1', '-p', String(port), '-m', '1'],
    ...['-d', String(ms), '-timeout', '60s', '-nostdin', ...more],
  ])

const call = missing.length === 0 ? await exchange() : undefined

async function exchange() {
  const { url, platform } = await openTestApp()
  const browser = await testBrowser()
  const [proxy, phone, caller] = [await freePort(), await freePort(), await freePort()]
  start('kamailio', ['-DD', '-E', '-f', 'kamailio.cfg', '-l', `udp:127.0.0.1:${proxy}`], {
    CTI_URL: `${url}/cti/demo`,
    DESK: `sip:127.0.0.1:${phone}`,
    EXTENSION: '101',
  })
  await listening(proxy)
  return { url, platform, browser, proxy: `127.0.0.1:${proxy}`, phone, caller }
}

test('a call that is dialled appears on the desk, is answered, and ends', { skip }, async () => {
  assert.ok(call)
  const { url, platform, browser, proxy, phone, caller } = call
  const page = await signIn(await browser.newContext(), url, 'operator-1')
  await page.goto(`${url}/desk/calls`)
  const shows = (words: string) => page.locator('.call-card', { hasText: words }).waitFor()

  const desk = sipp('desk', phone, 3000)
  await listening(phone)
  const talk = sipp('caller', caller, 3000, proxy)
  await shows('來電中')
  await shows('尾碼 678')
  await shows('通話中')
  await shows('已掛斷')
  assert.deepEqual([await talk, await desk], [0, 0])

  const rings = sipp('desk-rings', phone, 0)
  await listening(phone)
  const lost = sipp('gives-up', caller, 1500, proxy)
  await page.goto(`${url}/desk/calls`)
  await shows('尾碼 444')
  assert.deepEqual([await lost, await rings], [0, 0])

  const kept = await transact(platform.database.app, everything, (db) =>
    row(
      db,
      sql<{ outcomes: string[]; waited: number; talked: number }>`
        select array_agg(outcome order by began_at) as outcomes,
          sum(extract(epoch from answered_at - began_at))::float8 as waited,
          sum(extract(epoch from ended_at - answered_at))::float8 as talked
        from call_centre.call`,
    ),
  )
  assert.deepEqual(kept?.outcomes, ['answered', 'abandoned'])
  for (const seconds of [kept?.waited ?? 0, kept?.talked ?? 0])
    assert.ok(seconds > 2.5 && seconds < 10, `${seconds} s by our clock, 3 s by the exchange's`)
})
