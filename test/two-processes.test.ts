import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort, openTestApp } from './browser.ts'
import { projectFolder } from './city.ts'
import { agentOn, ask, clientOf, enterPassword, relyingSystem, trade } from './relying.ts'

/* What one process could keep in its memory, two processes on one database must agree on. */

const { url, platform } = await openTestApp()
const system = await relyingSystem(platform, 'refreshing', {
  grants: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'offline_access'],
})
const client = await clientOf(url, system)

/** The city hall once more, in a process of its own, on the same database. */
async function secondProcess(): Promise<string> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', join(projectFolder, 'src/main.ts')], {
    cwd: projectFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...{ PORT: String(port), HOST: '127.0.0.1', PUBLIC_URL: url, TAKAO_DEMO: 'off' },
      ...{ DATABASE_URL: platform.database.url, TAKAO_DATA: platform.config.TAKAO_DATA },
    },
  })
  const stop = () => child.kill()
  after(async () => {
    stop()
    if (child.exitCode === null) await new Promise((done) => child.once('exit', done))
  })
  process.once('exit', stop)
  for (let i = 0; i < 300; i++) {
    if (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)) break
    await wait(100)
  }
  return `http://127.0.0.1:${port}`
}

const sites = [url, await secondProcess()]

/** A refresh token of a new sign-in. */
async function refreshToken(): Promise<string> {
  const agent = agentOn(url)
  const asking = await ask(client, system, { scope: 'openid offline_access', prompt: 'consent' })
  const page = await enterPassword(agent, await agent.get(asking.url), 'crew-maintenance')
  const tokens = await trade(client, asking, await agent.post(`${page.url}/consent`, {}))
  return tokens.refresh_token ?? ''
}

const refresh = async (site: string, token: string) => {
  const answer = await fetch(`${site}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    headers: { authorization: `Basic ${btoa(`${system.id}:${system.secret}`)}` },
  })
  return { status: answer.status, ...((await answer.json()) as { refresh_token?: string }) }
}

test('of six uses of one refresh token in two processes at once, one is answered', async () => {
  for (let round = 0; round < 3; round++) {
    const token = await refreshToken()
    const all = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => refresh(sites[n % 2]!, token)))
    assert.equal(all.filter(({ status }) => status === 200).length, 1)
    const given = all.find(({ status }) => status === 200)?.refresh_token ?? ''
    // Whoever comes with the old one later has stolen it, or lost it: nothing goes on from here.
    assert.equal((await refresh(sites[round % 2]!, token)).status, 400)
    assert.equal((await refresh(sites[(round + 1) % 2]!, given)).status, 400)
  }
})

test('a token of one process is renewed by the other', async () => {
  const first = await refresh(sites[1]!, await refreshToken())
  assert.equal(first.status, 200)
  assert.equal((await refresh(sites[0]!, first.refresh_token ?? '')).status, 200)
})
