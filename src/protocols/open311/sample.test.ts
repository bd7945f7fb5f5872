import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import sharp from 'sharp'
import { staffOf, testCity } from '../../../test/city.ts'
import { type Json, open311Client } from '../../../test/open311.ts'
import { serve, sharedFile } from '../../../test/serve.ts'
import type { Actor } from '../../core/context.ts'
import { row, transact } from '../../core/db.ts'
import { perform } from '../../core/operation.ts'
import { stepOf } from '../../kernel/cases/operations.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { locate } from '../../kernel/cases/places.ts'
import { cityStaff } from '../../kernel/identity/pack.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { mountOpen311 } from './routes.ts'

const platform = await testCity()
const { origin } = await serve(platform, mountOpen311)
const { posted, getJson } = open311Client(origin)
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

/** The services of another city's requests among ours, with what our questions need. */
const services: Record<string, { code: string; answers?: Record<string, string> }> = {
  'Broken Sidewalk': { code: 'sidewalk', answers: { blocks: 'partly' } },
  'Trees on Sidewalks': { code: 'tree', answers: { blocks: 'no' } },
  'Street Light or Lamp': { code: 'streetlight-out', answers: { fault: 'other' } },
  'Benches - Parks': { code: 'park-bench' },
  'Landscaping and Trees in Parks': { code: 'park-facility' },
  'Graffiti - Public or Private Property': { code: 'graffiti' },
  Pothole: { code: 'pothole', answers: { size: 'wheel' } },
  'Street Cleaning': { code: 'street-cleaning' },
  'Abandoned Bike': { code: 'abandoned-bike' },
  Trash: { code: 'litter', answers: { amount: 'bag' } },
}

type Sample = { Title: string; Description: string; Address: string; 'Attachment URL': string }

/** Points of the city on a spiral around its centre: the same in every run, all within. */
function points(n: number): { lat: number; lon: number }[] {
  const places = cityPlaces(platform.city)
  const found = []
  for (let i = 0; found.length < n; i++) {
    const [far, turn] = [0.0004 * i, 2.4 * i]
    const at = { lat: 22.65 + far * Math.sin(turn), lon: 120.33 + far * Math.cos(turn) }
    if (locate(places, at)) found.push(at)
  }
  return found
}

function formOf(sample: Sample, { lat, lon }: { lat: number; lon: number }) {
  const service = services[sample.Title]
  assert.ok(service, sample.Title)
  const answers = Object.entries(service.answers ?? {})
  const url = sample['Attachment URL']
  return {
    api_key: 'demo',
    service_code: service.code,
    lat: lat.toFixed(6),
    long: lon.toFixed(6),
    address_string: sample.Address,
    description: sample.Description,
    media_url: url === 'NA' ? '' : url,
    ...Object.fromEntries(answers.map(([code, key]) => [`attribute[${code}]`, key])),
  }
}

async function photo(): Promise<string> {
  const content = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
    .jpeg()
    .toBuffer()
  const kept = await transact(platform.database.app, everything, (db) =>
    platform.files.keep(db, content),
  )
  return platform.files.token(kept.sha256)
}

/** An officer of the agency a case went to who may work on it; of the nearest above else. */
async function officerOf(no: string): Promise<Actor> {
  const found = await transact(platform.database.app, everything, (db) =>
    row(db, sql<{ agency: string }>`select agency from cases.case where no = ${no}`),
  )
  const officers = cityStaff(platform.city).map(({ id }) => staffOf(platform, id))
  const able = officers.find(({ grants }) =>
    grants.some(
      (grant) =>
        grant.permission === 'dispatch.work' &&
        (grant.scope === 'city' || grant.agencies.includes(found!.agency)),
    ),
  )
  assert.ok(able, `nobody works for ${found?.agency}`)
  return able
}

const file = sharedFile('311-sample.csv')
const skip = file ? false : 'no ../shared/data/311-sample.csv here'

test("every request of another city's export is filed, found, repaired and closed", {
  skip,
}, async () => {
  const samples = parse(readFileSync(file!), { columns: true }) as Sample[]
  assert.equal(samples.length, 91)
  const at = points(samples.length)
  const filed: string[] = []
  for (const [i, sample] of samples.entries()) filed.push(await posted(formOf(sample, at[i]!)))
  assert.equal(new Set(filed).size, samples.length)
  for (const [i, no] of filed.entries()) {
    const [one] = (await getJson(`requests/${no}.json`)) as Json[]
    assert.equal(one!.service_code, services[samples[i]!.Title]!.code)
    assert.equal(one!.status, 'open')
    assert.ok(String(one!.agency_responsible).length > 2)
    assert.ok(Math.abs(Number(one!.lat) - at[i]!.lat) < 0.001)
  }
  const numbers = async (query: string) =>
    ((await getJson(`requests.json?${query}`)) as Json[]).map((one) => one.service_request_id)
  assert.deepEqual((await numbers('status=open')).sort(), [...filed].sort())
  const photos = [await photo()]
  for (const no of filed) {
    const officer = await officerOf(no)
    await perform(platform, stepOf(dispatchCase, 'start'), officer, { case: no })
  }
  assert.equal((await numbers('status=open')).length, samples.length)
  for (const no of filed) {
    const done = { case: no, statement: '已處理完成', photos }
    await perform(platform, stepOf(dispatchCase, 'finish'), await officerOf(no), done)
  }
  assert.deepEqual(await numbers('status=open'), [])
  const closed = (await getJson('requests.json?status=closed')) as Json[]
  assert.equal(closed.length, samples.length)
  for (const one of closed)
    assert.ok(String(one.updated_datetime) >= String(one.requested_datetime))
})
