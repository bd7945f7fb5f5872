import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { sql } from 'kysely'
import * as openid from 'openid-client'
import { openTestApp } from '../../../test/browser.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  relyingSystem,
  trade,
} from '../../../test/relying.ts'
import { one, transact } from '../../core/db.ts'
import { deliverLogout, noticesTo } from './logout.ts'
import { cityScope } from './policy.ts'

const { url, platform } = await openTestApp()
const roads = await relyingSystem(platform, 'roads-out')
const client = await clientOf(url, roads)

/** Runs the queued notices as the worker would, each once; answers how many failed. */
async function deliverAll(): Promise<number> {
  const { rows: waiting } = await platform.database.owner.query<{ id: string }>(
    'select id::text from oidc.logout where delivered_at is null and given_up_at is null',
  )
  const runs = waiting.map(({ id }) =>
    deliverLogout.run(platform, { id }).then(
      () => 0,
      () => 1,
    ),
  )
  return (await Promise.all(runs)).reduce<number>((sum, failed) => sum + failed, 0)
}

const sessions = () =>
  transact(platform.database.app, cityScope, (db) =>
    one(db, sql<{ n: number }>`select count(*) as n from identity.session`),
  )

async function bothSignedIn() {
  const agent = agentOn(url)
  const page = await agent.get('/sign-in')
  await enterPassword(agent, page, 'crew-maintenance')
  const asking = await ask(client, roads)
  const tokens = await trade(client, asking, await agent.get(asking.url))
  return { agent, sid: tokens.claims()!.sid }
}

/** Presses a button of the provider's own sign-out page. */
async function confirmLogout(agent: ReturnType<typeof agentOn>, everywhere: boolean) {
  const page = await agent.post('/sign-out', {})
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.body)?.[1]
  assert.ok(xsrf, page.body.slice(0, 300))
  const fields = { xsrf, ...(everywhere && { logout: 'yes' }) }
  return agent.post('/oidc/session/end/confirm', fields)
}

test('signing out everywhere tells every system, by a token it can check', async () => {
  const { agent, sid } = await bothSignedIn()
  roads.answers.push(500)
  await confirmLogout(agent, true)
  assert.equal(await deliverAll(), 1, 'the first answer is a failure')
  assert.equal(await deliverAll(), 0)
  assert.equal(roads.notices.length, 2)
  const { payload, protectedHeader } = await jwtVerify(
    roads.notices[1]!,
    createRemoteJWKSet(new URL(`${url}/oidc/jwks`)),
    { issuer: `${url}/oidc`, audience: roads.id },
  )
  assert.equal(protectedHeader.typ, 'logout+jwt')
  assert.equal(payload.sid, sid)
  assert.equal(payload.nonce, undefined)
  const [notice] = await noticesTo(platform, roads.id)
  assert.equal(notice?.tries, 2)
  assert.ok(notice.delivered_at)
})

test('a system that never answers is given up after eight tries, with its reason', async () => {
  const { agent } = await bothSignedIn()
  roads.answers.push(...Array(8).fill(503))
  await confirmLogout(agent, true)
  for (let i = 0; i < 8; i++) await deliverAll()
  const [notice] = await noticesTo(platform, roads.id)
  assert.equal(notice?.tries, 8)
  assert.ok(notice.given_up_at)
  assert.equal(notice.last_error, 'answered 503')
  assert.equal(await deliverAll(), 0, 'it is not tried again')
})

test('leaving this site only keeps the other systems open', async () => {
  const { agent } = await bothSignedIn()
  const before = roads.notices.length
  await confirmLogout(agent, false)
  await deliverAll()
  assert.equal(roads.notices.length, before)
  const silent = await ask(client, roads, { prompt: 'none' })
  assert.ok(new URL((await agent.get(silent.url)).url).searchParams.get('code'))
})

test('without consent to more, a refresh token lasts as long as the sign-in', async () => {
  const online = await relyingSystem(platform, 'roads-online', {
    grants: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'offline_access'],
  })
  const theirs = await clientOf(url, online)
  const { agent } = await bothSignedIn()
  const asking = await ask(theirs, online, { scope: 'openid offline_access' })
  const tokens = await trade(theirs, asking, await agent.get(asking.url))
  assert.equal(tokens.scope, 'openid')
  const next = await openid.refreshTokenGrant(theirs, tokens.refresh_token!)
  await confirmLogout(agent, true)
  await assert.rejects(openid.refreshTokenGrant(theirs, next.refresh_token!), {
    error: 'invalid_grant',
  })
})

test('our own session ends by a notice, and only by a true one', async () => {
  const { agent } = await bothSignedIn()
  const { n } = await sessions()
  const refused = await fetch(`${url}/sign-in/ended`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: roads.notices.at(-1)! }),
  })
  assert.equal(refused.status, 400, 'a notice for another system')
  assert.equal((await sessions()).n, n)
  const other = agentOn(url)
  for (const [key, value] of agent.cookies) other.cookies.set(key, value)
  await confirmLogout(other, true)
  assert.equal((await other.get('/api/identity/me')).status, 401)
  await deliverAll()
  assert.equal((await agent.get('/api/identity/me')).status, 401)
})
