import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from './core/config.ts'
import { clusterFolder, startPostgres } from './core/postgres.ts'
import { loadFull } from './demo/full.ts'
import { loadedDemo, loadSample } from './demo/load.ts'
import { closePlatform, openPlatform } from './platform.ts'

/*
 * npm run demo            loads the sampled half-year, as the first start does
 * npm run demo -- --full  builds the whole half-year in a fresh database; replaces a demo's only
 */

const full = process.argv.includes('--full')
const config = readConfig(process.env)
const log = pino({ level: config.LOG_LEVEL })
const data = join(clusterFolder(config.TAKAO_DATA), 'data')

async function open() {
  const embedded = config.DATABASE_URL === '' ? await startPostgres(config.TAKAO_DATA) : null
  const url = embedded?.url ?? config.DATABASE_URL
  const platform = await openPlatform(config, url, log, { supervise: false })
  const close = async () => {
    await closePlatform(platform)
    await embedded?.stop()
  }
  return { platform, close, isOurs: embedded !== null }
}

const isOld = existsSync(join(data, 'PG_VERSION'))
let city = await open()
const isDemo = (await loadedDemo(city.platform)) !== null

if (full && isDemo && !city.isOurs)
  refuse('資料庫已有展示資料，請用空的資料庫 / a demo is there already; use an empty database')
else if (full && isOld && !isDemo && city.isOurs)
  refuse(
    '這裡的資料不是載完的展示資料，不會刪除；請另用資料夾，或自己刪掉它 / what is here is no ' +
      'finished demo and stays; use a folder of its own, TAKAO_DATA=data-full npm run demo -- ' +
      `--full, or delete it yourself: ${data}`,
  )
else {
  if (full && isDemo) {
    await city.close()
    rmSync(data, { recursive: true, force: true })
    city = await open()
  }
  await (full ? loadFull(city.platform) : loadSample(city.platform))
}
await city.close()

function refuse(sentence: string): void {
  console.error(sentence)
  process.exitCode = 1
}
