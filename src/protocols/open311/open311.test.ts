import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { sql } from 'kysely'
import sharp from 'sharp'
import { parse as parseYaml } from 'yaml'
import { testCity } from '../../../test/city.ts'
import { asRead, hole, type Json, open311Client } from '../../../test/open311.ts'
import { serve, sharedFile } from '../../../test/serve.ts'
import { row, transact } from '../../core/db.ts'
import { mountOpen311 } from './routes.ts'

const platform = await testCity()
const { app, origin } = await serve(platform, mountOpen311)
const { base, post, posted, getJson, getXml } = open311Client(origin)
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

const inside = {
  attributes: 'attribute',
  values: 'value',
  endpoints: 'endpoint',
  formats: 'format',
}

test('XML and JSON say the same of every resource', async () => {
  const id = await posted()
  const pairs: [path: string, root: string, element: string | undefined][] = [
    ['discovery', 'discovery', undefined],
    ['services', 'services', 'service'],
    ['services/pothole', 'service_definition', undefined],
    ['services/streetlight-out', 'service_definition', undefined],
    ['services/guard-rail', 'service_definition', undefined],
    ['requests', 'service_requests', 'request'],
    [`requests/${id}`, 'service_requests', 'request'],
    [`tokens/${id}`, 'service_requests', 'request'],
  ]
  for (const [path, root, element] of pairs) {
    const json = asRead(await getJson(`${path}.json`), inside)
    const xml = await getXml(`${path}.xml`)
    assert.deepEqual(xml[root], element ? { [element]: json } : json, path)
  }
})

const description = sharedFile('open311-georeport.yaml')

test('JSON answers fit the published description of GeoReport', {
  skip: description ? false : 'no ../shared/data/open311-georeport.yaml here',
}, async () => {
  const { definitions } = parseYaml(readFileSync(description!, 'utf8')) as { definitions: object }
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'georeport', definitions })
  const fits = (name: string, value: unknown) => {
    const valid = ajv.validate({ $ref: `georeport#/definitions/${name}` }, value)
    assert.ok(valid, `${name}: ${ajv.errorsText()} in ${JSON.stringify(value)}`)
  }
  const services = (await getJson('services.json')) as Json[]
  assert.ok(services.length > 20)
  for (const service of services) {
    fits('Service', service)
    const definition = (await getJson(`services/${service.service_code}.json`)) as Json
    fits('ServiceDefinition', definition)
    assert.equal((definition.attributes as unknown[]).length > 0, service.metadata)
  }
  const [answer] = (await (await post(hole)).json()) as Json[]
  fits('RequestResponse', answer)
  const requests = (await getJson('requests.json')) as Json[]
  assert.ok(requests.length > 0)
  for (const request of requests) fits('Request', request)
  const [token] = (await getJson(`tokens/${answer!.service_request_id}.json`)) as Json[]
  fits('TokenResponse', token)
})

test('a posted report is public without its words and with a rounded place', async () => {
  const secret = {
    first_name: '小明',
    last_name: '王',
    phone: '07-1234567',
    email: 'a@example.com',
  }
  const media = { media_url: 'http://127.0.0.1:1/never-fetched.jpg' }
  const id = await posted({ ...hole, ...secret, ...media, device_id: 'd1', account_id: 'a1' })
  const [seen] = (await getJson(`requests/${id}.json?extensions=true`)) as Json[]
  assert.equal(seen!.status, 'open')
  assert.equal(seen!.description, '')
  assert.equal(seen!.lat, 22.627)
  assert.equal(seen!.long, 120.301)
  assert.match(String(seen!.requested_datetime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
  assert.ok(String(seen!.expected_datetime) > String(seen!.requested_datetime))
  assert.equal((seen!.extended_attributes as Json).state, 'received')
  assert.ok(!/王|小明|1234567|example|小心|never-fetched/.test(JSON.stringify(seen)))
  const kept = await transact(platform.database.app, everything, (db) =>
    row(
      db,
      sql<{ body: string; channel: string; name: string; actor: string }>`
        select c.body, c.channel, p.name, e.actor from cases.case c
        join cases.party p on p.case_id = c.id join core.event e on e.record = c.id
        where c.no = ${id}`,
    ),
  )
  assert.equal(kept?.channel, 'open311')
  assert.equal(kept?.name, '王小明')
  assert.equal(kept?.actor, 'open311:demo')
  assert.match(kept!.body, /路口有一個洞，請小心\n\nmedia_url: http:\/\/127/)
})

test('a photograph posted as multipart is kept with the report', async () => {
  const content = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#456' } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.append('media', new Blob([new Uint8Array(content)], { type: 'image/png' }), 'a.png')
  for (const [name, value] of Object.entries(hole)) form.append(name, value)
  const answer = await fetch(`${base}/requests.json`, { method: 'POST', body: form })
  const [first] = (await answer.json()) as Json[]
  const kept = await transact(platform.database.app, everything, (db) =>
    row(
      db,
      sql<{ n: number }>`select count(*) as n from cases.attachment a
        join cases.case c on c.id = a.case_id where c.no = ${String(first!.service_request_id)}`,
    ),
  )
  assert.equal(kept?.n, 1)
})

test('an address or a district or village is place enough', async () => {
  const { lat: _, long: __, ...nowhere } = hole
  const byAddress = await posted({ ...nowhere, address_string: '三民區九如一路 720 號' })
  const [address] = (await getJson(`requests/${byAddress}.json`)) as Json[]
  assert.equal(address!.address, '三民區')
  const village = await posted(hole)
  const [seen] = (await getJson(`requests/${village}.json`)) as Json[]
  const byId = await posted({ ...nowhere, address_id: String(seen!.address_id) })
  assert.ok(byId !== village)
  const english = (await (
    await fetch(`${base}/services.json`, { headers: { 'accept-language': 'en-GB' } })
  ).json()) as Json[]
  assert.equal(english[0]!.service_name, 'Pothole')
  const chinese = (await getJson('services.json')) as Json[]
  assert.equal(chinese[0]!.service_name, '路面坑洞')
})

test('the list narrows by number, service, status and day, and goes on by pages', async () => {
  const first = await posted()
  const second = await posted({ ...hole, service_code: 'guard-rail' })
  const numbers = async (query: string) =>
    ((await getJson(`requests.json?${query}`)) as Json[]).map((one) => one.service_request_id)
  assert.deepEqual(await numbers(`service_request_id=${first},${second}&status=closed`), [
    second,
    first,
  ])
  assert.deepEqual(await numbers('service_code=guard-rail'), [second])
  assert.deepEqual(await numbers('service_code=&status=closed'), [])
  assert.deepEqual(await numbers('end_date=2019-01-31&start_date=2019-01-01'), [])
  const all = await numbers('status=open,closed')
  assert.ok(all.includes(first) && all.includes(second))
  assert.deepEqual(await numbers('page=2&page_size=1'), [all[1]])
  const near = (ms: number) => new Date(Date.now() + ms).toISOString()
  const around = `start_date=${near(-60_000)}&end_date=${near(60_000)}`
  assert.deepEqual(await numbers(around), all)
})

test('the API description names every route', () => {
  const paths = Object.keys(app.swagger().paths ?? {}).filter((path) => path.includes('open311'))
  assert.equal(paths.length, 7)
})

test('a repeated Idempotency-Key gives the same report', async () => {
  const headers = { 'idempotency-key': 'open311-key-of-a-client' }
  const once = (await (await post(hole, 'json', headers)).json()) as Json[]
  const again = (await (await post(hole, 'json', headers)).json()) as Json[]
  assert.deepEqual(again, once)
})

const run = promisify(execFile)
const python = await run('python3', ['--version']).then(
  () => true,
  () => false,
)

test("a client in another language posts a form and reads its report's XML", {
  skip: python ? false : 'no python3 here',
}, async () => {
  const script = `
import sys, urllib.parse, urllib.request
import xml.etree.ElementTree as tree
base = sys.argv[1]
fields = dict(api_key='demo', service_code='streetlight-out', address_string='三民區九如一路',
              description='路燈不亮', **{'attribute[fault]': 'out'})
body = urllib.parse.urlencode(fields).encode()
root = tree.parse(urllib.request.urlopen(base + '/requests.xml', body)).getroot()
number = root.find('request/service_request_id').text
root = tree.parse(urllib.request.urlopen(base + '/requests/' + number + '.xml')).getroot()
print(root.tag, root.find('request/status').text, root.find('request/service_code').text)`
  const { stdout } = await run('python3', ['-c', script, base])
  assert.equal(stdout.trim(), 'service_requests open streetlight-out')
})
