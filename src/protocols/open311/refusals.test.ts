import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { testCity } from '../../../test/city.ts'
import { asRead, hole, type Json, open311Client, parser } from '../../../test/open311.ts'
import { serve } from '../../../test/serve.ts'
import { systemActor } from '../../core/context.ts'
import { row, transact } from '../../core/db.ts'
import { migrate } from '../../core/migrate.ts'
import { perform } from '../../core/operation.ts'
import { issueKey, open311Migrations } from './keys.ts'
import { mountOpen311 } from './routes.ts'

const platform = await testCity()
await migrate(platform.database.url, [open311Migrations])
const { origin } = await serve(platform, mountOpen311)
const { base, post } = open311Client(origin)
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

type Errors = { code: number; description: string }[]

const tooLong = 'x'.repeat(4001)
const refusals: [what: string, path: string, status: number, says: RegExp][] = [
  ['another city', 'services.json?jurisdiction_id=gotham', 404, /gotham/],
  ['an unknown service', 'services/no-such.json', 404, /no-such/],
  ['an unknown number', 'requests/D109-000001-1.json', 404, /D109-000001-1/],
  ['an unknown token', 'tokens/nothing.json', 404, /nothing/],
  ['no known format', 'services.yaml', 404, /\.xml/],
  ['no known resource', 'nothing.json', 404, /discovery/],
  ['a date that is none', 'requests.json?start_date=yesterday', 400, /start_date/],
  ['too long a span', 'requests.json?start_date=2020-01-01&end_date=2020-12-31', 400, /90/],
  ['a span backwards', 'requests.json?start_date=2020-02-01&end_date=2020-01-01', 400, /end_date/],
  ['an unknown status', 'requests.json?status=paused', 400, /paused/],
  ['page zero', 'requests.json?page=0', 400, /page/],
  ['too large a page', 'requests.json?page_size=1001', 400, /1000/],
  ['a search for an unknown service', 'requests.json?service_code=no-such', 404, /no-such/],
]

const badPosts: [what: string, change: Record<string, string>, status: number, says: RegExp][] = [
  ['no key', { api_key: '' }, 403, /api_key/],
  ['a wrong key', { api_key: 'guess' }, 403, /api_key/],
  ['another city', { jurisdiction_id: 'gotham' }, 404, /jurisdiction_id/],
  ['no service', { service_code: '' }, 400, /service_code/],
  ['an unknown service', { service_code: 'no-such' }, 404, /service_code/],
  ['half a point', { long: '' }, 400, /long/],
  ['a point of letters', { lat: 'north' }, 400, /lat/],
  ['a point outside the city', { lat: '40.74', long: '-74.02' }, 400, /lat/],
  ['no place', { lat: '', long: '' }, 400, /address_string/],
  ['an unknown address_id', { address_id: '99' }, 400, /address_id/],
  ['an unanswered question', { 'attribute[size]': '' }, 400, /attribute\[size\]/],
  ['an answer that is no option', { 'attribute[size]': 'huge' }, 400, /attribute\[size\]/],
  ['too long a description', { description: tooLong }, 400, /description/],
  ['a bad e-mail', { email: 'nobody' }, 400, /email/],
  ['a bad telephone', { phone: 'call me' }, 400, /phone/],
  ['a link that is none', { media_url: 'file:///etc/passwd' }, 400, /media_url/],
]

async function says(answer: Response, xml: Response, status: number, words: RegExp) {
  assert.equal(answer.status, status)
  assert.equal(xml.status, status)
  const errors = (await answer.json()) as Errors
  for (const { code, description } of errors) {
    assert.equal(code, status)
    // Both languages: Han characters and a sentence of words.
    assert.match(description, /\p{Script=Han}{2}[\s\S]*[a-z]{3} [a-z]/u)
  }
  assert.match(errors.map((one) => one.description).join(), words)
  const read = parser.parse(await xml.text()) as { errors: { error: unknown } }
  assert.deepEqual(read.errors.error, asRead(errors, {}))
}

for (const [what, path, status, words] of refusals)
  test(`a question with ${what} is refused ${status} with a reason`, async () => {
    const asXml = path.replace('.json', '.xml')
    // Without a known format the answer is JSON both times.
    if (asXml === path) return assert.equal((await fetch(`${base}/${path}`)).status, status)
    await says(await fetch(`${base}/${path}`), await fetch(`${base}/${asXml}`), status, words)
  })

for (const [what, change, status, words] of badPosts)
  test(`a report with ${what} is refused ${status} with a reason`, async () => {
    const fields = { ...hole, ...change }
    await says(await post(fields), await post(fields, 'xml'), status, words)
  })

test('a report that is no form, or a file that is no photograph, is refused 400', async () => {
  const body = JSON.stringify(hole)
  const headers = { 'content-type': 'application/json' }
  const json = await fetch(`${base}/requests.json`, { method: 'POST', body, headers })
  assert.equal(json.status, 400)
  const form = new FormData()
  for (const [name, value] of Object.entries(hole)) form.append(name, value)
  form.append('media', new Blob(['#!/bin/sh']), 'run.sh')
  const file = await fetch(`${base}/requests.xml`, { method: 'POST', body: form })
  assert.equal(file.status, 400)
  assert.match(await file.text(), /<error>[\s\S]*JPEG/)
})

test('outside the demo only an issued key posts, and its client stands in the event', async () => {
  const strict = await testCity({ demo: false })
  await migrate(strict.database.url, [open311Migrations])
  const { origin: other } = await serve(strict, mountOpen311)
  const send = (api_key: string) =>
    fetch(`${other}/open311/v2/requests.json`, {
      method: 'POST',
      body: new URLSearchParams({ ...hole, api_key }),
    })
  assert.equal((await send('demo')).status, 403)
  const issued = await perform(strict, issueKey, systemActor('test'), { name: 'An app' })
  const answer = await send(issued.key)
  assert.equal(answer.status, 200)
  const [{ service_request_id }] = (await answer.json()) as [Json]
  const event = await transact(strict.database.app, everything, (db) =>
    row(
      db,
      sql<{ actor: string }>`select e.actor from core.event e join cases.case c on c.id = e.record
        where c.no = ${String(service_request_id)}`,
    ),
  )
  assert.equal(event?.actor, `open311:${issued.id}`)
  await strict.database.owner.query('update open311.api_key set active = false')
  assert.equal((await send(issued.key)).status, 403)
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '\u0000',
    '__proto__',
    '1e309',
    '-0',
    "'; drop table cases.case; --",
    '%',
    '\ud800',
  ),
  fc.constantFrom('2020-02-30', '2020-01-01T99:00:00Z', '9'.repeat(400), ',,,', ' ', '../../etc'),
)

const names = [
  ...['service_request_id', 'service_code', 'start_date', 'end_date', 'status', 'page'],
  ...['page_size', 'lang', 'extensions', 'jurisdiction_id', '__proto__', 'constructor'],
]

test('no question makes the service fail', async () => {
  const query = fc.dictionary(fc.constantFrom(...names), hostile, { maxKeys: 5 })
  const path = fc.constantFrom(
    'requests',
    'services',
    'discovery',
    'requests/',
    'tokens/',
    'services/',
  )
  await fc.assert(
    fc.asyncProperty(path, hostile, query, async (resource, id, parameters) => {
      const last = resource.endsWith('/') ? encodeURIComponent(id.toWellFormed()) : ''
      const search = new URLSearchParams(Object.entries(parameters))
      const answer = await fetch(`${base}/${resource}${last}.xml?${search}`)
      assert.ok(answer.status < 500, `${answer.status} ${answer.url}`)
      const type = answer.headers.get('content-type') ?? ''
      const text = await answer.text()
      if (type.startsWith('text/xml')) assert.ok(parser.parse(text, true))
    }),
    { numRuns: 150 },
  )
})

const fieldNames = [
  ...Object.keys(hole).filter((name) => name !== 'api_key'),
  ...['address_string', 'address_id', 'email', 'phone', 'first_name', 'last_name', 'media_url'],
  ...['attribute[size][]', 'attribute[__proto__]', '__proto__', 'toString', 'device_id'],
]

test('no posted form makes the service fail, and what is taken is found again', async () => {
  const change = fc.dictionary(fc.constantFrom(...fieldNames), hostile, { maxKeys: 4 })
  await fc.assert(
    fc.asyncProperty(change, fc.boolean(), async (fields, multipart) => {
      const given = Object.entries({ ...hole, ...fields })
      const form = new FormData()
      for (const [name, value] of given) form.append(name, value)
      const body = multipart ? form : new URLSearchParams(given)
      const answer = await fetch(`${base}/requests.json`, { method: 'POST', body })
      const [first] = (await answer.json()) as Json[]
      assert.ok(answer.status < 500, JSON.stringify(fields))
      if (answer.status !== 200) return assert.ok(String(first!.description).length > 0)
      const again = await fetch(`${base}/requests/${first!.service_request_id}.json`)
      assert.equal(again.status, 200)
    }),
    { numRuns: 120 },
  )
})

test('a body that is broken is refused, never a failure', async () => {
  const bodies: [type: string, body: string][] = [
    ['multipart/form-data; boundary=x', '--x\r\nnonsense'],
    ['multipart/form-data', 'no boundary'],
    ['application/x-www-form-urlencoded', '%%%=%ff&&&=&attribute[=1'],
    ['application/json', '{'],
    ['text/plain', 'hello'],
    ['application/x-www-form-urlencoded', `description=${'x'.repeat(2_000_000)}`],
  ]
  for (const [type, body] of bodies) {
    const headers = { 'content-type': type }
    const answer = await fetch(`${base}/requests.json`, { method: 'POST', body, headers })
    assert.ok(answer.status >= 400 && answer.status < 500, `${type}: ${answer.status}`)
    const [first] = (await answer.json()) as Json[]
    assert.equal(first!.code, answer.status)
  }
})
