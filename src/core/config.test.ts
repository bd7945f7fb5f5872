import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { projectFolder, readConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'takao-config-'))
after(() => rmSync(folder, { recursive: true }))

const configOf = (env: Record<string, string>) => readConfig({ TAKAO_DATA: folder, ...env })

test('nothing set gives a demo on loopback with the embedded database', () => {
  const config = configOf({})
  assert.equal(config.PORT, 3000)
  assert.equal(config.DATABASE_URL, '')
  assert.equal(config.demo, true)
  assert.ok(config.TAKAO_CITY.startsWith(projectFolder))
})

test('every wrong setting is named in one error', () => {
  const wrong = { PORT: '70000', TAKAO_DEMO: 'perhaps' }
  assert.throws(() => configOf(wrong), /設定有誤 \/ wrong settings: .*PORT.*TAKAO_DEMO/s)
  assert.throws(() => configOf({ PORT: 'many' }), /PORT/)
})

test('an empty setting counts as none', () => {
  assert.equal(configOf({ PORT: '', TAKAO_DEMO: '' }).PORT, 3000)
})

test('the demo is off where it would be public: another host or a database of its own', () => {
  assert.equal(configOf({ HOST: '0.0.0.0' }).demo, false)
  assert.equal(configOf({ DATABASE_URL: 'postgres://db/city' }).demo, false)
  assert.equal(configOf({ TAKAO_DEMO: 'off' }).demo, false)
  assert.equal(configOf({ HOST: '0.0.0.0', TAKAO_DEMO: 'sample' }).demo, true)
})

test("the installation's secret is made once, 32 bytes, readable by its owner alone", () => {
  const { secret } = configOf({})
  assert.equal(secret.length, 32)
  assert.deepEqual(configOf({}).secret, secret)
  assert.deepEqual(readFileSync(join(folder, 'secret')), secret)
  assert.equal(statSync(join(folder, 'secret')).mode & 0o777, 0o600)
})
