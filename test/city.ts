import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { pino } from 'pino'
import { openCity } from '../src/core/city.ts'
import { type Config, projectFolder, readConfig } from '../src/core/config.ts'
import { type Actor, type Platform, systemActor } from '../src/core/context.ts'
import { openDatabase } from '../src/core/db.ts'
import { openFiles } from '../src/core/files.ts'
import { declareQueues, openBoss } from '../src/core/jobs.ts'
import { perform } from '../src/core/operation.ts'
import { startPostgres } from '../src/core/postgres.ts'
import { directoryOf, grantsOf } from '../src/kernel/identity/directory.ts'
import { cityAgencies, cityRoles, cityStaff } from '../src/kernel/identity/pack.ts'
import { seedId, seedStaff } from '../src/kernel/identity/seed.ts'
import { sessionCookie } from '../src/kernel/identity/session-cookie.ts'
import { openSession } from '../src/kernel/identity/sessions.ts'
import { closePlatform, jobs, openPlatform } from '../src/platform.ts'

const log = pino({ level: 'silent' })

/** One PostgreSQL for the whole run, with a migrated and seeded template; each test file clones it. */
const server = startServer()

async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'takao-test-'))
  // PostgreSQL's own uid must reach its cluster when root runs the tests.
  chmodSync(folder, 0o711)
  const postgres = await startPostgres(folder)
  // What a crash of the machine would lose is thrown away after the run anyway.
  await ask(postgres.url, 'alter system set fsync = off')
  await ask(postgres.url, 'select pg_reload_conf()')
  const config = testConfig(folder)
  const url = withDatabase(postgres.url, 'template')
  await ask(postgres.url, 'create database template')
  const platform = await openPlatform(config, url, log, { supervise: false })
  await perform(platform, seedStaff, systemActor('seed'), {})
  await closePlatform(platform)
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return { postgres, folder }
}

const testConfig = (folder: string): Config =>
  readConfig({ TAKAO_DATA: folder, TAKAO_DEMO: 'sample', LOG_LEVEL: 'silent' })

const withDatabase = (url: string, name: string) => url.replace('/postgres?', `/${name}?`)

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

let open = 0

/** A platform of its own over a fresh clone of the template (about 100 ms); closed after the file. */
export async function testCity(settings: Partial<Config> = {}): Promise<Platform> {
  open++
  const { postgres, folder } = await server
  const name = `t${randomBytes(6).toString('hex')}`
  await ask(postgres.url, `create database ${name} template template strategy file_copy`)
  const database = openDatabase(withDatabase(postgres.url, name), 6)
  const boss = await openBoss(database, false)
  const config = { ...testConfig(folder), ...settings }
  await declareQueues(boss, jobs)
  const platform: Platform = {
    config,
    database,
    boss,
    log,
    city: openCity(config.TAKAO_CITY),
    files: openFiles(join(folder, 'files'), config.secret),
    now: () => new Date(),
  }
  after(async () => {
    await closePlatform(platform)
    open--
    // The last file to end takes the server with it.
    if (open === 0) await postgres.stop()
  })
  return platform
}

/** A member of the demo's staff, by login, with the grants that signing in would give. */
export function staffOf(platform: Platform, login: string): Actor {
  const person = cityStaff(platform.city).find(({ id }) => id === login)
  if (!person) throw new Error(`no ${login} among the staff`)
  const agencies = cityAgencies(platform.city).map((a) => ({
    ...a,
    parent: a.parent ?? null,
    external: a.external ?? false,
  }))
  const rights = cityRoles(platform.city)[person.role]?.permissions ?? []
  return {
    kind: 'staff',
    id: seedId(`staff:${login}`),
    name: person.name,
    agency: person.agency,
    grants: grantsOf(directoryOf(agencies), rights, person.agency),
    secrets: [],
  }
}

/** A session of a member of the demo's staff, as a sign-in at the provider opens it: its cookie. */
export async function sessionOf(platform: Platform, login: string): Promise<string> {
  const account = seedId(`staff:${login}`)
  const given = { account, sid: randomBytes(8).toString('hex'), level: 1, agent: 'test' }
  const token = await perform(platform, openSession, systemActor('test'), given)
  return `${sessionCookie(platform.config, '')[0]}=${token}`
}

export { projectFolder }
