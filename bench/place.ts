import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../src/core/config.ts'
import type { Platform } from '../src/core/context.ts'
import { startPostgres } from '../src/core/postgres.ts'
import { closePlatform, openPlatform } from '../src/platform.ts'
import { type OwnCity, spawnCity } from './own-city.ts'

/** A PostgreSQL for one run of a bench, and the cities in it: each a database of its own. */
export type Place = {
  readonly city: (name: string) => Promise<BenchCity>
  readonly close: () => Promise<void>
}

export type BenchCity = Platform & {
  /** Starts the server over this city as `npm start` does, as a process of its own. */
  readonly serve: () => Promise<OwnCity>
}

/** Starts the database in a temporary folder; gone when closed. */
export async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'takao-bench-'))
  const config = readConfig({ TAKAO_DATA: folder, TAKAO_DEMO: 'off' })
  const postgres = await startPostgres(folder)
  const open: Platform[] = []
  const city = async (name: string): Promise<BenchCity> => {
    const url = postgres.url.replace('/postgres?', `/${name}?`)
    const first = open[0]
    if (first) await first.database.owner.query(`create database ${name}`)
    const manner = { supervise: false }
    const platform = await openPlatform(
      config,
      first ? url : postgres.url,
      pino({ level: 'silent' }),
      manner,
    )
    open.push(platform)
    const env = { TAKAO_DATA: folder, TAKAO_DEMO: 'off', DATABASE_URL: platform.database.url }
    return { ...platform, serve: () => spawnCity(env) }
  }
  return {
    city,
    close: async () => {
      for (const platform of open.reverse()) await closePlatform(platform)
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
