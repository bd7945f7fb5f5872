import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staffOf, testCity } from '../../../test/city.ts'
import { hole, type Json, open311Client } from '../../../test/open311.ts'
import { uploaded } from '../../../test/records.ts'
import { serve } from '../../../test/serve.ts'
import { perform } from '../../core/operation.ts'
import { stepOf } from '../../kernel/cases/operations.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { endKey, issueKey } from './keys.ts'
import { mountOpen311 } from './routes.ts'

const platform = await testCity()
const { origin } = await serve(platform, mountOpen311)
const { base, posted, getJson, getXml } = open311Client(origin)
const admin = staffOf(platform, 'admin-1')
const officer = staffOf(platform, 'officer-maintenance')

const update = (fields: Record<string, string>, format = 'json') =>
  fetch(`${base}/servicerequestupdates.${format}`, {
    method: 'POST',
    body: new URLSearchParams({ api_key: 'demo', status: 'OPEN', ...fields }),
  })

async function notesOf(id: string): Promise<Json[]> {
  const [one] = (await getJson(`requests/${id}.json?extensions=true`)) as { notes: Json[] }[]
  return one?.notes ?? []
}

async function repair(no: string): Promise<void> {
  const photos = [await uploaded(platform)]
  const input = { case: no, statement: '已填補，王小明先生請放心。', photos }
  await perform(platform, stepOf(dispatchCase, 'finish'), officer, input)
}

test('updates tell each step in both formats, without people', async () => {
  const id = await posted({ ...hole, first_name: '小明', last_name: '王' })
  await perform(platform, stepOf(dispatchCase, 'start'), officer, { case: id })
  await repair(id)
  const all = (await getJson('servicerequestupdates.json')) as Json[]
  const mine = all.filter((one) => one.service_request_id === id)
  assert.deepEqual(
    mine.map(({ status }) => status),
    ['open', 'in_progress', 'fixed'],
  )
  assert.ok(!JSON.stringify(all).includes('王小明'))
  const xml = await getXml('servicerequestupdates.xml')
  const root = xml.service_request_updates as { request_update: Json | Json[] }
  assert.equal([root.request_update].flat().length, all.length)
})

test('notes of one report come with extensions=true only', async () => {
  const id = await posted()
  const [plain] = (await getJson(`requests/${id}.json`)) as Json[]
  assert.equal(plain?.notes, undefined)
  assert.equal((await notesOf(id)).length, 1)
})

test('the client that reported adds, confirms and sends back; a repeat counts once', async () => {
  const id = await posted()
  const words = { service_request_id: id, update_id: 'u-1', description: '洞變大了。' }
  const answer = await update(words)
  assert.deepEqual([answer.status, await answer.json()], [200, [{ update_id: 'u-1' }]])
  await update(words)
  const notes = async () => (await notesOf(id)).map(({ type }) => type)
  assert.deepEqual(await notes(), ['open', 'open'])
  await repair(id)
  await update({ ...words, update_id: 'u-2', status: 'REOPEN', description: '還是有洞。' })
  assert.deepEqual(await notes(), ['open', 'open', 'fixed', 'open'])
  await repair(id)
  await update({ ...words, update_id: 'u-3', status: 'FIXED', description: '好了。' })
  assert.equal((await notes()).at(-1), 'closed')
  const again = { ...words, update_id: 'u-4', status: 'FIXED', description: '謝謝。' }
  const late = await update(again)
  assert.equal(late.status, 400)
})

test('another client, a wrong status and a missing field are refused with a sentence', async () => {
  const id = await posted()
  const { key } = await perform(platform, issueKey, admin, { name: 'another' })
  const words = { service_request_id: id, update_id: 'x', description: '不是我報的。' }
  const cases: [Record<string, string>, number, RegExp][] = [
    [{ ...words, api_key: key }, 403, /only the client/],
    [{ ...words, status: 'GONE' }, 400, /status: .*GONE/],
    [{ service_request_id: id, update_id: 'x' }, 400, /description/],
    [{ ...words, service_request_id: 'D109-000000-0' }, 404, /D109/],
  ]
  for (const [fields, status, says] of cases) {
    const answer = await update(fields)
    assert.equal(answer.status, status)
    const [error] = (await answer.json()) as Json[]
    assert.match(String(error?.description), says)
  }
})

test('a key that was ended is refused, and one that posts too fast is slowed', async () => {
  const slow = await perform(platform, issueKey, admin, { name: 'slow', perMinute: 2 })
  const send = () =>
    fetch(`${base}/requests.json`, {
      method: 'POST',
      body: new URLSearchParams({ ...hole, api_key: slow.key }),
    }).then(({ status }) => status)
  assert.deepEqual([await send(), await send(), await send()], [200, 200, 403])
  await perform(platform, endKey, admin, { id: slow.id })
  const { status } = await update({
    api_key: slow.key,
    service_request_id: 'x',
    update_id: 'y',
    description: 'z',
  })
  assert.equal(status, 403)
})
