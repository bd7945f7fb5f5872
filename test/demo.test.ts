import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { projectFolder, readConfig } from '../src/core/config.ts'
import { clusterFolder, startPostgres } from '../src/core/postgres.ts'
import { closePlatform, openPlatform } from '../src/platform.ts'

test('building the whole half-year deletes no data but a demo’s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'takao-demo-'))
  chmodSync(folder, 0o711)
  const settings = { TAKAO_DATA: folder, LOG_LEVEL: 'silent' }
  const postgres = await startPostgres(folder)
  const log = pino({ level: 'silent' })
  const platform = await openPlatform(readConfig(settings), postgres.url, log, { supervise: false })
  await closePlatform(platform)
  await postgres.stop()

  const built = spawnSync(process.execPath, ['--import', 'tsx', 'src/demo.ts', '--full'], {
    cwd: projectFolder,
    env: { ...process.env, ...settings },
    encoding: 'utf8',
  })
  assert.equal(built.status, 1)
  assert.match(built.stderr, /不會刪除/)
  assert.match(built.stderr, /delete it yourself/)
  assert.ok(existsSync(join(clusterFolder(folder), 'data', 'PG_VERSION')))
  rmSync(folder, { recursive: true, force: true })
})
