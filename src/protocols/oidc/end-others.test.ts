import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as openid from 'openid-client'
import { citizenOf } from '../../../test/accounts.ts'
import { openTestApp } from '../../../test/browser.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  relyingSystem,
  trade,
} from '../../../test/relying.ts'
import { endOthersJob } from './end-others.ts'
import { deliverLogout } from './logout.ts'

const { url, platform } = await openTestApp()
const { owner } = platform.database
const system = await relyingSystem(platform, 'citizen-app', { audience: 'both' })
const client = await clientOf(url, system)

/** Runs what waits in a queue. */
async function work(): Promise<void> {
  const { rows } = await owner.query<{ data: Record<string, unknown> }>(
    'delete from pgboss.job where name = $1 returning data',
    [endOthersJob.queue],
  )
  for (const { data } of rows) await endOthersJob.run(platform, data)
  const { rows: notices } = await owner.query<{ id: string }>(
    'select id::text from oidc.logout where delivered_at is null',
  )
  for (const { id } of notices) await deliverLogout.run(platform, { id })
}

test('a new password ends what the old one opened elsewhere, and keeps this browser', async () => {
  const email = 'changes@example.org'
  await citizenOf(platform, email, 'a long pass phrase')
  const [here, there] = [agentOn(url), agentOn(url)]
  for (const agent of [here, there])
    await enterPassword(agent, await agent.get('/sign-in'), email, 'a long pass phrase')
  const asking = await ask(client, system)
  const consent = await there.get(asking.url)
  const tokens = await trade(client, asking, await there.post(`${consent.url}/consent`, {}))
  await here.get('/account/methods/password')
  const changed = await here.post('/account/methods/password', { password: '港都的風很大 yes' })
  assert.match(changed.body, /已更改密碼/)
  await work()
  assert.equal(system.notices.length, 1)
  await assert.rejects(openid.fetchUserInfo(client, tokens.access_token, tokens.claims()!.sub))
  assert.match((await there.get('/account')).url, /\/sign-in\//)
  assert.match((await here.get('/account')).url, /\/account$/)
})
