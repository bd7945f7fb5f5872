import assert from 'node:assert/strict'
import { test } from 'node:test'
import { citizenOf } from '../../../test/accounts.ts'
import { linkOutside, outsideCity, throughOutside } from '../../../test/outside/city.ts'
import { agentOn } from '../../../test/relying.ts'

const { url, platform, line, google, facebook } = await outsideCity()

test('an account that is linked to LINE signs in with it, without a password', async () => {
  const { id } = await citizenOf(platform, 'linked@example.org', 'a long pass phrase')
  line.person = { sub: 'U-linked', name: '小美' }
  await linkOutside(platform, id, 'line', 'U-linked')
  const agent = agentOn(url)
  const page = await agent.get(`${url}/sign-in`)
  assert.match(page.body, /用 LINE 登入/)
  const arrived = await throughOutside(agent, page, 'line')
  assert.equal(arrived.url, `${url}/account`)
  assert.match(arrived.body, /linked@example\.org/)
})

test('who cancels at LINE comes back to the sign-in page and is told so', async () => {
  const agent = agentOn(url)
  const back = await throughOutside(agent, await agent.get(`${url}/sign-in`), 'line', 'cancel')
  assert.match(back.url, /\/sign-in\/[\w-]+$/)
  assert.match(back.body, /您在 LINE 取消了/)
  assert.match(back.body, /用 LINE 登入/)
})

test('someone whom nobody knows is asked to make an account', async () => {
  line.person = { sub: 'U-new', name: '阿文' }
  const agent = agentOn(url)
  const page = await throughOutside(agent, await agent.get(`${url}/sign-in`), 'line')
  assert.match(page.url, /\/sign-in\/[\w-]+\/register$/)
})

test('Google and Facebook make an account once and find it the next time', async () => {
  const people = { google, facebook }
  for (const method of ['google', 'facebook'] as const) {
    people[method].person = {
      sub: `one-of-${method}`,
      name: `人在${method}`,
      email: 'p@example.org',
    }
    const agent = agentOn(url)
    const asked = await throughOutside(agent, await agent.get(`${url}/sign-in`), method)
    assert.match(asked.body, new RegExp(`value="人在${method}"`))
    assert.match(asked.body, /value="p@example\.org"/)
    const inside = await agent.post(asked.url, { name: `人在${method}` })
    assert.equal(inside.url, `${url}/account`)
    const other = agentOn(url)
    const again = await throughOutside(other, await other.get(`${url}/sign-in`), method)
    assert.equal(again.url, `${url}/account`)
    assert.match(again.body, new RegExp(`人在${method}`))
  }
})

test('a provider out of order is said so; one without settings is not offered', async () => {
  const poor = await outsideCity({ LINE_LOGIN_ISSUER: 'http://127.0.0.1:1', GOOGLE_CLIENT_ID: '' })
  const agent = agentOn(poor.url)
  const page = await agent.get(`${poor.url}/sign-in`)
  assert.doesNotMatch(page.body, /用 Google 登入/)
  const path = page.url.split('?')[0]
  assert.equal((await agent.post(`${path}/google`, {})).status, 404)
  const back = await agent.post(`${path}/line`, {})
  assert.match(back.body, /現在連不上 LINE/)
  assert.match(back.body, /用 Facebook 登入/)
})
