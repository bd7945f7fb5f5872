import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from './core/config.ts'
import { clusterFolder, startPostgres } from './core/postgres.ts'
import { loadFull } from './demo/full.ts'
import { loadedDemo, loadSample } from './demo/load.ts'
import { closePlatform, openPlatform } from './platform.ts'

/*
 * npm run demo            loads the sampled half-year, as the first start does
 * npm run demo -- --full  builds the whole half-year in a fresh database
 */

const full = process.argv.includes('--full')
const config = readConfig(process.env)
if (full && config.DATABASE_URL === '') {
  rmSync(join(clusterFolder(config.TAKAO_DATA), 'data'), { recursive: true, force: true })
}
const embedded = config.DATABASE_URL === '' ? await startPostgres(config.TAKAO_DATA) : null
const log = pino({ level: config.LOG_LEVEL })
const url = embedded?.url ?? config.DATABASE_URL
const platform = await openPlatform(config, url, log, { supervise: false })
const before = await loadedDemo(platform)
if (full && before !== null) {
  console.error(
    '資料庫已有展示資料，請用空的資料庫 / a demo is there already; use an empty database',
  )
  process.exitCode = 1
} else if (full) await loadFull(platform)
else await loadSample(platform)
await closePlatform(platform)
await embedded?.stop()
