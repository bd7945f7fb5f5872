import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import sharp from 'sharp'
import { sessionOf, staffOf, testCity } from '../../../../test/city.ts'
import { openApp } from '../../../app.ts'
import { publicActor } from '../../../core/context.ts'
import { one, row, transact } from '../../../core/db.ts'
import { perform, read } from '../../../core/operation.ts'
import { dispatchCase } from '../../../systems/dispatch/dispatch.ts'
import { report } from '../../../systems/dispatch/operations.ts'
import { petitionCase } from '../../../systems/petitions/petitions.ts'
import type { Visit } from '../../../web/pages.ts'
import { keptFile } from './desk-files.ts'

const platform = await testCity()
const app = await openApp(platform.config, platform, '0.0.0')
after(() => app.close())

const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const
const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
  name: '王小明',
}

const file = (input: object = {}) => perform(platform, report, publicActor, { ...lamp, ...input })

const officer = await sessionOf(platform, 'officer-maintenance')
const stranger = await sessionOf(platform, 'officer-environment')

const get = (cookie: string, url: string) =>
  app.http.inject({ method: 'GET', url, headers: { cookie } })

const post = (cookie: string, url: string, fields: readonly (readonly [string, string])[]) =>
  app.http.inject({
    method: 'POST',
    url,
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
  })

/** Sends a form as browsers do when it holds files. */
async function postFiles(cookie: string, url: string, form: FormData) {
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  return app.http.inject({
    method: 'POST',
    url,
    headers: { cookie, 'content-type': request.headers.get('content-type')! },
    payload: Buffer.from(await request.arrayBuffer()),
  })
}

const picture = async (): Promise<Blob> => {
  const create = { width: 40, height: 30, channels: 3, background: '#445566' } as const
  const bytes = await sharp({ create }).jpeg().toBuffer()
  return new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' })
}

const stateOf = async (no: string) =>
  (
    await transact(platform.database.app, everything, (db) =>
      one(db, sql<{ state: string }>`select state from cases.case where no = ${no}`),
    )
  ).state

test('an inbox shows the own agency its cases, and another agency nothing', async () => {
  const { no } = await file()
  const own = await get(officer, '/desk/dispatch')
  assert.ok(own.body.includes(no))
  const foreign = await get(stranger, '/desk/dispatch')
  assert.equal(foreign.statusCode, 200)
  assert.ok(!foreign.body.includes(no))
  assert.equal((await get(stranger, `/desk/dispatch/${no}`)).statusCode, 404)
  const search = await get(stranger, `/desk/search?q=${encodeURIComponent('巷口路燈')}`)
  assert.ok(!search.body.includes(no))
})

test('a case is finished with a photograph that its officers alone may see', async () => {
  const { no } = await file()
  const me = staffOf(platform, 'officer-maintenance').id
  const assigned = await post(officer, `/desk/dispatch/${no}/assign`, [['assignee', me]])
  assert.equal(assigned.statusCode, 303)
  assert.equal(await stateOf(no), 'assigned')
  const form = new FormData()
  form.set('statement', '已更換燈泡')
  form.set('photos', await picture(), 'lamp.jpg')
  const done = await postFiles(officer, `/desk/dispatch/${no}/finish`, form)
  assert.equal(done.statusCode, 303)
  assert.equal(await stateOf(no), 'done')
  const page = await get(officer, `/desk/dispatch/${no}`)
  const [, path = ''] = /src="(\/files\/[0-9a-f]{64})"/.exec(page.body) ?? []
  assert.equal((await get(officer, path)).headers['content-type'], 'image/jpeg')
  assert.equal((await get(stranger, path)).statusCode, 404)
  assert.equal((await get('', path)).statusCode, 404)
})

test('a refused finish keeps the words and the photographs that were sent', async () => {
  const { no } = await file()
  const words = '換了燈泡，也擦了燈罩'
  const bare = new FormData()
  bare.set('statement', words)
  const refused = await postFiles(officer, `/desk/dispatch/${no}/finish`, bare)
  assert.equal(refused.statusCode, 422)
  assert.ok(refused.body.includes(words))
  assert.ok(refused.body.includes('請附至少一張照片。'))
  const silent = new FormData()
  silent.set('statement', '')
  silent.set('photos', await picture(), 'lamp.jpg')
  const again = await postFiles(officer, `/desk/dispatch/${no}/finish`, silent)
  assert.equal(again.statusCode, 422)
  const [, kept = ''] = /name="photos\.kept" value="([^"]+)"/.exec(again.body) ?? []
  assert.equal((await get(officer, `/files/draft/${kept}`)).statusCode, 200)
  const form = new FormData()
  form.set('statement', words)
  form.set('photos.kept', kept)
  assert.equal((await postFiles(officer, `/desk/dispatch/${no}/finish`, form)).statusCode, 303)
  assert.equal(await stateOf(no), 'done')
})

test('each field of a case page has an id of its own', async () => {
  const { no } = await file()
  const page = await get(officer, `/desk/dispatch/${no}`)
  const ids = [...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  assert.deepEqual([...new Set(ids)].length, ids.length)
})

test('several cases are assigned at once, and those that cannot be are named', async () => {
  const [first, second, finished] = [await file(), await file(), await file()]
  const form = new FormData()
  form.set('statement', '已更換燈泡')
  form.set('photos', await picture(), 'lamp.jpg')
  await postFiles(officer, `/desk/dispatch/${finished.no}/finish`, form)
  const me = staffOf(platform, 'officer-maintenance').id
  const answer = await post(officer, '/desk/dispatch/bulk', [
    ...[first, second, finished].map(({ no }) => ['case', no] as const),
    ['assignee', me],
  ])
  assert.equal(answer.statusCode, 303)
  assert.deepEqual(
    [await stateOf(first.no), await stateOf(second.no), await stateOf(finished.no)],
    ['assigned', 'assigned', 'done'],
  )
  const flash = decodeURIComponent(decodeURIComponent(String(answer.headers['set-cookie'])))
  assert.ok(flash.includes('已分派 2 件') && flash.includes(finished.no))
})

test('an export holds no formula', async () => {
  const { no } = await file({ place: '=HYPERLINK("http://example.invalid","巷口")' })
  const { id } = (await transact(platform.database.app, everything, (db) =>
    row(
      db,
      sql<{ id: string }>`update cases.case set subject = '=1+1' where no = ${no}
      returning id`,
    ),
  )) ?? { id: '' }
  assert.ok(id)
  const csv = await get(officer, '/desk/dispatch/export.csv')
  assert.ok(csv.body.includes(no))
  const cells = csv.body.slice(1).split(/[\r\n,]+/)
  assert.deepEqual(
    cells.filter((cell) => /^"?[=+@]/.test(cell)),
    [],
  )
  assert.ok(csv.body.includes("'=1+1"))
})

test('a message about an assigned case is read by its recipient and then rests', async () => {
  const { no } = await file()
  const crew = staffOf(platform, 'crew-maintenance').id
  await post(officer, `/desk/dispatch/${no}/assign`, [['assignee', crew]])
  const reader = await sessionOf(platform, 'crew-maintenance')
  const desk = await get(reader, '/desk')
  assert.ok(desk.body.includes(`分派給您：${no}`))
  const [, path = ''] = /action="(\/desk\/messages\/[^"]+)"/.exec(desk.body) ?? []
  assert.equal((await post(officer, path, [])).statusCode, 404)
  assert.ok((await get(reader, '/desk')).body.includes(no))
  assert.equal((await post(reader, path, [['back', '/desk']])).statusCode, 303)
  assert.ok(!(await get(reader, '/desk')).body.includes(no))
  assert.ok((await get(reader, '/desk/me')).body.includes(no))
})

test('a photograph of a report is not shown to who may only read other kinds there', async () => {
  const files = new FormData()
  files.set('statement', '已更換燈泡')
  files.set('photos', await picture(), 'lamp.jpg')
  const { no } = await file()
  await postFiles(officer, `/desk/dispatch/${no}/finish`, files)
  const page = await get(officer, `/desk/dispatch/${no}`)
  const [, path = '/files/none'] = /src="(\/files\/[0-9a-f]{64})"/.exec(page.body) ?? []
  const me = staffOf(platform, 'officer-maintenance')
  const visit = (kinds: string[]) => ({
    actor: { ...me, grants: me.grants.filter((grant) => kinds.includes(grant.permission)) },
    params: { sha: path.split('/').at(-1)! },
    platform,
    reply: { header: () => undefined },
  })
  const look = async (kinds: string[]) => {
    const one = visit(kinds)
    return keptFile([dispatchCase, petitionCase], {
      ...one,
      read: (permission: string, work: Parameters<typeof read>[3]) =>
        read(platform, one.actor, permission, work),
    } as unknown as Visit)
  }
  assert.ok('body' in (await look(['dispatch.read'])))
  await assert.rejects(look(['petitions.read']), { code: 'not-found' })
})
