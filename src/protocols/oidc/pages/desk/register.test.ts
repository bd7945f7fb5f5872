import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../../../test/browser.ts'
import { agentOn, enterPassword } from '../../../../../test/relying.ts'

const { url, platform } = await openTestApp()

async function signedIn(login: string) {
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), login)
  return agent
}

const proposal = {
  id: 'asset-book',
  agency: 'maintenance-office',
  nameZh: '財產簿',
  nameEn: 'Asset book',
  purposeZh: '管理機關的財產',
  purposeEn: 'keep what an agency owns',
  ...{ audience: 'staff', rating: 'medium', level: '2', identityLevel: '1' },
  ...{ grants: 'authorization_code', authMethod: 'client_secret_basic', scopes: 'openid' },
  redirectUris: 'https://assets.example/in',
  ...{ postLogoutUris: '', backchannelUri: '', jwksUri: '', resources: '', maxAge: '' },
}

const at = '/desk/sign-on/asset-book'
const owner = await signedIn('supervisor-works')
const city = await signedIn('admin-1')
const other = await signedIn('supervisor-police')

/** The time of the proposal as the page's approve button bears it. */
const seenBy = async (agent: typeof city) =>
  (await agent.get(at)).body.match(/name="seen" value="([^"]+)"/)?.[1] ?? ''

test('a proposal below its rating comes back with what was typed and what to mend', async () => {
  const sent = await owner.post('/desk/sign-on/new', { ...proposal, level: '1' })
  assert.equal(sent.status, 422)
  assert.match(sent.body, /至少要 2 級/)
  assert.match(sent.body, /value="管理機關的財產"/)
  assert.match(sent.body, />https:\/\/assets\.example\/in</)
})

test('a supervisor proposes a system of an agency beneath, and cannot approve it', async () => {
  const sent = await owner.post('/desk/sign-on/new', proposal)
  assert.equal(new URL(sent.url).pathname, at)
  assert.match(sent.body, /待核定/)
  assert.equal((await owner.post(`${at}/approve`, {})).status, 403)
})

test('another agency neither sees it, nor changes it, nor has its secret', async () => {
  assert.doesNotMatch((await other.get('/desk/sign-on')).body, /財產簿/)
  assert.equal((await other.get(at)).status, 404)
  assert.equal((await other.post(`${at}/secret`, {})).status, 404)
  const change = await other.post('/desk/sign-on/new', { ...proposal, nameZh: '別人的' })
  assert.equal(change.status, 422)
  assert.match((await owner.get(at)).body, /財產簿/)
})

test('an agency cannot take the identifier of another', async () => {
  const own = { ...proposal, agency: 'police' }
  const sent = await other.post('/desk/sign-on/new', own)
  assert.equal(sent.status, 422)
  assert.match(sent.body, /已經有別的系統在用/)
})

test('the city approves what it saw; what changed meanwhile must be seen again', async () => {
  const seen = await seenBy(city)
  await owner.post(`${at}/change`, { ...proposal, redirectUris: 'https://elsewhere.example/in' })
  const late = await city.post(`${at}/approve`, { seen })
  assert.equal(late.status, 409)
  assert.match(late.body, /請重新看過/)
  const sent = await city.post(`${at}/approve`, { seen: await seenBy(city) })
  assert.match(sent.body, /上線/)
  assert.match(sent.body, /https:\/\/elsewhere\.example\/in/)
})

test('a change shows each field that differs; what is live stays until then', async () => {
  await owner.post(`${at}/change`, {
    ...proposal,
    purposeZh: '管理車輛',
    backchannelUri: 'https://assets.example/ended',
  })
  const page = (await city.get(at)).body
  const waits = page.slice(page.indexOf('變更待核定'), page.indexOf('<dl'))
  assert.match(waits, /管理車輛/)
  assert.match(waits, /收登出通知/)
  assert.match(waits, /登入後回到/)
  assert.doesNotMatch(waits, /防護等級/)
  assert.match(page.slice(page.indexOf('<dl')), /elsewhere\.example/)
})

test('a change to a suspended system leaves it suspended', async () => {
  await city.post(`${at}/suspend`, {})
  const sent = await city.post(`${at}/approve`, { seen: await seenBy(city) })
  assert.match(sent.body, /停用/)
  assert.match(sent.body, /管理車輛/)
  assert.match((await city.post(`${at}/resume`, {})).body, /上線/)
})

test('a secret is shown once, and never again', async () => {
  const shown = await owner.post(`${at}/secret`, {})
  const secret = shown.body.match(/client_secret=([\w-]{43})/)?.[1]
  assert.ok(secret)
  assert.equal(shown.headers.get('cache-control'), 'no-store')
  assert.ok(!(await owner.get(at)).body.includes(secret))
})

test("an auditor's look at a sign-in is recorded, and its person sees it", async () => {
  const person = await signedIn('crew-maintenance')
  const auditor = await signedIn('auditor-1')
  const { rows } = await platform.database.owner.query<{ id: string; account: string }>(
    `select s.id::text, s.account::text from identity.sign_in s
     join identity.account a on a.id = s.account
     where a.login = 'crew-maintenance' and s.agent <> '' order by s.at desc limit 1`,
  )
  const { id, account } = rows[0]!
  assert.equal((await owner.get(`/desk/sign-on/portal/sign-ins/${id}`)).status, 403)
  const shown = await auditor.get(`/desk/sign-on/portal/sign-ins/${id}`)
  assert.match(shown.body, /密碼/)
  assert.doesNotMatch(shown.body, /crew-maintenance/)
  const { rows: looks } = await platform.database.owner.query<{ login: string }>(
    `select a.login from core.event e join identity.account a on a.id::text = e.actor::text
     where e.record = $1 and e.type = 'identity.sign-in-looked-at'`,
    [account],
  )
  assert.deepEqual(looks, [{ login: 'auditor-1' }])
  const own = await person.get('/account/sign-ins')
  assert.match(own.body, /查閱/)
})
