import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import * as openid from 'openid-client'
import { openTestApp } from '../../../../test/browser.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  relyingSystem,
  trade,
} from '../../../../test/relying.ts'
import { rows, transact } from '../../../core/db.ts'
import { deliverLogout } from '../logout.ts'
import { cityScope } from '../policy.ts'

const { url, platform } = await openTestApp()
const system = await relyingSystem(platform, 'asset-book')
const client = await clientOf(url, system)

/** Delivers the queued notices, as the worker would. */
async function deliverAll(): Promise<void> {
  const { rows: waiting } = await platform.database.owner.query<{ id: string }>(
    'select id::text from oidc.logout where delivered_at is null',
  )
  for (const { id } of waiting) await deliverLogout.run(platform, { id })
}

/** A browser in which someone signed in to our own pages. */
async function signedIn(login: string) {
  const agent = agentOn(url)
  const page = await agent.get('/sign-in')
  const home = await enterPassword(agent, page, login)
  assert.equal(home.status, 200, home.body.slice(0, 300))
  return agent
}

const kept = (account: string) =>
  transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<{ system: string; outcome: string; account: string | null }>`
        select s.system, s.outcome, s.account from identity.sign_in s
        left join identity.account a on a.id = s.account
        where a.login = ${account} and s.agent <> '' order by s.at`,
    ),
  )

test('each sign-in leaves one record, a refused one too, under its account', async () => {
  const agent = agentOn(url)
  const page = await agent.get('/sign-in')
  await enterPassword(agent, page, 'crew-maintenance', 'not the password')
  await enterPassword(agent, page, 'crew-maintenance')
  const found = await kept('crew-maintenance')
  assert.deepEqual(
    found.map(({ system: which, outcome }) => [which, outcome]),
    [
      ['portal', 'refused'],
      ['portal', 'granted'],
    ],
  )
  const list = await agent.get('/account/sign-ins')
  assert.match(list.body, /沒有通過/)
  assert.match(list.body, /一級/)
})

test('a record says why it has its level, and no longer holds when it was changed', async () => {
  const agent = await signedIn('operator-1')
  const list = await agent.get('/account/sign-ins')
  const path = /href="(\/account\/sign-ins\/[^"]+)"/.exec(list.body)?.[1] ?? ''
  const page = await agent.get(path)
  assert.match(page.body, /密碼/)
  assert.match(page.body, /與簽章相符/)
  const id = path.split('/').at(-1)
  await platform.database.owner.query(
    `update identity.sign_in set why = jsonb_set(why, '{level}', '4') where id = $1`,
    [id],
  )
  assert.match((await agent.get(path)).body, /與簽章不符/)
})

test('another person’s record is not found', async () => {
  const mine = await signedIn('operator-1')
  const list = await mine.get('/account/sign-ins')
  const path = /href="(\/account\/sign-ins\/[^"]+)"/.exec(list.body)?.[1] ?? ''
  const other = await signedIn('officer-maintenance')
  assert.equal((await other.get(path)).status, 404)
})

test('a session is ended from another browser, and there it is over', async () => {
  const here = await signedIn('officer-environment')
  const there = await signedIn('officer-environment')
  const page = await here.get('/account/sessions')
  assert.equal(page.body.match(/這個瀏覽器/g)?.length, 1)
  const path = /action="(\/account\/sessions\/[^"]+\/end)"/.exec(page.body)?.[1] ?? ''
  const after = await here.post(path, {})
  assert.match(after.body, /已結束那個登入/)
  await deliverAll()
  assert.match((await there.get('/account')).url, /\/sign-in\//)
  assert.match((await here.get('/account')).url, /\/account$/)
})

test('another person’s session cannot be ended', async () => {
  const victim = await signedIn('officer-environment')
  const page = await (await signedIn('officer-environment')).get('/account/sessions')
  const path = /action="(\/account\/sessions\/[^"]+\/end)"/.exec(page.body)?.[1] ?? ''
  const attacker = await signedIn('crew-maintenance')
  assert.equal((await attacker.post(path, {})).status, 404)
  assert.match((await victim.get('/account')).url, /\/account$/)
})

test('a system that someone withdraws from loses its tokens and is told of the end', async () => {
  const agent = await signedIn('crew-maintenance')
  const asking = await ask(client, system)
  const tokens = await trade(client, asking, await agent.get(asking.url))
  const told = await openid.fetchUserInfo(client, tokens.access_token, tokens.claims()!.sub)
  assert.ok(told.name)
  const page = await agent.get('/account/systems')
  assert.match(page.body, /測試系統/)
  const after = await agent.post('/account/systems/asset-book/forget', {})
  assert.match(after.body, /目前沒有可以讀取的資料/)
  await assert.rejects(openid.fetchUserInfo(client, tokens.access_token, tokens.claims()!.sub))
  await deliverAll()
  assert.equal(system.notices.length, 1)
})
