import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../src/core/config.ts'

export type OwnCity = {
  readonly url: string
  readonly pid: number
  readonly close: () => Promise<void>
}

/** A city with the sampled demo in a temporary folder, on a free port; gone when closed. */
export async function ownCity(): Promise<OwnCity> {
  const folder = mkdtempSync(join(tmpdir(), 'takao-look-'))
  const city = await spawnCity({ TAKAO_DATA: folder, TAKAO_DEMO: 'sample' })
  return {
    ...city,
    close: async () => {
      await city.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The server as a process of its own with these settings, on a free port, once it answers. */
export async function spawnCity(settings: Readonly<Record<string, string>>): Promise<OwnCity> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const city = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: projectFolder,
    env: { ...process.env, ...settings, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>((done) => {
    city.once('exit', () => done())
  })
  await ready(url, () => city.exitCode !== null)
  return {
    url,
    pid: city.pid ?? 0,
    close: async () => {
      city.kill('SIGTERM')
      await ended
    },
  }
}

const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, 'localhost', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** The first start loads the demo, about a minute. */
async function ready(url: string, ended: () => boolean): Promise<void> {
  for (let second = 0; second < 300; second++) {
    if (ended()) throw new Error('the city did not start')
    const answer = await fetch(`${url}/healthz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((done) => setTimeout(done, 1000))
  }
  throw new Error('the city did not answer within five minutes')
}
