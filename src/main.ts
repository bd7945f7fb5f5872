import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { openApp } from './app.ts'
import { projectFolder, readConfig } from './core/config.ts'
import { systemActor } from './core/context.ts'
import { startWorkers } from './core/jobs.ts'
import { perform } from './core/operation.ts'
import { type EmbeddedPostgres, startPostgres } from './core/postgres.ts'
import { loadSample } from './demo/load.ts'
import { announceCity } from './demo/welcome.ts'
import { seedArticles } from './kernel/knowledge/seed.ts'
import { closePlatform, jobs, openPlatform } from './platform.ts'

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 22) {
  console.error(
    `Takao 需要 Node 22 以上，請用 npm start(它自帶 Node 24)。\n` +
      `Takao needs Node 22 or newer; use npm start, which brings Node 24. ` +
      `This is ${process.version}.`,
  )
  process.exit(1)
}

/** config → database → systems → listen; and the same backwards at the end. */
async function start(): Promise<void> {
  const config = readConfig(process.env)
  const log = pino({ level: config.LOG_LEVEL })
  const embedded: EmbeddedPostgres | null =
    config.DATABASE_URL === '' ? await startPostgres(config.TAKAO_DATA) : null
  const url = embedded?.url ?? config.DATABASE_URL
  const platform = await openPlatform(config, url, log, { supervise: true })
  if (config.demo) await loadSample(platform)
  // After the demo, which publishes them as of its own time.
  await perform(platform, seedArticles, systemActor('seed'), {})
  const version = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version
  const app = await openApp(config, platform, version)
  await startWorkers(platform, jobs)
  await app.http.listen({ port: config.PORT, host: config.HOST })
  announceCity(
    platform,
    app.http.addresses().map((one) => ({ port: typeof one === 'string' ? 0 : one.port })),
  )
  let ending = false
  const end = async () => {
    if (ending) return
    ending = true
    await app.close()
    await closePlatform(platform)
    await embedded?.stop()
    process.exit(0)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof Error && error.cause) console.error(error.cause)
  process.exit(1)
})
