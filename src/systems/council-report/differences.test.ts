import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staffOf, testCity } from '../../../test/city.ts'
import { openApp } from '../../app.ts'
import { publicActor } from '../../core/context.ts'
import { perform, read } from '../../core/operation.ts'
import { stepOf } from '../../kernel/cases/operations.ts'
import { versionsOf } from '../../kernel/figures/freeze.ts'
import { dispatchCase } from '../dispatch/dispatch.ts'
import { report } from '../dispatch/operations.ts'
import { compareVersion, freezeReport } from './operations.ts'

const platform = await testCity()
const { http } = await openApp(platform.config, platform, 'test')
const at = (iso: string) => ({ now: new Date(iso) })
const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
}
const file = (iso: string) => perform(platform, report, publicActor, lamp, at(iso))

const mistaken = await file('2020-09-01T02:00:00Z')
const kept = await file('2020-09-02T02:00:00Z')
await perform(
  platform,
  freezeReport,
  staffOf(platform, 'editor-1'),
  { period: '109H2', asOf: '2021-01-10T00:00:00+08:00' },
  at('2021-01-10T01:00:00Z'),
)

const compare = (iso: string) =>
  read(
    platform,
    publicActor,
    'public',
    async (ctx) => compareVersion(ctx, (await versionsOf(ctx, '109H2')).at(-1)!),
    at(iso),
  )

const page = async (): Promise<string> => {
  const { statusCode, body } = await http.inject('/reports/109H2/differences?version=1')
  assert.equal(statusCode, 200)
  return body
}

test('what nobody touched is reproduced and does not differ', async () => {
  for (const one of await compare('2021-01-20T00:00:00Z')) {
    assert.ok(one.reproduced, one.id)
    assert.deepEqual([one.now, one.changes], [one.frozen, []], one.id)
  }
  assert.ok((await page()).includes('tone-ok'))
})

test('an annulled report is shown as removed with its reason, the past stays', async () => {
  const reason = '同一盞燈重複登錄'
  const commission = staffOf(platform, 'commission-1')
  const input = { case: mistaken.no, reason }
  const annul = stepOf(dispatchCase, 'annul')
  await perform(platform, annul, commission, input, at('2021-02-01T02:00:00Z'))
  const differences = await compare('2021-02-02T00:00:00Z')
  assert.ok(differences.every(({ reproduced }) => reproduced))
  const found = differences.find(({ id }) => id === 'F067')
  assert.deepEqual([found?.frozen, found?.now], [2, 1])
  assert.deepEqual(
    found?.changes.map(({ change, key }) => [change, key]),
    [['removed', mistaken.no]],
  )
  const shown = await page()
  assert.ok(shown.includes(mistaken.no) && shown.includes(reason))
  assert.ok(!shown.includes(kept.no))
})

test('a past that was rewritten is told loudly, by the name of the figure', async () => {
  const client = await platform.database.owner.connect()
  try {
    await client.query('alter table cases.register disable trigger append_only')
    const done = await client.query(
      `update cases.register set received_at = received_at - interval '1 year' where no = $1`,
      [kept.no],
    )
    assert.equal(done.rowCount, 1)
  } finally {
    await client.query('alter table cases.register enable trigger append_only')
    client.release()
  }
  const broken = (await compare('2021-02-03T00:00:00Z')).filter(({ reproduced }) => !reproduced)
  assert.deepEqual(
    broken.map(({ id }) => id),
    ['F067'],
  )
  assert.match(await page(), /tone-late[\s\S]{0,900}F067/)
})

test('a version that was never frozen has no differences', async () => {
  for (const query of ['?version=7', '?version=draft'])
    assert.equal((await http.inject(`/reports/109H2/differences${query}`)).statusCode, 404, query)
})

test('an export bears the version in its name and leads back to this address', async () => {
  for (const format of ['html', 'odt', 'docx']) {
    const { statusCode, headers, rawPayload } = await http.inject({
      url: `/reports/109H2/report.${format}`,
      headers: { host: 'city.example' },
    })
    assert.equal(statusCode, 200, format)
    assert.ok(String(headers['content-disposition']).includes(`109H2-v1.${format}`))
    assert.ok(rawPayload.length > 2_000, format)
    if (format === 'html')
      assert.ok(
        rawPayload.includes(`${platform.config.origin}/reports/109H2/figures/F067?version=1`),
        'whatever name the request came by',
      )
  }
  assert.equal((await http.inject('/reports/109H2/report.exe')).statusCode, 404)
})
